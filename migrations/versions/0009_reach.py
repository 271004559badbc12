"""More ways to reach people: push and phones, proofs of an address, and one message of a kind.

Addresses of before get their keys when they are used next; they are encrypted, so that this
migration cannot read them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FIRST = "instead_of IS NULL AND event_id IS NOT NULL"
ONCE = "instead_of IS NULL AND once IS NOT NULL"


def upgrade() -> None:
    """Add columns, indexes and the two tables."""
    for name in ("push_enc", "email_key", "phone_key"):
        op.add_column("contact", sa.Column(name, sa.LargeBinary()))
    op.add_column("contact", sa.Column("phone_verified_at", sa.DateTime(timezone=True)))
    for name in ("email_key", "phone_key"):
        op.create_index(
            f"ix_contact_{name}", "contact", [name], postgresql_where=sa.text(f"{name} IS NOT NULL")
        )
    op.add_column("delivery", sa.Column("once", sa.String(32)))
    op.add_column("delivery", sa.Column("instead_of", sa.BigInteger()))
    op.create_foreign_key(
        "fk_delivery_instead_of_delivery", "delivery", "delivery", ["instead_of"], ["id"]
    )
    op.create_unique_constraint("uq_delivery_instead_of", "delivery", ["instead_of"])
    op.create_index(
        "uq_delivery_first_of_event", "delivery", ["event_id", "recipient"], unique=True,
        postgresql_where=sa.text(FIRST),
    )  # fmt: skip
    op.create_index(
        "uq_delivery_once", "delivery", ["recipient", "once"], unique=True,
        postgresql_where=sa.text(ONCE),
    )  # fmt: skip
    _proofs()
    _sessions()


def _proofs() -> None:
    op.create_table(
        "contact_proof",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("contact_key", sa.LargeBinary(), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_contact_proof"),
    )
    op.create_index("ix_contact_proof_contact_key", "contact_proof", ["contact_key", "created_at"])
    op.create_index("ix_contact_proof_secret_hash", "contact_proof", ["secret_hash"])
    op.create_index("ix_contact_proof_expires_at", "contact_proof", ["expires_at"])


def _sessions() -> None:
    op.create_table(
        "resident_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("proven", ARRAY(sa.LargeBinary()), nullable=False),
        sa.Column("identity", sa.LargeBinary()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_resident_session"),
        sa.UniqueConstraint("token_hash", name="uq_resident_session_token_hash"),
    )
    op.create_index("ix_resident_session_expires_at", "resident_session", ["expires_at"])


def downgrade() -> None:
    """Forget subscriptions, keys and proofs; messages of other channels are dropped."""
    op.drop_table("resident_session")
    op.drop_table("contact_proof")
    op.drop_index("uq_delivery_once", table_name="delivery")
    op.drop_index("uq_delivery_first_of_event", table_name="delivery")
    op.drop_constraint("uq_delivery_instead_of", "delivery", type_="unique")
    op.drop_constraint("fk_delivery_instead_of_delivery", "delivery", type_="foreignkey")
    op.execute("DELETE FROM delivery WHERE channel <> 'email' OR recipient LIKE 'proof:%'")
    op.drop_column("delivery", "instead_of")
    op.drop_column("delivery", "once")
    op.drop_index("ix_contact_phone_key", table_name="contact")
    op.drop_index("ix_contact_email_key", table_name="contact")
    for name in ("phone_verified_at", "phone_key", "email_key", "push_enc"):
        op.drop_column("contact", name)
