"""A report may join a ticket that is open: its own words wait for the check, the others stay."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


COLUMNS = (
    ("report", "since_version", sa.Integer(), "0"),
    ("report_photo", "since_version", sa.Integer(), "0"),
    ("ticket", "checked_version", sa.Integer(), "0"),
    ("category", "reach_m", sa.SmallInteger(), "60"),
)


def upgrade() -> None:
    """Add since when it is there, which version was checked, how near a category's reports are."""
    for table, name, kind, default in COLUMNS:
        column = sa.Column(name, kind, server_default=sa.text(default), nullable=False)
        op.add_column(table, column)


def downgrade() -> None:
    """Forget it."""
    for table, name, _kind, _default in reversed(COLUMNS):
        op.drop_column(table, name)
