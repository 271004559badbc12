"""Alembic environment: one advisory lock, short lock waits, the application's metadata."""

from alembic import context
from sqlalchemy import Connection, text

from app.core.db import Base
from app.tables import import_all

import_all()
LOCK = 7_203_311


def _included(_object: object, name: str | None, kind: str, reflected: bool, _to: object) -> bool:  # noqa: FBT001
    # PostGIS owns tables of its own in the public schema.
    return not (kind == "table" and reflected and name not in Base.metadata.tables)


def run(connection: Connection) -> None:
    """Run the migrations in one transaction; a second runner waits at the advisory lock."""
    connection.execute(text("SET statement_timeout = '10min'"))
    connection.execute(text("SELECT pg_advisory_lock(:id)"), {"id": LOCK})
    connection.execute(text("SET lock_timeout = '5s'"))
    # These statements began a transaction; Alembic commits only one that it began itself.
    connection.commit()
    try:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_object=_included,
            compare_type=False,
        )
        with context.begin_transaction():
            context.run_migrations()
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:id)"), {"id": LOCK})
        connection.commit()


run(context.config.attributes["connection"])
