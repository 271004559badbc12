"""In whose hands a ticket lies; searching words and codes; filters and acts of several tickets.

The large indexes are built beside the running system, hence outside the transaction and first: each
of those steps can be taken again.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# No other way to say it is immutable: `unaccent` is not only because its dictionary could change.
WORDS = """
CREATE OR REPLACE FUNCTION plain_words(typed text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
SELECT regexp_replace(
    lower(public.unaccent('public.unaccent'::regdictionary, normalize(typed, NFC))),
    '[^a-z0-9]+', ' ', 'g')
$$
"""
BUILT = {
    "ix_report_words": (
        "report USING gin (to_tsvector('simple'::regconfig,"
        " plain_words(COALESCE(text, '') || ' ' || COALESCE(address, ''))))"
    ),
    "ix_ticket_reference_part": "ticket USING gin (replace(reference, '-', '') gin_trgm_ops)",
    "ix_ticket_disputed": (
        "ticket (agency_code, id) WHERE disputed_outcome"
        " AND status IN ('in_progress', 'resolved', 'answered', 'closed')"
        " OR reopen_asked_at IS NOT NULL"
    ),
    "ix_ticket_agency_newest": "ticket (agency_code, received_at DESC, id DESC)",
    "ix_ticket_due_first": (
        "ticket (outcome_due_at, id)"
        " WHERE status IN ('received', 'assigned', 'in_progress', 'waiting')"
    ),
    "ix_ticket_new_first": (
        "ticket (outcome_due_at, id)"
        " WHERE status IN ('received', 'assigned') OR reopen_asked_at IS NOT NULL"
    ),
    "ix_ticket_waiting": "ticket (agency_code, paused_until, id) WHERE status = 'waiting'",
}


def upgrade() -> None:
    """Build the indexes, then add columns and tables."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for others, and nobody waits for it
        op.execute("SET statement_timeout = 0")
        op.execute(WORDS)
        for name, what in BUILT.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")  # left half-built
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {what}")
        op.execute("SET lock_timeout = '5s'")
        op.execute("SET statement_timeout = '10min'")
    op.add_column("ticket", sa.Column("officer_id", sa.BigInteger()))
    op.create_foreign_key("fk_ticket_officer_id", "ticket", "account", ["officer_id"], ["id"])
    op.create_index(
        "ix_ticket_officer",
        "ticket",
        ["officer_id", "outcome_due_at", "id"],
        postgresql_where=sa.text("officer_id IS NOT NULL"),
    )
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("agency_code", sa.String(32), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", postgresql.JSONB(), nullable=False),
        sa.Column("saved_by", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agency.code"], name="fk_saved_filter_agency_code"
        ),
        sa.ForeignKeyConstraint(["saved_by"], ["account.id"], name="fk_saved_filter_saved_by"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_filter"),
        sa.UniqueConstraint("agency_code", "name", name="uq_saved_filter_agency_code_name"),
    )
    op.create_table(
        "bulk_act",
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("verb", sa.String(24), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_bulk_act_account_id"),
        sa.PrimaryKeyConstraint("key", name="pk_bulk_act"),
    )
    op.create_table(
        "bulk_ticket",
        sa.Column("bulk_key", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("officer_before", sa.BigInteger()),
        sa.ForeignKeyConstraint(["bulk_key"], ["bulk_act.key"], name="fk_bulk_ticket_bulk_key"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_bulk_ticket_ticket_id"),
        sa.PrimaryKeyConstraint("bulk_key", "ticket_id", name="pk_bulk_ticket"),
    )


def downgrade() -> None:
    """Forget all of it."""
    op.drop_table("bulk_ticket")
    op.drop_table("bulk_act")
    op.drop_table("saved_filter")
    op.drop_index("ix_ticket_officer", table_name="ticket")
    op.drop_column("ticket", "officer_id")
    for name in BUILT:
        op.execute(f"DROP INDEX {name}")
    op.execute("DROP FUNCTION plain_words(text)")
