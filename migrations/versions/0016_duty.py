"""The duty roster, and who was called to an urgent claim."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CLAIM = "urgent_claim AND status IN ('received', 'assigned', 'in_progress', 'waiting')"
UNHEARD = "heard_at IS NULL AND decided_at IS NULL AND account_id IS NOT NULL"


def upgrade() -> None:
    """Add both tables, and the index of undecided claims."""
    op.create_table(
        "duty_shift",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("agency_code", sa.String(32), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_code"], ["agency.code"], name="fk_duty_shift_agency_code"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_duty_shift_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_duty_shift"),
    )
    op.create_index("ix_duty_shift_agency_code", "duty_shift", ["agency_code", "ends_at"])
    op.create_index("ix_duty_shift_account_id", "duty_shift", ["account_id"])
    op.create_table(
        "urgent_call",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger()),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_urgent_call_ticket_id"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_urgent_call_account_id"),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_urgent_call"),
    )
    op.create_index(
        "ix_urgent_call_waiting", "urgent_call", ["called_at"], postgresql_where=sa.text(UNHEARD)
    )
    op.create_index(
        "ix_ticket_urgent_claim", "ticket", ["received_at"], postgresql_where=sa.text(CLAIM)
    )


def downgrade() -> None:
    """Forget the roster and the calls; the events keep what was decided."""
    op.drop_index("ix_ticket_urgent_claim", table_name="ticket")
    op.drop_table("urgent_call")
    op.drop_table("duty_shift")
