"""Requests about personal data, and reports of abuse of the public pages.

1. Words and contact of a request are encrypted; the row is found by its number and a signature.
2. A request is open until `closed_at`; `outcome` is granted or refused. The answer is what the
   requester reads. `extended_at`: the one extension was used.
3. target: what somebody recognises themselves in: photo:UUID, text:NUMBER, line:NUMBER or
   reason:ID of the ticket. `hidden`: it was taken away at once and comes back if the request is
   refused.
4. `contact_key`: the contact is an e-mail address that was asked whether it is the requester's;
   `contact_confirmed_at`: it is (`service.address`).
5. `device_hash` and `network_hash` are keyed and forgotten after days: they only count. A flag's
   browser is kept with the flag.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class RightsRequest(Base):
    """One request. identity: follow_link (who holds a report's private link) or unverified."""

    __tablename__ = "rights_request"
    __table_args__ = (
        Index("ix_rights_request_open", "done_due_at", postgresql_where=text("closed_at IS NULL")),
        Index("ix_rights_request_target", "ticket_id", "target"),
        Index("ix_rights_request_received_at", "received_at"),
        Index(
            "ix_rights_request_contact_key",
            "contact_key",
            postgresql_where=text("contact_key IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    identity: Mapped[str] = mapped_column(String(16))
    lang: Mapped[str] = mapped_column(String(16))
    body_enc: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_enc: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    target: Mapped[str | None] = mapped_column(String(48))
    hidden: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    answer_due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    done_due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    extended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    outcome: Mapped[str | None] = mapped_column(String(8))
    answer: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    device_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    network_hash: Mapped[bytes | None] = mapped_column(LargeBinary)


class ContentFlag(Base):
    """Somebody finds that words or photos do not belong on the public page; once per browser."""

    __tablename__ = "content_flag"
    __table_args__ = (UniqueConstraint("ticket_id", "device_hash"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    reason: Mapped[str] = mapped_column(String(32))
    device_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    network_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
