"""Who was called to what waits too long; by when an agency must accept, approve and explain."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TICKET = ("intake_due_at", "explain_by")
INDEXES = {
    "intake_due_at": "ix_ticket_intake_due",
    "explain_by": "ix_ticket_explain_by",
}


def upgrade() -> None:
    """Add the dates (what is on its way already has none) and the table of calls."""
    for column in TICKET:
        op.add_column("ticket", sa.Column(column, sa.DateTime(timezone=True)))
        op.create_index(
            INDEXES[column],
            "ticket",
            [column],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    op.add_column("proposal", sa.Column("due_at", sa.DateTime(timezone=True)))
    op.create_table(
        "escalation",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agency_code", sa.String(32), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_escalation_ticket_id"),
        sa.ForeignKeyConstraint(["agency_code"], ["agency.code"], name="fk_escalation_agency_code"),
        sa.PrimaryKeyConstraint("id", name="pk_escalation"),
        sa.UniqueConstraint(
            "ticket_id", "reason", "level", "since",
            name="uq_escalation_ticket_id_reason_level_since",
        ),
    )  # fmt: skip
    op.create_index(
        "ix_escalation_again_at",
        "escalation",
        ["again_at"],
        postgresql_where=sa.text("again_at IS NOT NULL"),
    )
    op.create_index("ix_escalation_agency_code", "escalation", ["agency_code", "raised_at"])


def downgrade() -> None:
    """Forget who was called; the events keep it."""
    op.drop_table("escalation")
    op.drop_column("proposal", "due_at")
    for column in TICKET:
        op.drop_index(INDEXES[column], table_name="ticket")
        op.drop_column("ticket", column)
