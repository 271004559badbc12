"""Two suggestions become one: only where both authors agree.

1. One author asks, by the code of the other; the other agrees or declines on the own page.
2. Supports stay where they were given: whoever supports the one that ends is told where it goes on,
   and may support that as well. Officials move nothing.
3. Both are public and open. Whoever asks or agrees locks both, the lower id first, before the wish,
   and looks again what they are.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.actor import REPORTER
from app.core.errors import Conflict, NotFound, Rejection
from app.core.words.i18n import N_
from app.reports.models import Report
from app.suggestions.models import SuggestionMerge
from app.suggestions.queries import by_code
from app.tickets.facts import Act, Other, Role, Verb
from app.tickets.models import Suggestion, Ticket
from app.tickets.problem_table import OPEN
from app.tickets.queries import lock
from app.tickets.service import facts_of
from app.tickets.service.step.apply import Said, apply, decide_step
from app.tickets.tables.publication import PUBLISHED

NO_OTHER = Rejection(
    "no_such_suggestion", N_("There is no open suggestion with this code."), field="into"
)
NOT_ASKED = Conflict("not_asked", N_("Nobody asks for this any more."))
NOT_PUBLIC = Conflict("not_public", N_("One of the two is not public at present."))


def ask_to_merge(session: Session, report: Report, typed: str, *, now: datetime) -> Ticket:
    """Note that an author wants it; return the other one. Raises Rejection where it cannot be."""
    try:
        into, _ = by_code(session, typed)
    except NotFound:
        raise NO_OTHER from None
    ticket, into = _lock(session, report.ticket_id, into.id)
    if not _is_public(session, into) or report.withdrawn_at is not None:
        raise NO_OTHER
    decide_step(facts_of(session, ticket, now), _act(into, now))
    values = {"ticket_id": ticket.id, "into_id": into.id, "asked_at": now}
    key = [SuggestionMerge.ticket_id]
    written = insert(SuggestionMerge).values(values)
    session.execute(written.on_conflict_do_update(index_elements=key, set_=values))
    return into


def wishes(session: Session, ticket: Ticket) -> Sequence[tuple[Ticket, Suggestion]]:
    """Return what its author wants to go on as this one, and still can; oldest wish first."""
    query = (
        select(Ticket, Suggestion)
        .join(Suggestion, Suggestion.ticket_id == Ticket.id)
        .join(SuggestionMerge, SuggestionMerge.ticket_id == Ticket.id)
        .where(SuggestionMerge.into_id == ticket.id, Ticket.status.in_(OPEN))
        .where(Suggestion.publication == PUBLISHED)
        .order_by(SuggestionMerge.asked_at)
    )
    return [(one, its) for one, its in session.execute(query)]


def wished(session: Session, ticket: Ticket) -> str:
    """Return the code of the suggestion that this one is to go on as; empty where none is."""
    wish = session.get(SuggestionMerge, ticket.id)
    return session.get_one(Ticket, wish.into_id).reference if wish else ""


def agree(session: Session, report: Report, typed: str, *, now: datetime) -> None:
    """Let the other go on as this one. Raises Conflict where nobody asks, or one has ended."""
    asking, _ = by_code(session, typed)
    ticket, into = _lock(session, asking.id, report.ticket_id)
    wish = _wish(session, report, ticket)
    if not _is_public(session, ticket) or not _is_public(session, into):
        raise NOT_PUBLIC
    facts = facts_of(session, ticket, now)
    said = Said(params={"into": into.reference})
    decide_step(facts, _act(into, now))
    ticket.merged_into_id = into.id
    apply(session, ticket, facts, _act(into, now), said, actor=REPORTER, now=now)
    session.delete(wish)
    session.flush()


def decline(session: Session, report: Report, typed: str) -> Ticket:
    """Leave them apart; return the one whose author had asked."""
    ticket, _ = by_code(session, typed)
    wish = _wish(session, report, ticket)
    session.delete(wish)
    session.flush()
    return ticket


def _lock(session: Session, number: int, other: int) -> tuple[Ticket, Ticket]:
    locked = {each: lock(session, each) for each in sorted((number, other))}
    return locked[number], locked[other]


def _is_public(session: Session, ticket: Ticket) -> bool:
    return session.get_one(Suggestion, ticket.id).publication == PUBLISHED


def _wish(session: Session, report: Report, ticket: Ticket) -> SuggestionMerge:
    wish = session.get(SuggestionMerge, ticket.id, with_for_update=True)
    if wish is None or wish.into_id != report.ticket_id or report.withdrawn_at is not None:
        raise NOT_ASKED
    return wish


def _act(into: Ticket, now: datetime) -> Act:
    other = Other(reference=into.reference, status=into.status)
    return Act(verb=Verb.MERGE, role=Role.REPORTER, now=now, into=other)
