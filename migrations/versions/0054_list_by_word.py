"""Lists by map word, category and area are read from where they begin, whatever else is asked.

A ticket's map word is a function of the database, so that it can be indexed; it says what
`app.tickets.words.MAP_WORDS` says, and a test compares them. What else is asked stands behind the
order: what does not fit is left out without a look at the ticket.
The indexes are built beside the running system, outside the transaction; the step can be taken
again.
"""

from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

WORD = """
CREATE OR REPLACE FUNCTION map_word(status text, outcome text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT CASE
    WHEN status IN ('received', 'assigned') THEN 'waiting'
    WHEN status IN ('in_progress', 'waiting', 'in_delivery') THEN 'in_progress'
    WHEN status IN ('resolved', 'delivered') THEN 'resolved'
    WHEN status IN ('answered', 'dropped', 'expired') THEN 'answered'
    WHEN status = 'declined' THEN 'declined'
    WHEN status = 'closed' AND outcome IN ('fixed', 'enforced') THEN 'resolved'
    WHEN status = 'closed' AND outcome IN ('explained', 'nothing_found', 'planned') THEN 'answered'
    ELSE ''
END
$$
"""
_NEWEST = "received_at DESC, id DESC"
BUILT = {
    "ix_ticket_word": (
        f"map_word(status, outcome_code), {_NEWEST}, category_code, area_code, agency_code"
    ),
    "ix_ticket_category": f"category_code, {_NEWEST}, area_code, agency_code",
    "ix_ticket_area_new": f"area_code, {_NEWEST}, agency_code",
}
AREA = f"CREATE INDEX CONCURRENTLY ix_ticket_area_new ON ticket (area_code, {_NEWEST})"


def upgrade() -> None:
    """Build the indexes, and let the planner know how frequent each word is."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for others, and nobody waits for it
        op.execute("SET statement_timeout = 0")
        op.execute(WORD)
        for name, what in BUILT.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")  # left half-built
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON ticket ({what})")
        op.execute("ANALYZE ticket")
        op.execute("SET lock_timeout = '5s'")
        op.execute("SET statement_timeout = '10min'")
    _take_over()


def downgrade() -> None:
    """Take them away."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        op.execute("SET statement_timeout = 0")
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_ticket_area_new")
        op.execute(AREA)
        op.execute("SET lock_timeout = '5s'")
        op.execute("SET statement_timeout = '10min'")
    _take_over()
    op.execute("DROP INDEX ix_ticket_word")
    op.execute("DROP INDEX ix_ticket_category")
    op.execute("DROP FUNCTION map_word(text, text)")


def _take_over() -> None:
    op.execute("DROP INDEX ix_ticket_area")
    op.execute("ALTER INDEX ix_ticket_area_new RENAME TO ix_ticket_area")
