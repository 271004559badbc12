"""An index for the few events by which a report became a suggestion, or the other way round."""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

NAME, WHAT = "ix_ticket_event_convert", "ticket_event (ticket_id) WHERE kind = 'convert'"


def upgrade() -> None:
    """Build it beside the running system."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for others, and nobody waits for it
        op.execute("SET statement_timeout = 0")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")  # left half-built
        op.execute(f"CREATE INDEX CONCURRENTLY {NAME} ON {WHAT}")
        op.execute("SET lock_timeout = '5s'")
        op.execute("SET statement_timeout = '10min'")


def downgrade() -> None:
    """Forget it."""
    op.execute(f"DROP INDEX {NAME}")
