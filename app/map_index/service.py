"""Keeps the counts of the map: folds what changed, or counts everything anew.

1. One at a time: who finds another at it leaves it to that one.
2. `rebuild` may run while the service runs: what changes meanwhile stays to be folded.
3. Who fills an empty city and rebuilds afterwards need not have every ticket noted: `unnoted`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.db import take_time
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


@contextmanager
def unnoted(session: Session) -> Iterator[None]:
    """Let tickets be written that no change is noted of (rule 3); others wait to write theirs."""
    session.execute(text("ALTER TABLE ticket DISABLE TRIGGER map_new"))
    yield
    session.execute(text("ALTER TABLE ticket ENABLE TRIGGER map_new"))


def rebuild(session: Session) -> None:
    """Count every ticket anew."""
    take_time(session)
    session.execute(_WAIT, {"number": _ALONE})
    for statement in statements.EMPTY:
        session.execute(text(statement))
    session.execute(text(statements.COUNT_ALL))
    for finer, level in zip(statements.LEVELS[:0:-1], statements.LEVELS[-2::-1], strict=True):
        session.execute(text(statements.COARSER), {"finer": finer, "level": level})


def differing(session: Session) -> int:
    """Return how many counts are not those of the tickets, each at one moment."""
    take_time(session)
    return sum(int(session.scalar(text(one)) or 0) for one in statements.DIFFERING)
