"""Finding the tickets that changed since an instant.

The index is built beside the running system, outside the transaction; the step can be taken again.
"""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

INDEX = "ix_ticket_changed"


def upgrade() -> None:
    """Build the index."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for others, and nobody waits for it
        op.execute("SET statement_timeout = 0")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}")  # left half-built
        op.execute(f"CREATE INDEX CONCURRENTLY {INDEX} ON ticket (updated_at, id)")
        op.execute("SET lock_timeout = '5s'")
        op.execute("SET statement_timeout = '10min'")


def downgrade() -> None:
    """Take it away."""
    op.execute(f"DROP INDEX {INDEX}")
