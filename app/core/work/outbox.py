"""Which event still has to reach which consumer.

1. Rows are written in the transaction of the event, one for each consumer that wants it.
2. A consumer takes a batch with `FOR UPDATE SKIP LOCKED`, does its work and deletes the rows in
   the same transaction: an event is neither lost nor taken twice.
3. A consumer that acts on the outside world only turns rows into leased work here.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, DateTime, Index, String, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Base


class Consumer(StrEnum):
    """Everybody who follows the events."""

    NOTIFICATIONS = "notifications"


class EventOutbox(Base):
    """One event that one consumer has not taken yet."""

    __tablename__ = "event_outbox"
    __table_args__ = (Index("ix_event_outbox_created_at", "created_at"),)

    consumer: Mapped[str] = mapped_column(String(32), primary_key=True)
    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


def publish(
    session: Session, event_ids: Iterable[int], consumers: Iterable[Consumer], now: datetime
) -> None:
    """Owe these events to these consumers."""
    wanted = tuple(consumers)
    rows = [
        {"consumer": consumer.value, "event_id": event_id, "created_at": now}
        for event_id in event_ids
        for consumer in wanted
    ]
    if rows:
        session.execute(insert(EventOutbox), rows)


def take(session: Session, consumer: Consumer, limit: int) -> list[int]:
    """Take up to `limit` event ids, oldest first; gone when the caller's transaction commits."""
    batch = (
        select(EventOutbox.event_id)
        .where(EventOutbox.consumer == consumer.value)
        .order_by(EventOutbox.event_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("batch")
    )
    taken = session.scalars(
        delete(EventOutbox)
        .where(
            EventOutbox.consumer == consumer.value,
            EventOutbox.event_id.in_(select(batch.c.event_id)),
        )
        .returning(EventOutbox.event_id)
        .execution_options(synchronize_session=False)
    )
    return sorted(taken)


def oldest(session: Session) -> datetime | None:
    """Return since when the oldest row has been waiting, or None."""
    return session.scalar(select(func.min(EventOutbox.created_at)))
