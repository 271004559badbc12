"""What residents said.

1. A report is never edited. `text` can only be erased; `public_text` is a copy of its own, which
   `hidden_code` takes away at once.
2. `idempotency_key` makes sending twice harmless; `body_hash` tells a repeat from a mix-up.
3. `follow_version` revokes follow links: the link's HMAC covers it.
4. `do_not_publish`: words and photos of this sender stay closed, and the pin is the unit's.
5. `signals` tell the checker why to look twice; `device_hash` counts a browser's sendings, and is
   forgotten after days.
6. `since_version`: the version in which it joined a ticket that was there; 0 if it made the ticket.
   What joined becomes public when somebody has looked at that version of the ticket
   (`Ticket.checked_version`), or at it alone (`part_checked_at`; its photos of then have no
   version of their own any more); what was public before stays so meanwhile.
7. Photos are attached under the sender's own uuid, so that a repeated upload is one photo.
8. `split_from_id`: the same words once more, in a ticket that carries on with another part of them.
9. A draft is nobody's report yet: what was typed so far, under the key of its form.
"""

import uuid
from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy import (
    text as sql_text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class Report(Base):
    """One sending. channel: web, api, open311, desk, cli or import."""

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_ticket_id", "ticket_id"),
        Index(
            "ix_report_device_hash",
            "device_hash",
            "received_at",
            postgresql_where=sql_text("device_hash IS NOT NULL"),
        ),
        Index(
            "ix_report_split_from_id",
            "split_from_id",
            postgresql_where=sql_text("split_from_id IS NOT NULL"),
        ),
        Index(
            "ix_report_words",
            sql_text(
                # As the database says it back, by which the migrations are compared.
                "to_tsvector('simple'::regconfig, plain_words((COALESCE(text, ''::text) ||"
                " ' '::text) || COALESCE(address, ''::character varying)::text))"
            ),
            postgresql_using="gin",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    # Deferred: the report is written first, because its key decides whether there is a ticket.
    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("ticket.id", deferrable=True, initially="DEFERRED")
    )
    idempotency_key: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True)
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    channel: Mapped[str] = mapped_column(String(16))
    lang: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    category_code: Mapped[str] = mapped_column(ForeignKey("category.code"))
    text: Mapped[str | None] = mapped_column(Text)
    public_text: Mapped[str | None] = mapped_column(Text)
    hidden_code: Mapped[str | None] = mapped_column(String(32))
    public_version: Mapped[int] = mapped_column(SmallInteger, server_default=sql_text("1"))
    place: Mapped[WKBElement | None] = mapped_column(
        Geometry("POINT", srid=4326, spatial_index=False)
    )
    accuracy_m: Mapped[int | None] = mapped_column(Integer)
    stated_area_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    address: Mapped[str | None] = mapped_column(String(300))
    public_address: Mapped[str | None] = mapped_column(String(300))
    about_agency_code: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    urgent_claim: Mapped[bool] = mapped_column(Boolean, server_default=sql_text("false"))
    signals: Mapped[list[str]] = mapped_column(JSONB, server_default=sql_text("'[]'"))
    device_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    do_not_publish: Mapped[bool] = mapped_column(Boolean, server_default=sql_text("false"))
    since_version: Mapped[int] = mapped_column(Integer, server_default=sql_text("0"))
    part_checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), unique=True)
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    follow_version: Mapped[int] = mapped_column(SmallInteger, server_default=sql_text("1"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def joined(self) -> bool:
        """Whether it was sent to a ticket that was there."""
        return self.since_version > 0

    @property
    def audience(self) -> str:
        """As whom its sender reads the ticket (`tickets.words.timeline`)."""
        return "joined" if self.joined else "reporter"


class Rating(Base):
    """How content a reporter is with one outcome; the last word counts. value: of `RATINGS`."""

    __tablename__ = "rating"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    outcome_event_id: Mapped[int] = mapped_column(
        ForeignKey("ticket_event.id"), primary_key=True, index=True
    )
    value: Mapped[str] = mapped_column(String(16))
    rated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ReportPhoto(Base):
    """A photo of a report, in the sender's order."""

    __tablename__ = "report_photo"
    __table_args__ = (UniqueConstraint("report_id", "position"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    client_uuid: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    photo_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("photo.id"), unique=True)
    position: Mapped[int] = mapped_column(SmallInteger)
    since_version: Mapped[int] = mapped_column(Integer, server_default=sql_text("0"))


class ReportDraft(Base):
    """A report that is still being written: the fields of its form, as `parse_report` takes them.

    `key` is that of the form: its photos wait under it, and the report will be sent under it.
    """

    __tablename__ = "report_draft"
    __table_args__ = (Index("ix_report_draft_created_at", "created_at"),)

    key: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
