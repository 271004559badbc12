"""Kinship of agencies, as the lifecycle asks for it."""

from sqlalchemy.orm import Session

from app.agencies.queries import ancestors


def same_branch(session: Session, one: str | None, other: str | None) -> bool:
    """Tell whether two agencies are parent and child, or share a parent."""
    if one is None or other is None:
        return False
    mine, yours = ancestors(session, one), ancestors(session, other)
    return other in mine[:1] or one in yours[:1] or bool(mine and yours and mine[0] == yours[0])


def common_parent(session: Session, one: str | None, other: str | None) -> str | None:
    """Return the nearest agency above both, if there is one."""
    if one is None or other is None:
        return None
    above = ancestors(session, other)
    return next((code for code in ancestors(session, one) if code in above), None)
