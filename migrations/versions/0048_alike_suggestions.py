"""Finding the published suggestions that are like what somebody types.

The index is built beside the running system, outside the transaction; the step can be taken again.
"""

from alembic import op

revision = "0048"
down_revision = "0046"
branch_labels = None
depends_on = None

INDEX = "ix_suggestion_alike"
BUILT = "suggestion USING gin (plain_words(title::text) gin_trgm_ops)"


def upgrade() -> None:
    """Build the index."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for others, and nobody waits for it
        op.execute("SET statement_timeout = 0")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}")  # left half-built
        op.execute(f"CREATE INDEX CONCURRENTLY {INDEX} ON {BUILT} WHERE publication = 'published'")
        op.execute("SET lock_timeout = '5s'")
        op.execute("SET statement_timeout = '10min'")


def downgrade() -> None:
    """Take it away."""
    op.execute(f"DROP INDEX {INDEX}")
