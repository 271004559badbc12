"""The history of a ticket: immutable lines (a trigger sees to it), and their text, which is not."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class TicketEvent(Base):
    """One immutable line of history. `kind` is a verb; `params` hold codes, never sentences."""

    __tablename__ = "ticket_event"
    __table_args__ = (
        UniqueConstraint("ticket_id", "seq"),
        Index("ix_ticket_event_doubt", "ticket_id", postgresql_where=text("kind = 'doubt'")),
        Index("ix_ticket_event_convert", "ticket_id", postgresql_where=text("kind = 'convert'")),
        Index("ix_ticket_event_occurred_at", "occurred_at", postgresql_using="brin"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    seq: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(24))
    public: Mapped[bool] = mapped_column(Boolean)
    actor_role: Mapped[str] = mapped_column(String(24))
    actor_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    agency_code: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))
    from_status: Mapped[str | None] = mapped_column(String(16))
    to_status: Mapped[str] = mapped_column(String(16))
    occurred_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    params: Mapped[dict[str, Any]] = mapped_column(JSONB)


class EventText(Base):
    """The free text of an event: what was written, and the copy that may be public.

    report_id: whose words they are, where a resident wrote them.
    """

    __tablename__ = "event_text"
    __table_args__ = (
        Index(
            "ix_event_text_report_id", "report_id", postgresql_where=text("report_id IS NOT NULL")
        ),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("ticket_event.id"), primary_key=True)
    body: Mapped[str | None] = mapped_column(Text)
    public_body: Mapped[str | None] = mapped_column(Text)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    hidden_code: Mapped[str | None] = mapped_column(String(32))
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
