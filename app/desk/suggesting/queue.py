"""The desk's list of suggestions: what is to be read first, what is to be answered.

1. Who checks contents reads what waits, the nearest date first, and new words of what is public.
2. Officers and managers see what their agencies have to answer or to deliver, the nearest date
   first; the coordinator sees that of all.
3. Either list goes on by itself; the other stays where it is. What a list needs besides is read
   in one statement for all of its rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from app.catalog.queries import profile
from app.core.actor import Actor
from app.core.words.dates import due
from app.core.words.i18n import N_, translate
from app.desk.acts.next_step import age, next_step
from app.desk.queries import Scope, proposed, scope_of
from app.suggestions.queues import FOLLOWED, Place, Waiting, of_agencies, to_screen
from app.tickets.models import Proposal, Suggestion, Ticket
from app.tickets.tables.publication import WAITING
from app.tickets.words.suggestion import PUBLICATION
from app.tickets.words.view import TicketView, ticket_views

MOST = 50
READERS = frozenset({"screener", "coordinator"})
ANSWERERS = frozenset({"officer", "manager", "coordinator"})
FLAGGED = N_("Somebody finds that it does not belong there: look again")
NEW_WORDS = N_("Read the new words: publish them, or hide")
# What is to be done next, a msgid, empty where the status says it; and by when.
Next = tuple[str, datetime | None]
What = Callable[[Ticket, Suggestion], Next]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A suggestion in the list. due_at: by when somebody must have done what is next."""

    view: TicketView
    title: str
    said: str
    next: str
    age: str
    due_at: datetime | None
    late: bool


@dataclass(frozen=True, kw_only=True)
class Part:
    """One page of a list. more: where the next one begins. later: it is not the first."""

    entries: list[Entry]
    more: Place | None
    later: bool


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Both lists; None where they are not for the reader."""

    to_read: Part | None
    to_answer: Part | None


def queue(
    session: Session, actor: Actor, now: datetime, *, read: Place | None, answer: Place | None
) -> Queue:
    """Return what waits for this person; read, answer: where the page of each list begins."""
    roles, scope = {role for role, _agency in actor.roles}, scope_of(session, actor)
    to_read = to_answer = None
    if roles & READERS:
        to_read = _part(session, to_screen(session, MOST, read), read, scope, _reading, now=now)
    if roles & ANSWERERS:
        codes = None if scope.seen is None else sorted(scope.seen)
        found = of_agencies(session, codes, MOST, answer)
        to_answer = _part(session, found, answer, scope, _answering, now=now)
    return Queue(to_read=to_read, to_answer=to_answer)


def _part(
    session: Session,
    found: Waiting,
    after: Place | None,
    scope: Scope,
    what: What,
    *,
    now: datetime,
) -> Part:
    rows = [(ticket, its) for ticket, its in found.rows if _sees(scope, ticket)]
    tickets = [ticket for ticket, _ in rows]
    ids = [ticket.id for ticket in tickets]
    waiting = set(session.scalars(proposed().where(Proposal.ticket_id.in_(ids)))) if ids else set()
    views = ticket_views(session, tickets, now=now, audience="staff")
    date = partial(due, zone=profile(session).zone, now=now)
    entries = []
    for view, (ticket, its) in zip(views, rows, strict=True):
        words, due_at = what(ticket, its)
        entries.append(
            Entry(
                view=view,
                title=its.title,
                said=translate(PUBLICATION[its.publication]),
                next=translate(words)
                if words
                else next_step(ticket, date, now, proposed=ticket.id in waiting),
                age=age(ticket.received_at, now),
                due_at=due_at,
                late=due_at is not None and due_at < now,
            )
        )
    return Part(entries=entries, more=found.more, later=after is not None)


def _sees(scope: Scope, ticket: Ticket) -> bool:
    """Tell whether somebody may open a row: as `tickets.policy.may_see` says it of these lists."""
    if ticket.about_agency_code in scope.own and ticket.agency_code not in scope.own:
        return False
    return scope.seen is None or ticket.agency_code in scope.seen or not ticket.private


def _reading(ticket: Ticket, its: Suggestion) -> Next:
    """What was sent has its date; what came later has none."""
    if its.publication in WAITING:
        return "", its.screen_due_at
    return (NEW_WORDS if ticket.flagged_at is None else FLAGGED), None


def _answering(ticket: Ticket, _its: Suggestion) -> Next:
    """A note is due first, then the answer; of what was answered the next step."""
    if ticket.status in FOLLOWED:
        return "", ticket.planned_for
    first = ticket.first_reply_due_at if ticket.first_replied_at is None else None
    return "", first or ticket.outcome_due_at
