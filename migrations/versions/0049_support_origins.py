"""What kind of address a support was proved with, for those who look for stuffing."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of what was counted before, it is not known."""
    op.add_column("suggestion_support", sa.Column("proved_by", sa.String(12)))
    op.add_column("suggestion_support", sa.Column("domain", sa.String(22)))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("suggestion_support", "domain")
    op.drop_column("suggestion_support", "proved_by")
