"""Who asks about personal data may say which mailbox the answer goes to, once its owner agrees."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

INDEX = "ix_rights_request_contact_key"


def upgrade() -> None:
    """Add the columns; there are few requests."""
    op.add_column("rights_request", sa.Column("contact_key", sa.LargeBinary()))
    op.add_column("rights_request", sa.Column("contact_confirmed_at", sa.DateTime(timezone=True)))
    op.create_index(
        INDEX,
        "rights_request",
        ["contact_key"],
        postgresql_where=sa.text("contact_key IS NOT NULL"),
    )


def downgrade() -> None:
    """Forget who agreed."""
    op.drop_index(INDEX, "rights_request")
    op.drop_column("rights_request", "contact_confirmed_at")
    op.drop_column("rights_request", "contact_key")
