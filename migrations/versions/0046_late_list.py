"""The list of what is overdue: the newest first, of all, of a category, of an area, of an agency.

The indexes hold what is late now, so that they stay small however many tickets there were. They are
built beside the running system, outside the transaction; the step can be taken again.
"""

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

BY = {"list": "", "category": "category_code, ", "area": "area_code, ", "agency": "agency_code, "}
LATE = (
    "overdue_at IS NOT NULL AND NOT private"
    " AND status IN ('received', 'assigned', 'in_progress', 'waiting')"
)


def upgrade() -> None:
    """Build the indexes."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for others, and nobody waits for it
        op.execute("SET statement_timeout = 0")
        for name, first in BY.items():
            index = f"ix_ticket_late_{name}"
            columns = f"{first}received_at DESC, id DESC"
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index}")  # left half-built
            op.execute(f"CREATE INDEX CONCURRENTLY {index} ON ticket ({columns}) WHERE {LATE}")
        op.execute("SET lock_timeout = '5s'")
        op.execute("SET statement_timeout = '10min'")


def downgrade() -> None:
    """Take them away."""
    for name in BY:
        op.execute(f"DROP INDEX ix_ticket_late_{name}")
