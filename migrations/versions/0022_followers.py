"""Who follows a ticket or a notice without having reported anything."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ONE_EACH = (("ticket", "ticket_id"), ("notice", "notice_id"))


def upgrade() -> None:
    """Add the table."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "follower",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger()),
        sa.Column("notice_id", sa.Integer()),
        sa.Column("address_key", sa.LargeBinary(), nullable=False),
        sa.Column("contact_id", sa.BigInteger()),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("confirmed_at", moment),
        sa.Column("ended_at", moment),
        sa.Column("known_end", moment),
        sa.Column("told_over_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_follower"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_follower_ticket_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_follower_notice_id"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_follower_contact_id"),
        sa.UniqueConstraint("contact_id", name="uq_follower_contact_id"),
        sa.CheckConstraint("num_nonnulls(ticket_id, notice_id) = 1", name="ck_follower_of_one"),
    )
    for name, column in ONE_EACH:
        op.create_index(
            f"uq_follower_{name}",
            "follower",
            [column, "address_key"],
            unique=True,
            postgresql_where=sa.text(f"ended_at IS NULL AND {column} IS NOT NULL"),
        )
    op.create_index("ix_follower_address_key", "follower", ["address_key", "created_at"])
    op.create_index(
        "ix_follower_unconfirmed",
        "follower",
        ["created_at"],
        postgresql_where=sa.text("confirmed_at IS NULL OR ended_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Nobody follows any more: their addresses go with them."""
    op.execute(
        "CREATE TEMPORARY TABLE gone ON COMMIT DROP AS"
        " SELECT contact_id AS id FROM follower WHERE contact_id IS NOT NULL"
    )
    op.drop_table("follower")
    op.execute("DELETE FROM consent WHERE contact_id IN (SELECT id FROM gone)")
    op.execute("DELETE FROM contact WHERE id IN (SELECT id FROM gone)")
