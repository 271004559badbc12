"""What waits for approval is found by its agency, and what is on hold too.

Rows that are written by the code before this one have no agency: they are found all the same.
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_FILL = """
UPDATE proposal SET agency_code = ticket.agency_code FROM ticket
WHERE ticket.id = proposal.ticket_id AND proposal.decided_at IS NULL
"""


def upgrade() -> None:
    """Note the agency of what waits."""
    op.add_column("proposal", sa.Column("agency_code", sa.String(length=32), nullable=True))
    op.create_foreign_key(
        op.f("fk_proposal_agency_code_agency"), "proposal", "agency", ["agency_code"], ["code"]
    )
    op.execute(_FILL)
    op.create_index(
        "ix_proposal_of_agency",
        "proposal",
        ["agency_code", "ticket_id"],
        postgresql_where=sa.text("decided_at IS NULL"),
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_index("ix_proposal_of_agency", table_name="proposal")
    op.drop_column("proposal", "agency_code")
