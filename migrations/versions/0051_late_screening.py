"""Whether it was said that nobody has read a suggestion in time."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the instant. What is late already is said by the next scan."""
    op.add_column("suggestion", sa.Column("screen_overdue_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("suggestion", "screen_overdue_at")
