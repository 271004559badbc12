"""Reasons are kept as they are read, and a question about an answer is no dispute."""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_ERASE = "UPDATE suggestion_reason SET body = NULL WHERE body IS NOT NULL"
_CALM = "UPDATE ticket SET disputed_outcome = false WHERE kind = 'suggestion' AND disputed_outcome"


def upgrade() -> None:
    """Erase the words as they were typed, where nobody reads them; end marks that nobody ends."""
    op.execute(_ERASE)
    op.execute(_CALM)


def downgrade() -> None:
    """What was erased stays so."""
