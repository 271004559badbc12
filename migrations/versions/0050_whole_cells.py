"""Cells of the map also have one row for all problems together, and one finer level.

The counts are made anew: every ticket is noted, and the first folds count them. A process of the
former release that folds meanwhile fails and leaves its changes to the next fold. The index of the
map knows everything that deep tiles ask for; it is built beside the running system.
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

KEY = (
    "level", "cell", "category_code", "word", "overdue", "area_code", "agency_code",
)  # fmt: skip
_NOTED = "map_key, category_code, status, outcome_code, area_code, agency_code"
NOTE_ALL = (
    f"INSERT INTO map_change (sign, ticket_id, {_NOTED}, overdue)"  # noqa: S608 - our constants
    f" SELECT 1, id, {_NOTED}, overdue_at IS NOT NULL FROM ticket WHERE NOT private"
)
COUNT_ANEW = ("DELETE FROM map_change", "DELETE FROM map_cell", "DELETE FROM map_area", NOTE_ALL)
INDEX, NEW = "ix_ticket_map", "ix_ticket_map_new"
BEFORE = "id, category_code, status, outcome_code, outcome_due_at, overdue_at"
AFTER = (
    "id, kind, category_code, status, outcome_code, overdue_at, area_code, agency_code, received_at"
)


def _count_anew() -> None:
    # No change may come between what is deleted and what is noted; readers go on.
    op.execute("LOCK TABLE ticket IN SHARE ROW EXCLUSIVE MODE")
    for statement in COUNT_ANEW:
        op.execute(statement)


def _include(columns: str) -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for others, and nobody waits for it
        op.execute("SET statement_timeout = 0")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NEW}")  # left half-built
        op.execute(f"CREATE INDEX CONCURRENTLY {NEW} ON ticket (map_key) INCLUDE ({columns})")
        op.execute("SET lock_timeout = '5s'")
        op.execute("SET statement_timeout = '10min'")
    op.execute(f"DROP INDEX {INDEX}")
    op.execute(f"ALTER INDEX {NEW} RENAME TO {INDEX}")


def upgrade() -> None:
    """Add the column to the key, and what the index lacks."""
    _include(AFTER)
    _count_anew()
    op.add_column("map_cell", sa.Column("whole", sa.Boolean(), nullable=False))
    op.drop_constraint("pk_map_cell", "map_cell")
    op.create_primary_key("pk_map_cell", "map_cell", ["whole", *KEY])


def downgrade() -> None:
    """Take them away."""
    _include(BEFORE)
    _count_anew()
    op.drop_constraint("pk_map_cell", "map_cell")
    op.drop_column("map_cell", "whole")
    op.create_primary_key("pk_map_cell", "map_cell", list(KEY))
