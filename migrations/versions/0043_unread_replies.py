"""An index for official replies that nobody has read for the public yet."""

from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Those that wait, the oldest first."""
    op.execute(
        "CREATE INDEX ix_official_reply_unread ON official_reply (filed_at, id)"
        " WHERE shown_at IS NULL AND hidden_at IS NULL"
    )


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP INDEX ix_official_reply_unread")
