"""Reply templates of agencies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "reply_template",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agency_code", sa.String(32), nullable=False),
        sa.Column("category_code", sa.String(64)),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("texts", postgresql.JSONB(), nullable=False),
        sa.Column("kept_by", sa.BigInteger(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reply_template"),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agency.code"], name="fk_reply_template_agency_code"
        ),
        sa.ForeignKeyConstraint(["kept_by"], ["account.id"], name="fk_reply_template_kept_by"),
        sa.UniqueConstraint("agency_code", "name", name="uq_reply_template_agency_code_name"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("reply_template")
