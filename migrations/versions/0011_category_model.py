"""The pack's model of likely categories."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; loading the pack fills it."""
    op.create_table(
        "category_model",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    """Drop the table: without it nothing is suggested."""
    op.drop_table("category_model")
