"""How content reporters are with an outcome."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "rating",
        sa.Column("report_id", sa.BigInteger(), sa.ForeignKey("report.id"), primary_key=True),
        sa.Column(
            "outcome_event_id",
            sa.BigInteger(),
            sa.ForeignKey("ticket_event.id"),
            primary_key=True,
        ),
        sa.Column("value", sa.String(16), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_rating_outcome_event_id", "rating", ["outcome_event_id"])


def downgrade() -> None:
    """Drop the table; the events keep what was said."""
    op.drop_table("rating")
