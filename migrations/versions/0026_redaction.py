"""Parts of a photo are made unreadable: another photo takes its place, the original is sealed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say which photo another one redacts, and since when an original is sealed."""
    op.add_column("photo", sa.Column("redacts", sa.Uuid()))
    op.add_column("photo", sa.Column("areas", postgresql.JSONB()))
    op.add_column("photo", sa.Column("sealed_at", sa.DateTime(timezone=True)))
    op.create_foreign_key("fk_photo_redacts", "photo", "photo", ["redacts"], ["id"])
    op.create_index(
        "ix_photo_redact", "photo", ["created_at"], postgresql_where=sa.text("state = 'redact'")
    )
    op.create_index(
        "ix_photo_sealed_at", "photo", ["sealed_at"], postgresql_where=sa.text("state = 'sealed'")
    )
    op.create_index(
        "ix_photo_redacts", "photo", ["redacts"], postgresql_where=sa.text("redacts IS NOT NULL")
    )


def downgrade() -> None:
    """Forget sealed originals, which the former program does not know; a sweep takes files."""
    op.execute("UPDATE photo SET redacts = NULL")
    op.execute("DELETE FROM photo WHERE state = 'sealed'")
    op.execute("UPDATE photo SET state = 'refused', refused_code = 'lost' WHERE state = 'redact'")
    op.drop_index("ix_photo_redacts", "photo")
    op.drop_index("ix_photo_sealed_at", "photo")
    op.drop_index("ix_photo_redact", "photo")
    op.drop_constraint("fk_photo_redacts", "photo", type_="foreignkey")
    op.drop_column("photo", "sealed_at")
    op.drop_column("photo", "areas")
    op.drop_column("photo", "redacts")
