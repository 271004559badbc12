"""Proofs that are doubted: found at once, and a photo's ticket by the photo."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

BUILT = {
    "ix_ticket_photo_photo_id": "ticket_photo (photo_id)",
    "ix_ticket_event_doubt": "ticket_event (ticket_id) WHERE kind = 'doubt'",
}


def upgrade() -> None:
    """Build the indexes beside the running system."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for others, and nobody waits for it
        op.execute("SET statement_timeout = 0")
        for name, what in BUILT.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")  # left half-built
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {what}")
        op.execute("SET lock_timeout = '5s'")
        op.execute("SET statement_timeout = '10min'")


def downgrade() -> None:
    """Forget them."""
    for name in BUILT:
        op.execute(f"DROP INDEX {name}")
