"""Messages: one row for each message to one recipient over one channel.

1. (event, recipient, channel) is unique: fanning out twice writes nothing twice.
2. Of an event each recipient gets one row, whatever the channel; what is told once (`once`) has
   one row for each recipient. A row that takes the place of a given-up one says so.
3. `recipient` is a pointer (report:ID, agency:CODE, account:ID, proof:ID, request:ID,
   follower:ID), never an address.
4. state: pending → leased → sent | pending again with back-off | given_up | dropped.
5. The id is the stable idempotency key of the message (its Message-ID).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class Delivery(Base):
    """One message, or one forward to one outside system."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "recipient", "channel"),
        Index(
            "uq_delivery_first_of_event",
            "event_id",
            "recipient",
            unique=True,
            postgresql_where=text("instead_of IS NULL AND event_id IS NOT NULL"),
        ),
        Index(
            "uq_delivery_once",
            "recipient",
            "once",
            unique=True,
            postgresql_where=text("instead_of IS NULL AND once IS NOT NULL"),
        ),
        Index(
            "ix_delivery_due",
            "next_attempt_at",
            "id",
            postgresql_where=text("state IN ('pending', 'leased')"),
        ),
        Index("ix_delivery_given_up", "created_at", postgresql_where=text("state = 'given_up'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_event.id"))
    recipient: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))
    template: Mapped[str] = mapped_column(String(32))
    once: Mapped[str | None] = mapped_column(String(32))
    instead_of: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"), unique=True)
    params: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    next_attempt_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_error: Mapped[str | None] = mapped_column(String(64))
