"""Signs of life of background processes, kept where `/readyz` can see them without Redis."""

from datetime import datetime

from sqlalchemy import DateTime, String, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Base


class Heartbeat(Base):
    """The last time a named background process said that it is alive."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


def beat(session: Session, name: str, now: datetime) -> None:
    """Note that `name` is alive."""
    session.execute(
        insert(Heartbeat)
        .values(name=name, at=now)
        .on_conflict_do_update(index_elements=["name"], set_={"at": now})
    )


def last_beat(session: Session, name: str) -> datetime | None:
    """Return when `name` was last alive, or None."""
    return session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))
