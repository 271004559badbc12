"""Residents who reported nothing themselves: "me too", and "it is fixed".

1. A device counts once for each ticket. `mark` is a keyed hash of the ticket and a random number
   that the browser keeps: two marks of one device cannot be told to be one.
2. No row says when somebody was where, or who: only that one more device said it.
"""

from sqlalchemy import ForeignKey, String
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
