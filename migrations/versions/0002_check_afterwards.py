"""The check's list also has what was published at once and nobody has looked at yet."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INDEX = "ix_ticket_unchecked"


def upgrade() -> None:
    """Widen the index to both kinds of unchecked tickets."""
    _replace("content = 'pending' OR (content = 'published' AND checked_at IS NULL)")


def downgrade() -> None:
    """Back to those that wait before they are published."""
    _replace("content = 'pending'")


def _replace(condition: str) -> None:
    op.drop_index(INDEX, table_name="ticket")
    op.create_index(INDEX, "ticket", ["received_at", "id"], postgresql_where=sa.text(condition))
