"""Open tickets of a ward and category, the newest first: offered to who gave no point."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

NAME = "ix_ticket_open_area"


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        NAME,
        "ticket",
        ["area_code", "category_code", sa.text("received_at DESC"), sa.text("id DESC")],
        postgresql_where=sa.text("status IN ('received', 'assigned', 'in_progress', 'waiting')"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_index(NAME, table_name="ticket")
