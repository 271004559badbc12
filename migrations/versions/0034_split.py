"""What was split off of a report, and the day that was set for the work."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

PLANNED = "planned_for IS NOT NULL AND status IN ('received', 'assigned', 'in_progress', 'waiting')"


def upgrade() -> None:
    """Build the indexes beside the running system: each of those steps can be taken again."""
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE report ADD COLUMN IF NOT EXISTS split_from_id BIGINT")
        op.execute("SET lock_timeout = 0")  # it waits for others, and nobody waits for it
        op.execute("SET statement_timeout = 0")
        for name, what in (
            ("ix_report_split_from_id", "report (split_from_id) WHERE split_from_id IS NOT NULL"),
            ("ix_ticket_plan_of_work", f"ticket (planned_for) WHERE {PLANNED}"),
        ):
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")  # left half-built
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {what}")
        op.execute("SET lock_timeout = '5s'")
        op.execute("SET statement_timeout = '10min'")
    op.create_foreign_key("fk_report_split_from_id", "report", "report", ["split_from_id"], ["id"])


def downgrade() -> None:
    """Forget it: what was split off stays a report of its own."""
    op.drop_index("ix_ticket_plan_of_work", table_name="ticket")
    op.drop_index("ix_report_split_from_id", table_name="report")
    op.drop_constraint("fk_report_split_from_id", "report")
    op.drop_column("report", "split_from_id")
