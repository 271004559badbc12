"""What somebody has begun to report is kept until it is sent, or for three days."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, and the index by which old drafts are found."""
    op.create_table(
        "report_draft",
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_report_draft"),
    )
    op.create_index("ix_report_draft_created_at", "report_draft", ["created_at"])


def downgrade() -> None:
    """Forget what was begun."""
    op.drop_table("report_draft")
