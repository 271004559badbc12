"""Residents say "me too" and "it is fixed": marks of devices, counted once."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = ("supporter", "fixed_claim")


def upgrade() -> None:
    """Add both tables and what the ticket shows of them."""
    for name in TABLES:
        op.create_table(
            name,
            sa.Column("ticket_id", sa.BigInteger(), nullable=False),
            sa.Column("mark", sa.String(22), nullable=False),
            sa.PrimaryKeyConstraint("ticket_id", "mark", name=f"pk_{name}"),
            sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=f"fk_{name}_ticket_id"),
        )
    op.add_column("ticket", sa.Column("fixed_claimed_at", sa.DateTime(timezone=True)))
    op.add_column(
        "ticket",
        sa.Column("supporters_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
    )


def downgrade() -> None:
    """Forget who said so."""
    op.drop_column("ticket", "supporters_count")
    op.drop_column("ticket", "fixed_claimed_at")
    for name in reversed(TABLES):
        op.drop_table(name)
