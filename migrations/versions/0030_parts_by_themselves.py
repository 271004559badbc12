"""What somebody added to a ticket is checked by itself: when."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("report", sa.Column("part_checked_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """What was looked at by itself only waits for a look again: nothing becomes public by this."""
    op.drop_column("report", "part_checked_at")
