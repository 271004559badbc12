"""What tests really committed, taken away again."""

from collections.abc import Sequence

from sqlalchemy import text

from app.core.db import db
from app.map_index.service import rebuild


def wipe(tables: Sequence[str]) -> None:
    """Delete all rows of the tables, history too: its guards, and what notes changes, are off."""
    db.session.rollback()
    db.session.execute(text("SET session_replication_role = replica"))
    for table in tables:
        db.session.execute(text(f"DELETE FROM {table}"))
    db.session.execute(text("SET session_replication_role = origin"))
    rebuild(db.session())
    db.session.commit()
    db.session.remove()
