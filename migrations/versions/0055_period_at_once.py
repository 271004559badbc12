"""Maps of a period are counted from the list's index alone, which knows what they ask for.

The index is built beside the running system, outside the transaction; the step can be taken again.
"""

from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

INDEX, NEW = "ix_ticket_public_list", "ix_ticket_public_list_new"
ORDER = "received_at DESC, id DESC"
KNOWN = (
    "private, map_key, kind, category_code, status, outcome_code, overdue_at, area_code,"
    " agency_code"
)


def upgrade() -> None:
    """Build the wider index, and let it take the other's place."""
    _instead(f"({ORDER}) INCLUDE ({KNOWN})")


def downgrade() -> None:
    """Build the narrow one again."""
    _instead(f"({ORDER})")


def _instead(what: str) -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for others, and nobody waits for it
        op.execute("SET statement_timeout = 0")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NEW}")  # left half-built
        op.execute(f"CREATE INDEX CONCURRENTLY {NEW} ON ticket {what}")
        op.execute("SET lock_timeout = '5s'")
        op.execute("SET statement_timeout = '10min'")
    op.execute(f"DROP INDEX {INDEX}")
    op.execute(f"ALTER INDEX {NEW} RENAME TO {INDEX}")
