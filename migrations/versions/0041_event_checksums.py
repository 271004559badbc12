"""What the events of a final month hold."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the checksum; the job fills it in."""
    op.add_column("measure_period", sa.Column("events_sha256", sa.String(64)))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("measure_period", "events_sha256")
