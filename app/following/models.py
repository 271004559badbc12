"""Residents who reported nothing themselves: "me too", "it is fixed", "tell me how it goes on".

1. A device counts once for each ticket. `mark` is a keyed hash of the ticket and a random number
   that the browser keeps: two marks of one device cannot be told to be one.
2. No row of a device says when somebody was where, or who: only that one more device said it.
3. Who follows has left an address, sealed like every contact and found by a keyed hash alone. It
   is used only after its owner has said yes to it (`confirmed_at`), and erased with the last news.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class Supporter(Base):
    """One device that says: me too (tôi cũng gặp)."""

    __tablename__ = "supporter"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(22), primary_key=True)


class FixedClaim(Base):
    """One device, or one reporter, that says: it is fixed already."""

    __tablename__ = "fixed_claim"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(22), primary_key=True)


class Follower(Base):
    """Somebody who wants to hear of a ticket or of a notice, whichever is set.

    address_key: the keyed hash of the address; with `created_at` it counts how often an address was
    given. known_end: the expected end of the notice that was told last.
    told_over_at: when the last message about the notice was owed.
    """

    __tablename__ = "follower"
    __table_args__ = (
        CheckConstraint("num_nonnulls(ticket_id, notice_id) = 1", name="ck_follower_of_one"),
        Index(
            "uq_follower_ticket",
            "ticket_id",
            "address_key",
            unique=True,
            postgresql_where=text("ended_at IS NULL AND ticket_id IS NOT NULL"),
        ),
        Index(
            "uq_follower_notice",
            "notice_id",
            "address_key",
            unique=True,
            postgresql_where=text("ended_at IS NULL AND notice_id IS NOT NULL"),
        ),
        Index("ix_follower_address_key", "address_key", "created_at"),
        Index(
            "ix_follower_unconfirmed",
            "created_at",
            postgresql_where=text("confirmed_at IS NULL OR ended_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    address_key: Mapped[bytes] = mapped_column(LargeBinary)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    known_end: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    told_over_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
