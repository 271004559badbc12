"""A browser that has proved a phone keeps the number, sealed, for the report that needs it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("resident_session", sa.Column("phone_enc", sa.LargeBinary()))


def downgrade() -> None:
    """Forget the numbers."""
    op.drop_column("resident_session", "phone_enc")
