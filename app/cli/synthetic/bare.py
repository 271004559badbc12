"""Tables that are filled without their indexes and foreign keys, which are built again afterwards.

1. What a table has is read from the catalogue. Stays what somebody refers to: primary keys.
2. All of it is one transaction: whoever breaks it off, or takes away the power, leaves the tables
   as they were before, with everything. Until it ends everybody else waits for these tables.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

MEMORY: Final = "256MB"
"""What building one index may use; the server's usual share makes large ones slower."""

# Uniqueness comes before the keys that might refer to it.
_CONSTRAINTS = text(
    """
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
           format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
                  pg_get_constraintdef(oid))
    FROM pg_constraint own
    WHERE conrelid = ANY(CAST(:names AS regclass[])) AND (contype = 'f' OR contype = 'u'
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND conindid = own.conindid))
    ORDER BY contype DESC, conrelid::regclass::text, conname
    """
)
_INDEXES = text(
    """
    SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index
    WHERE indrelid = ANY(CAST(:names AS regclass[]))
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    ORDER BY indexrelid::regclass::text
    """
)


@contextmanager
def bare(session: Session, names: Sequence[str]) -> Iterator[None]:
    """Take away what slows writing down for the time of the block, inside its transaction."""
    given = {"names": list(names)}
    taken = [
        tuple(row) for query in (_INDEXES, _CONSTRAINTS) for row in session.execute(query, given)
    ]
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # no check of what came before is left
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    for drop, _build in reversed(taken):
        session.execute(text(drop))
    yield
    session.execute(
        text("SELECT set_config('maintenance_work_mem', :memory, true)"), {"memory": MEMORY}
    )
    for _drop, build in taken:
        _exactly(session, build)
    session.execute(text(f"ANALYZE {', '.join(names)}"))


def _exactly(session: Session, statement: str) -> None:
    """Run what the catalogue wrote: a colon in it is no parameter of ours."""
    session.connection().exec_driver_sql(statement.replace("%", "%%"))
