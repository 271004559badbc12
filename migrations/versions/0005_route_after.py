"""An unrouted ticket notes when the router looks at it again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column: empty means now."""
    op.add_column("ticket", sa.Column("route_after", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Look at every unrouted ticket each time again."""
    op.drop_column("ticket", "route_after")
