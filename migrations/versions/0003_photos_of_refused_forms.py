"""Photos that came with a form that was refused wait for its next sending."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WAITING = sa.text("form_key IS NOT NULL")


def upgrade() -> None:
    op.add_column("photo", sa.Column("form_key", sa.Uuid(), nullable=True))
    op.create_index("ix_photo_form_key", "photo", ["form_key"], postgresql_where=WAITING)


def downgrade() -> None:
    op.drop_index("ix_photo_form_key", table_name="photo", postgresql_where=WAITING)
    op.drop_column("photo", "form_key")
