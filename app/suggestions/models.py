"""Who supports a suggestion, reasons for and against it, and what is to go on as another.

1. `person` is a keyed hash of the suggestion and of the proved phone or e-mail: two supports of one
   person cannot be told to be one, and nobody can look up who supported what. `proved_by` and
   `domain`: with what kind of address, as `origins` has it.
2. A count is kept on the ticket; officials never move supports.
3. A reason is shown once somebody has read it. What is to be merged waits for the other author.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class SuggestionSupport(Base):
    """One verified person that supports a suggestion."""

    __tablename__ = "suggestion_support"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    person: Mapped[str] = mapped_column(String(22), primary_key=True)
    supported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    proved_by: Mapped[str | None] = mapped_column(String(12))
    domain: Mapped[str | None] = mapped_column(String(22))


class SuggestionReason(Base):
    """A reason for or against, in the words of one verified person; one of each person.

    checked_at: since when everybody may read the masked copy. hidden_code: why nobody may. person
    is empty once the marks are forgotten.
    """

    __tablename__ = "suggestion_reason"
    __table_args__ = (
        UniqueConstraint("ticket_id", "person"),
        Index(
            "ix_suggestion_reason_unchecked",
            "written_at",
            postgresql_where=text("checked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    person: Mapped[str | None] = mapped_column(String(22))
    side: Mapped[str] = mapped_column(String(8))
    body: Mapped[str | None] = mapped_column(String(600))
    public_body: Mapped[str | None] = mapped_column(String(600))
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    hidden_code: Mapped[str | None] = mapped_column(String(32))


class SuggestionMerge(Base):
    """An author wants the own suggestion to go on as another, whose author has still to agree."""

    __tablename__ = "suggestion_merge"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
