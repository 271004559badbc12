"""Cells of the map know area and agency too, so that every filter is answered from the counts.

The counts are made anew: every ticket is noted, and the first folds count them. A process of the
former release that folds meanwhile fails and leaves its changes to the next fold.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

KEY = ("level", "cell", "category_code", "word", "overdue")
MORE = ("area_code", "agency_code")
_NOTED = "map_key, category_code, status, outcome_code, area_code, agency_code"
NOTE_ALL = (
    f"INSERT INTO map_change (sign, ticket_id, {_NOTED}, overdue)"  # noqa: S608 - our constants
    f" SELECT 1, id, {_NOTED}, overdue_at IS NOT NULL FROM ticket WHERE NOT private"
)
COUNT_ANEW = ("DELETE FROM map_change", "DELETE FROM map_cell", "DELETE FROM map_area", NOTE_ALL)


def _count_anew() -> None:
    # No change may come between what is deleted and what is noted; readers go on.
    op.execute("LOCK TABLE ticket IN SHARE ROW EXCLUSIVE MODE")
    for statement in COUNT_ANEW:
        op.execute(statement)


def upgrade() -> None:
    """Add the two columns to the key."""
    _count_anew()
    for name in MORE:
        op.add_column("map_cell", sa.Column(name, sa.String(64), nullable=False))
    op.drop_constraint("pk_map_cell", "map_cell")
    op.create_primary_key("pk_map_cell", "map_cell", [*KEY, *MORE])


def downgrade() -> None:
    """Take them away."""
    _count_anew()
    op.drop_constraint("pk_map_cell", "map_cell")
    for name in MORE:
        op.drop_column("map_cell", name)
    op.create_primary_key("pk_map_cell", "map_cell", list(KEY))
