"""The map's pyramid: counts by cell and by area, and the changes that are not in them yet."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BITS = 28
# What decides where and how a ticket is counted.
NOTED = (
    "map_key", "category_code", "status", "outcome_code", "area_code", "agency_code",
)  # fmt: skip

# The column of a map key (the row: of the key shifted by one): every second bit, put together.
_AXIS = " | ".join(f"((key >> {bit}) & {1 << bit})" for bit in range(BITS))
AXIS = f"""
CREATE FUNCTION map_axis(key bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$ SELECT {_AXIS} $$
"""
_COLUMNS = ", ".join(NOTED)


def _noted(row: str, sign: int) -> str:
    values = ", ".join(f"{row}.{name}" for name in NOTED)
    return (
        f"INSERT INTO map_change (sign, ticket_id, {_COLUMNS}, overdue)"  # noqa: S608 - our constants
        f" VALUES ({sign}, {row}.id, {values}, {row}.overdue_at IS NOT NULL);"
    )


NOTE = f"""
CREATE FUNCTION note_map_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND NOT OLD.private THEN {_noted("OLD", -1)} END IF;
    IF TG_OP <> 'DELETE' AND NOT NEW.private THEN {_noted("NEW", 1)} END IF;
    RETURN NULL;
END $$
"""
_DIFFERS = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in (*NOTED, "private"))
_OVERDUE = "(OLD.overdue_at IS NULL) <> (NEW.overdue_at IS NULL)"
ON_NEW = (
    "CREATE TRIGGER map_new AFTER INSERT OR DELETE ON ticket"
    " FOR EACH ROW EXECUTE FUNCTION note_map_change()"
)
ON_CHANGE = (
    f"CREATE TRIGGER map_changed AFTER UPDATE OF {_COLUMNS}, private, overdue_at ON ticket"
    f" FOR EACH ROW WHEN ({_DIFFERS} OR {_OVERDUE}) EXECUTE FUNCTION note_map_change()"
)
NOTE_ALL = (
    f"INSERT INTO map_change (sign, ticket_id, {_COLUMNS}, overdue)"  # noqa: S608 - our constants
    f" SELECT 1, id, {_COLUMNS}, overdue_at IS NOT NULL FROM ticket WHERE NOT private"
)


def upgrade() -> None:
    """Add the tables, and note every ticket that is there: the first fold counts them."""
    op.create_table(
        "map_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sign", sa.SmallInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("map_key", sa.BigInteger()),
        sa.Column("category_code", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("outcome_code", sa.String(32)),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("area_code", sa.String(64)),
        sa.Column("agency_code", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_map_change"),
    )
    op.create_table(
        "map_cell",
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.Column("category_code", sa.String(64), nullable=False),
        sa.Column("word", sa.String(16), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("id_sum", sa.BigInteger(), nullable=False),
        sa.Column("column_sum", sa.BigInteger(), nullable=False),
        sa.Column("row_sum", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "level", "cell", "category_code", "word", "overdue", name="pk_map_cell"
        ),
    )
    op.create_table(
        "map_area",
        sa.Column("area_code", sa.String(64), nullable=False),
        sa.Column("agency_code", sa.String(64), nullable=False),
        sa.Column("category_code", sa.String(64), nullable=False),
        sa.Column("word", sa.String(16), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "area_code", "agency_code", "category_code", "word", "overdue", name="pk_map_area"
        ),
    )
    for name in ("map_cell", "map_area"):
        op.create_index(f"ix_{name}_empty", name, ["n"], postgresql_where=sa.text("n = 0"))
    op.execute(AXIS)
    op.execute(NOTE)
    op.execute(ON_NEW)
    op.execute(ON_CHANGE)
    op.execute(NOTE_ALL)


def downgrade() -> None:
    """Take the pyramid away; it can be made again from the tickets."""
    op.execute("DROP TRIGGER map_changed ON ticket")
    op.execute("DROP TRIGGER map_new ON ticket")
    op.execute("DROP FUNCTION note_map_change()")
    op.execute("DROP FUNCTION map_axis(bigint)")
    for name in ("map_area", "map_cell", "map_change"):
        op.drop_table(name)
