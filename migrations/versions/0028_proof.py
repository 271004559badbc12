"""When and where a photo of the work was taken, and whether the same picture was there before."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a proof says about itself."""
    op.add_column(
        "photo",
        sa.Column("evidence", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("photo", sa.Column("taken_at", sa.String(32)))
    op.add_column("photo", sa.Column("taken_lat", sa.Double()))
    op.add_column("photo", sa.Column("taken_lon", sa.Double()))
    op.create_index("ix_photo_sha256", "photo", ["sha256"])


def downgrade() -> None:
    """Forget it."""
    op.drop_index("ix_photo_sha256", "photo")
    for name in ("taken_lon", "taken_lat", "taken_at", "evidence"):
        op.drop_column("photo", name)
