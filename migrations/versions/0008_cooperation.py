"""Requests for help are answered, several in a ticket's life; a proposal may be nobody's."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPEN = "done_at IS NULL AND returned_at IS NULL"
LATE, ONE_OPEN = "ix_cooperation_becoming_overdue", "uq_cooperation_open"
FORMERLY = "uq_cooperation_ticket_id_agency_code"


def upgrade() -> None:
    """Add the answers; one open request for each agency instead of one for ever."""
    op.add_column("cooperation", sa.Column("returned_at", sa.DateTime(timezone=True)))
    op.add_column("cooperation", sa.Column("return_code", sa.String(32)))
    op.add_column("cooperation", sa.Column("overdue_at", sa.DateTime(timezone=True)))
    op.create_index("ix_cooperation_ticket_id", "cooperation", ["ticket_id"])
    op.create_index(
        ONE_OPEN,
        "cooperation",
        ["ticket_id", "agency_code"],
        unique=True,
        postgresql_where=sa.text(OPEN),
    )
    op.create_index(
        LATE,
        "cooperation",
        ["due_at"],
        postgresql_where=sa.text(f"{OPEN} AND overdue_at IS NULL"),
    )
    op.drop_constraint(FORMERLY, "cooperation", type_="unique")
    op.alter_column("proposal", "proposed_by", nullable=True)


def downgrade() -> None:
    """Keep the last request to each agency; proposals that are nobody's cannot be kept."""
    op.execute("DELETE FROM proposal WHERE proposed_by IS NULL")
    op.alter_column("proposal", "proposed_by", nullable=False)
    op.execute(
        "DELETE FROM cooperation older USING cooperation newer"
        " WHERE older.ticket_id = newer.ticket_id AND older.agency_code = newer.agency_code"
        " AND older.id < newer.id"
    )
    op.create_unique_constraint(FORMERLY, "cooperation", ["ticket_id", "agency_code"])
    for index in (LATE, ONE_OPEN, "ix_cooperation_ticket_id"):
        op.drop_index(index, table_name="cooperation")
    for column in ("overdue_at", "return_code", "returned_at"):
        op.drop_column("cooperation", column)
