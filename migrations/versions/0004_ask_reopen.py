"""A closed ticket notes that its reporter asks to open it again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the index of those that wait for an answer."""
    op.add_column("ticket", sa.Column("reopen_asked_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_ticket_reopen_asked",
        "ticket",
        ["agency_code"],
        postgresql_where=sa.text("reopen_asked_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Forget who asked; the events keep it."""
    op.drop_index("ix_ticket_reopen_asked", table_name="ticket")
    op.drop_column("ticket", "reopen_asked_at")
