"""Does every ticket follow from its own history? Read only; the answer is a list of problems.

1. An open ticket has an owner or is in triage; one that nobody has routed is not older than
   `UNROUTED_LIMIT`.
2. Its events are numbered without gaps, each one leads from the status before to the next, and
   each is a row of the lifecycle's table.
3. Both due dates are those that the frozen promise and the events give.
4. Whether the reporter waits for it to be opened again is what the events say.
5. A ticket and its events are read by one statement: people go on working meanwhile.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import ServiceTarget
from app.tickets.clock import BadMoments
from app.tickets.due import moments_of, promise_start, promises_of, stand, ticket_clock
from app.tickets.lifecycle import Role, Verb, is_legal
from app.tickets.models import Ticket, TicketEvent
from app.tickets.problem_table import OPEN, PROBLEM_TABLE

BATCH = 500
UNROUTED_LIMIT = timedelta(minutes=10)


@dataclass(frozen=True)
class Problem:
    """What does not fit. `reference` of the ticket, `what` in English for the operator."""

    reference: str
    what: str


@dataclass
class Checked:
    """How much was looked at."""

    tickets: int = 0
    events: int = 0


def problems(session: Session, now: datetime, checked: Checked) -> Iterator[Problem]:
    """Yield every problem, ticket by ticket; counts into `checked`."""
    last = 0
    while True:
        found = _batch(session, last)
        if not found:
            return
        for ticket, events in found:
            checked.tickets += 1
            checked.events += len(events)
            for what in _of_ticket(session, ticket, events, now):
                yield Problem(ticket.reference, what)
        last = found[-1][0].id
        session.expunge_all()


def _batch(session: Session, last: int) -> list[tuple[Ticket, list[TicketEvent]]]:
    some = select(Ticket.id).where(Ticket.id > last).order_by(Ticket.id).limit(BATCH)
    query = (
        select(Ticket, TicketEvent)
        .outerjoin(TicketEvent, TicketEvent.ticket_id == Ticket.id)
        .where(Ticket.id.in_(some))
        .order_by(Ticket.id, TicketEvent.seq)
    )
    found: dict[int, tuple[Ticket, list[TicketEvent]]] = {}
    for ticket, event in session.execute(query):
        events = found.setdefault(ticket.id, (ticket, []))[1]
        if event is not None:
            events.append(event)
    return list(found.values())


def _of_ticket(
    session: Session, ticket: Ticket, events: list[TicketEvent], now: datetime
) -> Iterator[str]:
    yield from _owner(ticket, now)
    yield from _path(ticket, events)
    yield from _asked(ticket, events)
    yield from _dates(session, ticket, events)


def _owner(ticket: Ticket, now: datetime) -> Iterator[str]:
    if ticket.status not in OPEN or ticket.agency_code is not None:
        return
    if ticket.status != "received" or ticket.in_triage:
        yield f"is {ticket.status} without an agency"
    elif now - ticket.updated_at > UNROUTED_LIMIT:
        yield "has waited too long to be routed"


def _path(ticket: Ticket, events: list[TicketEvent]) -> Iterator[str]:
    if [event.seq for event in events] != list(range(1, ticket.events_count + 1)):
        yield "has gaps in its history"
        return
    before: str | None = None
    for event in events:
        if event.from_status != before:
            yield f"event {event.seq} starts at {event.from_status}, not at {before}"
        if not _is_legal(event):
            yield (
                f"event {event.seq} is not allowed: {event.kind} by {event.actor_role} from "
                f"{event.from_status} to {event.to_status}"
            )
        before = event.to_status
    if before != ticket.status:
        yield f"is {ticket.status}, but its history ends with {before}"


def _asked(ticket: Ticket, events: list[TicketEvent]) -> Iterator[str]:
    asked: datetime | None = None
    for event in events:
        if event.kind == Verb.ASK_REOPEN:
            asked = event.occurred_at
        elif event.kind == Verb.UPHOLD or event.to_status != "closed":
            asked = None
    if asked != ticket.reopen_asked_at:
        yield f"notes a wish to be opened again of {ticket.reopen_asked_at}, its history of {asked}"


def _is_legal(event: TicketEvent) -> bool:
    if event.kind == Verb.OPEN:
        return event.from_status is None and event.to_status == PROBLEM_TABLE.initial
    try:
        verb, role = Verb(event.kind), Role(event.actor_role)
    except ValueError:
        return False
    return is_legal(PROBLEM_TABLE, verb, event.from_status or "", event.to_status, role)


def _dates(session: Session, ticket: Ticket, events: list[TicketEvent]) -> Iterator[str]:
    if ticket.target_id is None:
        return
    target = session.get_one(ServiceTarget, ticket.target_id)
    try:
        standing = stand(
            ticket_clock(session, ticket),
            promises_of(target),
            moments_of(events, promise_start(ticket)),
            ticket.first_replied_at,
        )
    except BadMoments as error:
        yield f"has a clock that cannot be replayed: {error}"
        return
    for name, stored, computed in (
        ("first reply", ticket.first_reply_due_at, standing.first_reply.due_at),
        ("outcome", ticket.outcome_due_at, standing.outcome.due_at),
    ):
        if stored != computed:
            yield f"has the due date {stored} for the {name}, computed {computed}"
