"""What waits for the staff: to be read, to be answered or put into practice. In keyset pages.

1. Each list has its own date, the nearest first, and goes on after its last row (`Place`).
2. To be read is what was sent, words and reasons that came later, and what somebody flags; the
   longest waiting first, whatever it is.
3. To be answered is what is open, and what the author questions; to be put into practice is what
   was accepted, until it is delivered or dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    Select,
    SQLColumnExpression,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from app.suggestions.models import SuggestionReason
from app.suggestions.queries import Both
from app.tickets.models import Suggestion, SuggestionText, Ticket
from app.tickets.tables import SUGGESTION
from app.tickets.tables.publication import HIDDEN, PUBLISHED, WAITING

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LONGEST = 17
# Answered: what is due is the next step.
FOLLOWED = ("answered", "in_delivery")


@dataclass(frozen=True)
class Place:
    """Where a page ends: the last row's date, in microseconds, and id."""

    at: int
    number: int

    def __str__(self) -> str:
        return f"{self.at}~{self.number}"


def parse_place(typed: str) -> Place | None:
    """Read where a page begins; a broken one is the first page."""
    parts = typed.split("~")
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() for part in parts):
        return None
    if any(len(part) > LONGEST for part in parts):
        return None
    return Place(int(parts[0]), int(parts[1]))


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One page; `more`: where the next one begins, None where there is none."""

    rows: list[Both]
    more: Place | None


def to_screen(session: Session, limit: int, after: Place | None = None) -> Waiting:
    """Return what a screener has to read (rule 2)."""
    unread = SuggestionText.checked_at.is_(None), SuggestionText.erased_at.is_(None)
    untold = SuggestionReason.checked_at.is_(None)
    texts = select(SuggestionText.ticket_id).where(*unread)
    reasons = select(SuggestionReason.ticket_id).where(untold)
    fresh = or_(Suggestion.ticket_id.in_(texts), Suggestion.ticket_id.in_(reasons))
    waits = or_(
        Suggestion.publication.in_(sorted(WAITING)),
        and_(Suggestion.publication.in_((PUBLISHED, HIDDEN)), fresh),
        and_(Suggestion.publication == PUBLISHED, Ticket.flagged_at.is_not(None)),
    )
    text = select(func.min(SuggestionText.written_at)).where(
        SuggestionText.ticket_id == Ticket.id, *unread
    )
    reason = select(func.min(SuggestionReason.written_at)).where(
        SuggestionReason.ticket_id == Ticket.id, untold
    )
    first = func.least(text.scalar_subquery(), reason.scalar_subquery(), Ticket.flagged_at)
    since = func.coalesce(first, Ticket.received_at)
    return _page(session, _all().where(waits), since, limit, after)


def of_agencies(
    session: Session, codes: Sequence[str] | None, limit: int, after: Place | None = None
) -> Waiting:
    """Return what agencies have to answer or to deliver (rule 3); None: of all."""
    at_work = Ticket.status.in_(("received", "assigned", "in_progress", "in_delivery"))
    accepted = and_(Ticket.status == "answered", Suggestion.step_due_at.is_not(None))
    questioned = Ticket.reopen_asked_at.is_not(None)
    query = _all().where(Ticket.kind == SUGGESTION, or_(at_work, accepted, questioned))
    if codes is not None:
        query = query.where(Ticket.agency_code.in_(codes))
    followed = Ticket.status.in_(FOLLOWED)
    due_at = case((followed, Ticket.planned_for), else_=Ticket.outcome_due_at)
    return _page(session, query, func.coalesce(due_at, Ticket.received_at), limit, after)


def _all() -> Select[Ticket, Suggestion]:
    return select(Ticket, Suggestion).join(Suggestion, Suggestion.ticket_id == Ticket.id)


def _page(
    session: Session,
    query: Select[Ticket, Suggestion],
    date: SQLColumnExpression[datetime],
    limit: int,
    after: Place | None,
) -> Waiting:
    if after is not None:
        place = tuple_(literal(EPOCH + after.at * MICROSECOND), literal(after.number))
        query = query.where(tuple_(date, Ticket.id) > place)
    found = session.execute(query.add_columns(date).order_by(date, Ticket.id).limit(limit + 1))
    rows = [(ticket, its, at) for ticket, its, at in found]
    more = None
    if len(rows) > limit:
        ticket, _its, at = rows[limit - 1]
        more = Place((at - EPOCH) // MICROSECOND, ticket.id)
    return Waiting(rows=[(ticket, its) for ticket, its, _at in rows[:limit]], more=more)
