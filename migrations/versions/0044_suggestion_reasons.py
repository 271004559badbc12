"""Reasons for and against a suggestion; wishes to merge two of them."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "suggestion_reason",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.String(22)),
        sa.Column("side", sa.String(8), nullable=False),
        sa.Column("body", sa.String(600)),
        sa.Column("public_body", sa.String(600)),
        sa.Column("written_at", AT, nullable=False),
        sa.Column("checked_at", AT),
        sa.Column("hidden_code", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_suggestion_reason"),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name="fk_suggestion_reason_ticket_id"
        ),
        sa.UniqueConstraint("ticket_id", "person", name="uq_suggestion_reason_ticket_id_person"),
    )
    op.create_index(
        "ix_suggestion_reason_unchecked",
        "suggestion_reason",
        ["written_at"],
        postgresql_where=sa.text("checked_at IS NULL"),
    )
    op.create_table(
        "suggestion_merge",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("into_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_suggestion_merge"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_suggestion_merge_ticket_id"),
        sa.ForeignKeyConstraint(["into_id"], ["ticket.id"], name="fk_suggestion_merge_into_id"),
    )
    op.create_index("ix_suggestion_merge_into_id", "suggestion_merge", ["into_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("suggestion_merge")
    op.drop_table("suggestion_reason")
