"""Requests about personal data, what shows somebody, and flags of the public pages."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INDEX = "ix_ticket_unchecked"
CHECKED_ONCE = "content = 'pending' OR (content = 'published' AND checked_at IS NULL)"
FLAGGED_TOO = (
    "content = 'pending' OR (content = 'published' AND (checked_at IS NULL"
    " OR flagged_at IS NOT NULL))"
)
OPEN = "closed_at IS NULL"
COUNTED = "device_hash IS NOT NULL"


def upgrade() -> None:
    op.add_column("ticket", sa.Column("flagged_at", sa.DateTime(timezone=True)))
    _replace(FLAGGED_TOO)
    op.add_column("report", sa.Column("hidden_code", sa.String(32)))
    op.add_column("event_text", sa.Column("hidden_code", sa.String(32)))
    op.create_index(
        "ix_report_device_hash",
        "report",
        ["device_hash", "received_at"],
        postgresql_where=sa.text(COUNTED),
    )
    op.create_table(
        "rights_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("identity", sa.String(16), nullable=False),
        sa.Column("lang", sa.String(16), nullable=False),
        sa.Column("body_enc", sa.LargeBinary()),
        sa.Column("contact_enc", sa.LargeBinary()),
        sa.Column("ticket_id", sa.BigInteger(), sa.ForeignKey("ticket.id")),
        sa.Column("report_id", sa.BigInteger(), sa.ForeignKey("report.id")),
        sa.Column("target", sa.String(48)),
        sa.Column("hidden", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("extended_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.String(8)),
        sa.Column("answer", sa.Text()),
        sa.Column("decided_by", sa.BigInteger(), sa.ForeignKey("account.id")),
        sa.Column("device_hash", sa.LargeBinary()),
        sa.Column("network_hash", sa.LargeBinary()),
    )
    op.create_index(
        "ix_rights_request_open", "rights_request", ["done_due_at"], postgresql_where=sa.text(OPEN)
    )
    op.create_index("ix_rights_request_target", "rights_request", ["ticket_id", "target"])
    op.create_index("ix_rights_request_received_at", "rights_request", ["received_at"])
    op.create_table(
        "content_flag",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("ticket_id", sa.BigInteger(), sa.ForeignKey("ticket.id"), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("device_hash", sa.LargeBinary()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("ticket_id", "device_hash"),
    )
    op.create_index("ix_content_flag_created_at", "content_flag", ["created_at"])


def downgrade() -> None:
    op.drop_table("content_flag")
    op.drop_table("rights_request")
    op.drop_index("ix_report_device_hash", table_name="report")
    op.drop_column("event_text", "hidden_code")
    op.drop_column("report", "hidden_code")
    _replace(CHECKED_ONCE)
    op.drop_column("ticket", "flagged_at")


def _replace(condition: str) -> None:
    op.drop_index(INDEX, table_name="ticket")
    op.create_index(INDEX, "ticket", ["received_at", "id"], postgresql_where=sa.text(condition))
