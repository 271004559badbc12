"""Official replies: documents with a number, a date and somebody who signed them.

1. A version is never changed; a later one takes its place, the earlier ones stay for the staff.
2. The public sees the latest version of which somebody has said that it is free of personal data
   (`shown_by`, `shown_at`) and nobody has taken that back (`hidden_by`, `hidden_at`).
"""

import uuid
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class OfficialReply(Base):
    """One version. number, signed_on, signer, summary: as the document itself says."""

    __tablename__ = "official_reply"
    __table_args__ = (
        UniqueConstraint("ticket_id", "version"),
        Index(
            "ix_official_reply_unread",
            "filed_at",
            "id",
            postgresql_where=text("shown_at IS NULL AND hidden_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    version: Mapped[int] = mapped_column(SmallInteger)
    document_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("document.id"), unique=True)
    number: Mapped[str] = mapped_column(String(60))
    signed_on: Mapped[date] = mapped_column(Date)
    signer: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(Text)
    filed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    filed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    shown_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    shown_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    hidden_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    hidden_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def confirmed(self) -> bool:
        """Whether somebody says that it is free of personal data, and nobody took that back."""
        return self.shown_at is not None and self.hidden_at is None
