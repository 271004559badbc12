"""Two people at the check are never given the same ticket: a turn that runs out by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the turns."""
    op.create_table(
        "check_turn",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_check_turn"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_check_turn_ticket_id"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_check_turn_account_id"),
    )
    op.create_index("ix_check_turn_account_id", "check_turn", ["account_id"])


def downgrade() -> None:
    """Whose turn it is does not outlast the day."""
    op.drop_table("check_turn")
