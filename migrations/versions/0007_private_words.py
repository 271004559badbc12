"""What a reporter keeps from the public, and whose words an event carries."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WRITTEN = sa.text("report_id IS NOT NULL")
# Words of earlier events have one possible writer where the ticket has one report.
BACKFILL = """
UPDATE event_text SET report_id = only_one.report_id
FROM ticket_event e,
     (SELECT ticket_id, min(id) AS report_id FROM report GROUP BY ticket_id HAVING count(*) = 1)
         AS only_one
WHERE e.id = event_text.event_id AND only_one.ticket_id = e.ticket_id
  AND e.actor_role = 'reporter'
"""


def upgrade() -> None:
    """Add the columns; nothing becomes more public or less."""
    op.add_column(
        "ticket", sa.Column("coarse", sa.Boolean(), server_default="false", nullable=False)
    )
    op.add_column("ticket", sa.Column("legal_kind", sa.String(16)))
    op.add_column(
        "report",
        sa.Column(
            "signals",
            sa.dialects.postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
    )
    op.add_column("report", sa.Column("device_hash", sa.LargeBinary()))
    op.add_column("event_text", sa.Column("report_id", sa.BigInteger()))
    op.create_foreign_key(
        "fk_event_text_report_id_report", "event_text", "report", ["report_id"], ["id"]
    )
    op.create_index(
        "ix_event_text_report_id", "event_text", ["report_id"], postgresql_where=WRITTEN
    )
    op.execute(BACKFILL)


def downgrade() -> None:
    """Forget who wrote what; a ticket that is private stays so."""
    op.drop_index("ix_event_text_report_id", table_name="event_text")
    op.drop_column("event_text", "report_id")
    op.drop_column("report", "device_hash")
    op.drop_column("report", "signals")
    op.drop_column("ticket", "legal_kind")
    op.drop_column("ticket", "coarse")
