"""What a suggestion has besides its ticket: words, publication, threshold, how its answer goes on.

1. `publication` is the second axis (`tickets.tables.publication`); the engine alone changes it.
2. `threshold` is frozen at the publication; empty: the setting was off. `crossed_at`: when so many
   had supported it, once.
3. The words are versions and addenda (`SuggestionText`), never changed: a new version is a new row.
   Everybody reads the masked copy of the last version that was checked, and every checked addendum.
   `title` is that of the version that everybody reads, for lists.
4. `screen_due_at`: by when somebody reads it; `screen_overdue_at`: that date, once it has passed
   and that was said.
5. `step_due_at`: by when a feasible answer must be followed by a first step, or it expires.
"""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class Suggestion(Base):
    """The part of a ticket that only a suggestion has."""

    __tablename__ = "suggestion"
    __table_args__ = (
        Index(
            "ix_suggestion_screen_due_at",
            "screen_due_at",
            postgresql_where=text("publication IN ('submitted', 'screening')"),
        ),
        Index(
            "ix_suggestion_step_due_at",
            "step_due_at",
            postgresql_where=text("step_due_at IS NOT NULL"),
        ),
        Index(
            "ix_suggestion_alike",
            literal_column("plain_words(title::text)").label("words"),
            postgresql_using="gin",
            postgresql_ops={"words": "gin_trgm_ops"},
            postgresql_where=text("publication = 'published'"),
        ),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    publication: Mapped[str] = mapped_column(String(16))
    refusal_code: Mapped[str | None] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(120))
    screen_due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    screen_overdue_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    threshold: Mapped[int | None] = mapped_column(Integer)
    crossed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    basis: Mapped[str | None] = mapped_column(Text)
    decider: Mapped[str | None] = mapped_column(String(120))
    step_due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SuggestionText(Base):
    """A version of a suggestion's words, or an addendum. `checked_at`: since when it may be shown.

    erased_at: the words are gone.
    """

    __tablename__ = "suggestion_text"
    __table_args__ = (
        Index(
            "ix_suggestion_text_unchecked",
            "written_at",
            postgresql_where=text("checked_at IS NULL AND erased_at IS NULL"),
        ),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    addendum: Mapped[bool] = mapped_column(Boolean)
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str | None] = mapped_column(Text)
    public_title: Mapped[str] = mapped_column(String(120))
    public_body: Mapped[str | None] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
