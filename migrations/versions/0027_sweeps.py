"""Indexes for what sweeps and administrators ask for: plans that come due, lost messages."""

from alembic import op
from sqlalchemy import text

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; each holds few rows."""
    op.create_index(
        "ix_ticket_planned",
        "ticket",
        ["planned_for"],
        postgresql_where=text("outcome_code = 'planned'"),
    )
    op.create_index(
        "ix_delivery_given_up",
        "delivery",
        ["created_at"],
        postgresql_where=text("state = 'given_up'"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_delivery_given_up", "delivery")
    op.drop_index("ix_ticket_planned", "ticket")
