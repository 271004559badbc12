"""The second step of a sign-in: an app's secret that is being set up, and codes on paper."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and the table of codes that somebody wrote down."""
    op.add_column("account", sa.Column("totp_pending", sa.LargeBinary()))
    op.add_column("account", sa.Column("totp_since", sa.DateTime(timezone=True)))
    op.add_column("account", sa.Column("totp_step", sa.BigInteger()))
    op.create_table(
        "paper_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_paper_code_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_paper_code"),
    )
    op.create_index(
        "ix_paper_code_account_id", "paper_code", ["account_id", "code_hash"], unique=True
    )


def downgrade() -> None:
    """Without these columns the secrets cannot be used once only: nobody has a second step."""
    op.drop_table("paper_code")
    op.execute("UPDATE account SET totp_secret = NULL")
    for column in ("totp_step", "totp_since", "totp_pending"):
        op.drop_column("account", column)
