"""The figures of months, and finding the events of a month.

The index is built beside the running system, hence outside the transaction and first: that step can
be taken again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

INDEX = "ix_ticket_event_occurred_at"
# A ticket that is private now counted while it was not: those months are made anew.
STALE = """
CREATE FUNCTION note_stale_measures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE measure_period SET stale = true WHERE ends_at > OLD.received_at AND NOT stale;
    RETURN NULL;
END $$
"""
ON_PRIVATE = (
    "CREATE TRIGGER measures_private AFTER UPDATE OF private ON ticket"
    " FOR EACH ROW WHEN (OLD.private IS DISTINCT FROM NEW.private)"
    " EXECUTE FUNCTION note_stale_measures()"
)
# What a category shows no more was counted by area while it did.
STALE_ALL = """
CREATE FUNCTION note_stale_areas() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE measure_period SET stale = true WHERE NOT stale;
    RETURN NULL;
END $$
"""
ON_CATEGORY = (
    "CREATE TRIGGER measures_category AFTER UPDATE OF public_detail ON category"
    " FOR EACH ROW WHEN ((OLD.public_detail = 'none') <> (NEW.public_detail = 'none'))"
    " EXECUTE FUNCTION note_stale_areas()"
)


def upgrade() -> None:
    """Build the index, then add the tables and what marks them."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for others, and nobody waits for it
        op.execute("SET statement_timeout = 0")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}")  # left half-built
        op.execute(f"CREATE INDEX CONCURRENTLY {INDEX} ON ticket_event USING brin (occurred_at)")
        op.execute("SET lock_timeout = '5s'")
        op.execute("SET statement_timeout = '10min'")
    op.create_table(
        "measure_period",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("definitions", sa.SmallInteger(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cut_off_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True)),
        sa.Column("stale", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("private", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(32)),
        sa.PrimaryKeyConstraint("month", "version", name="pk_measure_period"),
    )
    op.create_table(
        "measure_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("dimension", sa.String(16), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("metric", sa.String(24), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer()),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["month", "version"],
            ["measure_period.month", "measure_period.version"],
            name="fk_measure_month_month_version",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "month", "version", "dimension", "key", "metric", name="pk_measure_month"
        ),
    )
    op.execute(STALE)
    op.execute(ON_PRIVATE)
    op.execute(STALE_ALL)
    op.execute(ON_CATEGORY)


def downgrade() -> None:
    """Forget all of it."""
    op.execute("DROP TRIGGER measures_category ON category")
    op.execute("DROP FUNCTION note_stale_areas()")
    op.execute("DROP TRIGGER measures_private ON ticket")
    op.execute("DROP FUNCTION note_stale_measures()")
    op.drop_table("measure_month")
    op.drop_table("measure_period")
    op.execute(f"DROP INDEX {INDEX}")
