"""Networks are counted: asks for codes, flags, photos that wait. Only keyed digests of them."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLES = ("contact_proof", "content_flag", "photo")


def upgrade() -> None:
    """Add the columns; what is there was sent, and nobody knows from where."""
    for name in TABLES:
        op.add_column(name, sa.Column("network_hash", sa.LargeBinary()))
    for name in ("sent", "known_only"):
        op.add_column(
            "contact_proof",
            sa.Column(name, sa.Boolean(), server_default=sa.text("true"), nullable=False),
        )


def downgrade() -> None:
    """Forget them; who shares a code has no part in it any more."""
    op.execute("DELETE FROM contact_proof WHERE NOT sent")
    for name in ("known_only", "sent"):
        op.drop_column("contact_proof", name)
    for name in reversed(TABLES):
        op.drop_column(name, "network_hash")
