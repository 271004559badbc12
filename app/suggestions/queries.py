"""Reads of suggestions: only what everybody may read, unless a name says otherwise.

1. The list has what is published, the most supported first, in keyset pages.
2. What is like the words that somebody types: see `alike`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, literal, select, tuple_
from sqlalchemy.orm import Session

from app.tickets.models import EventText, Suggestion, SuggestionText, Ticket, TicketEvent
from app.tickets.queries import by_reference, unknown
from app.tickets.tables import SUGGESTION
from app.tickets.tables.publication import PUBLISHED, REFUSED

PAGE = 20
DONE = ("in_delivery", "delivered", "dropped", "expired")
# What a filter of the list may ask for, and the statuses that it means.
STATES = {
    "open": ("received", "assigned"),
    "under_review": ("in_progress",),
    "answered": ("answered",),
    "in_delivery": ("in_delivery",),
    "delivered": ("delivered",),
    "ended": ("dropped", "expired"),
}
Both = tuple[Ticket, Suggestion]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the list is narrowed down to; empty means all. state: a key of `STATES`."""

    state: str = ""
    category: str = ""
    area: str = ""
    agency: str = ""

    def query(self) -> dict[str, str]:
        """Return the parameters of an address with these filters."""
        pairs = (("state", self.state), ("category", self.category), ("area", self.area),
                 ("agency", self.agency))  # fmt: skip
        return {name: value for name, value in pairs if value}


@dataclass(frozen=True)
class Cursor:
    """Where a page ends: the last row's supports and id."""

    supports: int
    number: int

    def __str__(self) -> str:
        return f"{self.supports}~{self.number}"


def parse_cursor(typed: str) -> Cursor | None:
    """Read a cursor; a broken one is the first page."""
    parts = typed.split("~")
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() for part in parts):
        return None
    if any(len(part) > 15 for part in parts):
        return None
    return Cursor(int(parts[0]), int(parts[1]))


def by_code(session: Session, typed: str) -> Both:
    """Return a suggestion by its reference as somebody typed it. Raises NotFound."""
    ticket = by_reference(session, typed)
    if ticket.kind != SUGGESTION:
        raise unknown()
    return ticket, session.get_one(Suggestion, ticket.id)


def _published() -> Select[Ticket, Suggestion]:
    return (
        select(Ticket, Suggestion)
        .join(Suggestion, Suggestion.ticket_id == Ticket.id)
        .where(Ticket.kind == SUGGESTION, Suggestion.publication == PUBLISHED)
        .where(~Ticket.private)
    )


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Ticket.status != "merged"]
    if wanted.state:
        found.append(Ticket.status.in_(STATES.get(wanted.state, ("",))))
    pairs = (
        (Ticket.category_code, wanted.category),
        (Ticket.area_code, wanted.area),
        (Ticket.agency_code, wanted.agency),
    )
    return found + [column == value for column, value in pairs if value]


def page(
    session: Session, wanted: Wanted, after: Cursor | None
) -> tuple[list[Both], Cursor | None]:
    """Return one page, the most supported first, and the cursor of the next."""
    query = _published().where(*_narrowed(wanted))
    if after is not None:
        place = tuple_(literal(after.supports), literal(after.number))
        query = query.where(tuple_(Ticket.supporters_count, Ticket.id) < place)
    order = (Ticket.supporters_count.desc(), Ticket.id.desc())
    rows = [(t, s) for t, s in session.execute(query.order_by(*order).limit(PAGE + 1))]
    if len(rows) <= PAGE:
        return rows, None
    last = rows[PAGE - 1][0]
    return rows[:PAGE], Cursor(last.supporters_count, last.id)


def texts_of(session: Session, ticket_id: int) -> Sequence[SuggestionText]:
    """Return every version and addendum in order, checked or not: for its author and the staff."""
    query = select(SuggestionText).where(SuggestionText.ticket_id == ticket_id)
    return session.scalars(query.order_by(SuggestionText.number)).all()


def shown_texts(
    session: Session, ticket_id: int
) -> tuple[SuggestionText | None, list[SuggestionText]]:
    """Return the version that everybody reads, and the addenda."""
    rows = [row for row in texts_of(session, ticket_id) if row.checked_at and not row.erased_at]
    versions = [row for row in rows if not row.addendum]
    return (versions[-1] if versions else None), [row for row in rows if row.addendum]


def public_texts(session: Session, ticket: Ticket) -> dict[int, SuggestionText]:
    """Return {number: the version, or an addendum} that everybody reads now."""
    its = session.get(Suggestion, ticket.id) if ticket.kind == SUGGESTION else None
    if its is None or not is_read(ticket, its):
        return {}
    version, addenda = shown_texts(session, ticket.id)
    return {row.number: row for row in (version, *addenda) if row is not None}


def followed_up(session: Session, limit: int) -> list[Both]:
    """Return what was accepted and is followed up, the latest change first."""
    query = _published().where(Ticket.status.in_(DONE)).order_by(Ticket.updated_at.desc())
    return [(t, s) for t, s in session.execute(query.limit(limit))]


def said_last(
    session: Session, ticket_id: int, kinds: Sequence[str]
) -> tuple[TicketEvent, str] | None:
    """Return the last public event of some kinds, with the words that everybody reads."""
    query = (
        select(TicketEvent, EventText.public_body)
        .outerjoin(EventText, EventText.event_id == TicketEvent.id)
        .where(TicketEvent.ticket_id == ticket_id, TicketEvent.kind.in_(kinds))
        .where(TicketEvent.public, EventText.hidden_code.is_(None))
        .order_by(TicketEvent.seq.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return (row[0], row[1] or "") if row else None


def title_of(session: Session, ticket: Ticket) -> str:
    """Return the title that everybody reads; nothing of what is no suggestion or not public."""
    suggestion = session.get(Suggestion, ticket.id) if ticket.kind == SUGGESTION else None
    return suggestion.title if suggestion is not None and is_read(ticket, suggestion) else ""


def is_read(ticket: Ticket, suggestion: Suggestion) -> bool:
    """Tell whether everybody may read its words."""
    open_ = not ticket.private and ticket.content == "published"
    return open_ and suggestion.publication in {PUBLISHED, REFUSED}
