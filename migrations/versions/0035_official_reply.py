"""Official replies as documents, with their versions."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add documents, and what an office says with them."""
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("bytes_in", sa.Integer(), nullable=False),
        sa.Column("bytes_out", sa.Integer(), nullable=False),
        sa.Column("pages", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
    )
    people = ("filed_by", "shown_by", "hidden_by")
    op.create_table(
        "official_reply",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("signer", sa.String(120), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("filed_by", sa.BigInteger()),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_by", sa.BigInteger()),
        sa.Column("shown_at", sa.DateTime(timezone=True)),
        sa.Column("hidden_by", sa.BigInteger()),
        sa.Column("hidden_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_official_reply_ticket_id"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name="fk_official_reply_document_id"
        ),
        *(
            sa.ForeignKeyConstraint([name], ["account.id"], name=f"fk_official_reply_{name}")
            for name in people
        ),
        sa.PrimaryKeyConstraint("id", name="pk_official_reply"),
        sa.UniqueConstraint("ticket_id", "version", name="uq_official_reply_ticket_id_version"),
        sa.UniqueConstraint("document_id", name="uq_official_reply_document_id"),
    )


def downgrade() -> None:
    """Forget them; the files are swept."""
    op.drop_table("official_reply")
    op.drop_table("document")
