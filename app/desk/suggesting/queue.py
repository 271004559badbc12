"""The desk's list of suggestions: what is to be read first, what is to be answered.

1. Who checks contents reads what waits, the nearest date first, and new words of what is public.
2. Officers and managers see what their agencies have to answer or to deliver, the nearest date
   first; the coordinator sees that of all.
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
from app.suggestions.queries import Both, of_agencies, to_screen
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
class Queue:
    """Both lists; None where they are not for the reader."""

    to_read: list[Entry] | None
    to_answer: list[Entry] | None


def queue(session: Session, actor: Actor, now: datetime) -> Queue:
    """Read what waits for this person."""
    roles = {role for role, _agency in actor.roles}
    return Queue(
        to_read=_entries(session, to_screen(session, MOST), actor, now)
        if roles & READERS
        else None,
        to_answer=_entries(session, _theirs(session, actor), actor, now)
        if roles & ANSWERERS
        else None,
    )


def _theirs(session: Session, actor: Actor) -> list[Both]:
    seen = reach(session, actor)
    return of_agencies(session, None if seen is None else sorted(seen), MOST)


def _entries(session: Session, found: list[Both], actor: Actor, now: datetime) -> list[Entry]:
    return [_entry(session, one, now) for one in found if may_see(session, one[0], actor)]


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
