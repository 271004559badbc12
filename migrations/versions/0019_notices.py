"""Known incidents: what agencies tell before it is reported again."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; there are few rows at a time."""
    at = sa.DateTime(timezone=True)
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("agency_code", sa.String(32), nullable=False),
        sa.Column("category_code", sa.String(32)),
        sa.Column("area_code", sa.String(64)),
        sa.Column("place", Geometry("POINT", srid=4326, spatial_index=False)),
        sa.Column("radius_m", sa.Integer()),
        sa.Column("texts", JSONB(), nullable=False),
        sa.Column("starts_at", at, nullable=False),
        sa.Column("expected_end", at, nullable=False),
        sa.Column("ended_at", at),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", at, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.ForeignKeyConstraint(["agency_code"], ["agency.code"], name="fk_notice_agency_code"),
        sa.ForeignKeyConstraint(
            ["category_code"], ["category.code"], name="fk_notice_category_code"
        ),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name="fk_notice_area_code"),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name="fk_notice_created_by"),
    )
    op.create_index(
        "ix_notice_current",
        "notice",
        ["expected_end"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("notice")
