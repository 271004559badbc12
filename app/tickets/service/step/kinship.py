"""Kinship of agencies, as the lifecycle asks for it."""

from dataclasses import dataclass
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.agencies.queries import ancestors
from app.tickets.models import Ticket


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


@dataclass(frozen=True, kw_only=True)
class Sorters:
    """Who finds the responsible agency: the coordinator, but never for what is about itself."""

    coordinator: str
    oversight: str

    @classmethod
    def load(cls, session: Session) -> Self:
        """Read who they are."""
        query = select(Agency.duty, Agency.code).where(
            Agency.duty.in_(("coordinator", "oversight"))
        )
        codes = dict(session.execute(query).all())
        return cls(coordinator=codes["coordinator"], oversight=codes["oversight"])

    def are_aside(self, ticket: Ticket) -> bool:
        """Tell whether the oversight agency sorts it in the coordinator's place."""
        return ticket.about_agency_code == self.coordinator

    def of(self, ticket: Ticket) -> str:
        """Return whose it is while nobody is responsible."""
        return self.oversight if self.are_aside(ticket) else self.coordinator
