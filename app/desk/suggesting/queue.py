"""The desk's list of suggestions: what is to be read first, what is to be answered.

1. Who checks contents reads what waits, the nearest date first, and new words of what is public.
2. Officers and managers see what their agencies have to answer or to deliver, the nearest date
   first; the coordinator sees that of all.
3. Either list goes on by itself; the other stays where it is.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from app.catalog.queries import profile
from app.core.actor import Actor
from app.core.words.dates import due
from app.core.words.i18n import translate
from app.desk.acts.next_step import age, next_step
from app.suggestions.queries import Both
from app.suggestions.queues import Place, Waiting, of_agencies, to_screen
from app.tickets.policy import may_see, reach
from app.tickets.service.step.judging import waiting_proposal
from app.tickets.tables.publication import WAITING
from app.tickets.words.suggestion import PUBLICATION
from app.tickets.words.view import TicketView, ticket_view

MOST = 50
READERS = frozenset({"screener", "coordinator"})
ANSWERERS = frozenset({"officer", "manager", "coordinator"})


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
    roles = {role for role, _agency in actor.roles}
    to_read = to_answer = None
    if roles & READERS:
        to_read = _part(session, to_screen(session, MOST, read), read, actor, now)
    if roles & ANSWERERS:
        seen = reach(session, actor)
        codes = None if seen is None else sorted(seen)
        to_answer = _part(session, of_agencies(session, codes, MOST, answer), answer, actor, now)
    return Queue(to_read=to_read, to_answer=to_answer)


def _part(
    session: Session, found: Waiting, after: Place | None, actor: Actor, now: datetime
) -> Part:
    seen = [one for one in found.rows if may_see(session, one[0], actor)]
    return Part(
        entries=[_entry(session, one, now) for one in seen],
        more=found.more,
        later=after is not None,
    )


def _entry(session: Session, found: Both, now: datetime) -> Entry:
    ticket, its = found
    waits = its.publication in WAITING
    due_at = its.screen_due_at if waits else ticket.outcome_due_at
    if not waits and ticket.first_replied_at is None:
        due_at = ticket.first_reply_due_at
    date = partial(due, zone=profile(session).zone, now=now)
    proposed = waiting_proposal(session, ticket) is not None
    return Entry(
        view=ticket_view(session, ticket, now=now, audience="staff"),
        title=its.title,
        said=translate(PUBLICATION[its.publication]),
        next=next_step(ticket, date, now, proposed=proposed),
        age=age(ticket.received_at, now),
        due_at=due_at,
        late=due_at is not None and due_at < now,
    )
