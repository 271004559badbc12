"""A first reply that is late is noted once, as a late outcome is."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEX = "ix_ticket_reply_becoming_overdue"
WAITING = (
    "status IN ('received', 'assigned', 'in_progress', 'waiting')"
    " AND first_replied_at IS NULL AND reply_overdue_at IS NULL"
)


def upgrade() -> None:
    """Add the column and the index of those that are not noted yet."""
    op.add_column("ticket", sa.Column("reply_overdue_at", sa.DateTime(timezone=True)))
    op.create_index(INDEX, "ticket", ["first_reply_due_at"], postgresql_where=sa.text(WAITING))


def downgrade() -> None:
    """Forget what was noted; the events keep it."""
    op.drop_index(INDEX, table_name="ticket")
    op.drop_column("ticket", "reply_overdue_at")
