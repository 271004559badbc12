"""Suggestions: publication, words, supports, reasons."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "suggestion",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("publication", sa.String(16), nullable=False),
        sa.Column("refusal_code", sa.String(32)),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("screen_due_at", AT, nullable=False),
        sa.Column("published_at", AT),
        sa.Column("threshold", sa.Integer()),
        sa.Column("crossed_at", AT),
        sa.Column("basis", sa.Text()),
        sa.Column("decider", sa.String(120)),
        sa.Column("step_due_at", AT),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_suggestion"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_suggestion_ticket_id"),
    )
    op.create_index(
        "ix_suggestion_screen_due_at",
        "suggestion",
        ["screen_due_at"],
        postgresql_where=sa.text("publication IN ('submitted', 'screening')"),
    )
    op.create_index(
        "ix_suggestion_step_due_at",
        "suggestion",
        ["step_due_at"],
        postgresql_where=sa.text("step_due_at IS NOT NULL"),
    )
    op.create_table(
        "suggestion_text",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("addendum", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("body", sa.Text()),
        sa.Column("public_title", sa.String(120), nullable=False),
        sa.Column("public_body", sa.Text()),
        sa.Column("written_at", AT, nullable=False),
        sa.Column("checked_at", AT),
        sa.Column("erased_at", AT),
        sa.PrimaryKeyConstraint("ticket_id", "number", name="pk_suggestion_text"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_suggestion_text_ticket_id"),
    )
    op.create_index(
        "ix_suggestion_text_unchecked",
        "suggestion_text",
        ["written_at"],
        postgresql_where=sa.text("checked_at IS NULL AND erased_at IS NULL"),
    )
    op.create_table(
        "suggestion_support",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.String(22), nullable=False),
        sa.Column("supported_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", "person", name="pk_suggestion_support"),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name="fk_suggestion_support_ticket_id"
        ),
    )
    # The list: published ones by support. Problems have nothing to do with it.
    op.create_index(
        "ix_ticket_by_support",
        "ticket",
        [sa.text("supporters_count DESC"), sa.text("id DESC")],
        postgresql_where=sa.text("kind = 'suggestion'"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_ticket_by_support", table_name="ticket")
    for name in ("suggestion_support", "suggestion_text", "suggestion"):
        op.drop_table(name)
