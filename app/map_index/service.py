"""Keeps the counts of the map: folds what changed, or counts everything anew.

1. One at a time: who finds another at it leaves it to that one.
2. `rebuild` may run while the service runs: what changes meanwhile stays to be folded.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.map_index import statements

_ALONE = 0x6D6170  # the number of our advisory lock
_TRY = text("SELECT pg_try_advisory_xact_lock(:number)")
_WAIT = text("SELECT pg_advisory_xact_lock(:number)")


def fold(session: Session, *, limit: int) -> int:
    """Fold up to `limit` changes, oldest first; return how many."""
    if not session.scalar(_TRY, {"number": _ALONE}):
        return 0
    folded = int(session.scalar(text(statements.FOLD), {"limit": limit}) or 0)
    if folded:
        for statement in statements.DROP_ZEROES:
            session.execute(text(statement))
    return folded


def rebuild(session: Session) -> None:
    """Count every ticket anew."""
    session.execute(_WAIT, {"number": _ALONE})
    for statement in statements.EMPTY:
        session.execute(text(statement))
    session.execute(text(statements.COUNT_ALL))
    for finer, level in zip(statements.LEVELS[:0:-1], statements.LEVELS[-2::-1], strict=True):
        session.execute(text(statements.COARSER), {"finer": finer, "level": level})


def differing(session: Session) -> int:
    """Return how many counts are not those of the tickets, each at one moment."""
    return sum(int(session.scalar(text(one)) or 0) for one in statements.DIFFERING)
