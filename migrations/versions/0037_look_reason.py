"""Why somebody looked at a contact stands beside who and when."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; earlier looks have no reason."""
    op.add_column("staff_audit", sa.Column("reason", sa.Text(), nullable=True))


def downgrade() -> None:
    """Forget the reasons; the looks stay."""
    op.drop_column("staff_audit", "reason")
