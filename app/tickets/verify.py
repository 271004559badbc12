"""Does every ticket follow from its own history? Read only; the answer is a list of problems.

1. An open ticket has an owner or is in triage; one that nobody has routed is not older than
   `UNROUTED_LIMIT`.
2. Its events are numbered without gaps, each one leads from the status before to the next, and
   each is a row of the lifecycle's table.
3. Both due dates are those that the frozen promise and the events give.
4. What became of every request for help is what the events say.
5. Who was called to what waits too long, and by when somebody must answer, are what events say.
6. Whether the reporter waits for it to be opened again, and since when somebody says that it is
   fixed, is what the events say.
7. A ticket, its requests for help and its events are read by one statement: people go on working
   meanwhile.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Case, ScalarSelect, case, func, select
from sqlalchemy.orm import Session

from app.catalog.models import ServiceTarget
from app.tickets.clock import BadMoments
from app.tickets.due import moments_of, promise_start, promises_of, stand, ticket_clock
from app.tickets.lifecycle import Role, Verb
from app.tickets.models import Cooperation, Escalation, Ticket, TicketEvent
from app.tickets.problem_table import OPEN
from app.tickets.service.suggesting import kinds_of, wrong_publication
from app.tickets.tables import FIRST, is_lawful

BATCH = 500
CALLS = (
    select(
        func.jsonb_agg(
            func.jsonb_build_array(Escalation.reason, Escalation.level, Escalation.since)
        )
    )
    .where(Escalation.ticket_id == Ticket.id)
    .correlate(Ticket)
    .scalar_subquery()
)
UNROUTED_LIMIT = timedelta(minutes=10)
REQUESTS = (
    select(
        func.jsonb_agg(
            func.jsonb_build_array(
                Cooperation.agency_code,
                Cooperation.accepted_at,
                Cooperation.done_at,
                Cooperation.returned_at,
                Cooperation.overdue_at.is_not(None),
            )
        )
    )
    .where(Cooperation.ticket_id == Ticket.id)
    .correlate(Ticket)
    .scalar_subquery()
)


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
        for read in found:
            checked.tickets += 1
            checked.events += len(read.events)
            for what in _of_ticket(session, read, now):
                yield Problem(read.ticket.reference, what)
        last = found[-1].ticket.id
        session.expunge_all()


@dataclass(frozen=True)
class Called:
    """Somebody was called to what waits too long, as its row and its history say it."""

    reason: str
    level: int
    since: datetime


@dataclass(frozen=True)
class Asked:
    """A request for help, as its row and its history say it."""

    agency: str
    accepted: datetime | None = None
    done: datetime | None = None
    returned: datetime | None = None
    late: bool = False


@dataclass
class Read:
    """A ticket with everything about it."""

    ticket: Ticket
    events: list[TicketEvent] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    called: list[Called] = field(default_factory=list)


def _batch(session: Session, last: int) -> list[Read]:
    some = select(Ticket.id).where(Ticket.id > last).order_by(Ticket.id).limit(BATCH)
    query = (
        select(Ticket, TicketEvent, _once(REQUESTS), _once(CALLS))
        .outerjoin(TicketEvent, TicketEvent.ticket_id == Ticket.id)
        .where(Ticket.id.in_(some))
        .order_by(Ticket.id, TicketEvent.seq)
    )
    found: dict[int, Read] = {}
    for ticket, event, requests, calls in session.execute(query):
        read = found.setdefault(ticket.id, Read(ticket))
        if event is not None:
            read.events.append(event)
        read.called += [
            Called(reason, level, datetime.fromisoformat(since))
            for reason, level, since in calls or ()
        ]
        read.asked += [
            Asked(code, _instant(accepted), _instant(done), _instant(returned), late=late)
            for code, accepted, done, returned, late in requests or ()
        ]
    return list(found.values())


def _once(rows: ScalarSelect[Any]) -> Case[Any]:
    """Read rows beside the first event only, not beside each."""
    return case((TicketEvent.seq == 1, rows))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _of_ticket(session: Session, read: Read, now: datetime) -> Iterator[str]:
    ticket, events = read.ticket, read.events
    yield from _owner(ticket, now)
    yield from _path(ticket, events)
    yield from wrong_publication(session, ticket, events)
    yield from _asked(ticket, events)
    yield from _claimed(ticket, events)
    yield from _help(events, read.asked)
    yield from _calls(events, read.called)
    yield from _expected(ticket, events)
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
    kinds = kinds_of(ticket.kind, events)
    for event, kind in zip(events, kinds, strict=True):
        if event.from_status != before:
            yield f"event {event.seq} starts at {event.from_status}, not at {before}"
        if not _is_legal(kind, event):
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
        elif event.kind == Verb.UPHOLD or event.to_status in OPEN:
            asked = None
    if asked != ticket.reopen_asked_at:
        yield f"notes a wish to be opened again of {ticket.reopen_asked_at}, its history of {asked}"


def _claimed(ticket: Ticket, events: list[TicketEvent]) -> Iterator[str]:
    claimed: datetime | None = None
    for event in events:
        if event.kind == Verb.CLAIM_FIXED:
            claimed = claimed or event.occurred_at
        elif event.kind == Verb.REFUTE or event.to_status not in OPEN:
            claimed = None
    if claimed != ticket.fixed_claimed_at:
        yield f"is said to be fixed since {ticket.fixed_claimed_at}, by its history {claimed}"


def _help(events: list[TicketEvent], found: list[Asked]) -> Iterator[str]:
    told: dict[str, list[Asked]] = {}
    for event in events:
        params, at = event.params, event.occurred_at
        if event.kind == Verb.COOPERATE:
            requests = told.setdefault(params["agency"], [])
            if not requests or requests[-1].done or requests[-1].returned:
                requests.append(Asked(params["agency"]))
        for code in params.get("cooperating", ()):
            told.setdefault(code, [Asked(code)])
        if "helping" in params:
            requests = told[params["helping"]]
            requests[-1] = _answered(requests[-1], event.kind, at)
    expected = [asked for requests in told.values() for asked in requests]
    if sorted(expected, key=str) != sorted(found, key=str):
        yield f"has the requests for help {found}, by its history {expected}"


def _calls(events: list[TicketEvent], found: list[Called]) -> Iterator[str]:
    told = [
        Called(params["reason"], params["level"], datetime.fromisoformat(params["since"]))
        for params in (event.params for event in events)
        if "since" in params and "level" in params
    ]
    if sorted(told, key=str) != sorted(found, key=str):
        yield f"was escalated {found}, by its history {told}"


def _expected(ticket: Ticket, events: list[TicketEvent]) -> Iterator[str]:
    """By when the owner must answer is what the event says that brought it there."""
    for name, stored in (("accept_by", ticket.intake_due_at), ("explain_by", ticket.explain_by)):
        told = [event.params[name] for event in events if name in event.params]
        if stored is not None and told and datetime.fromisoformat(told[-1]) != stored:
            yield f"has {name} {stored}, by its history {told[-1]}"
    if ticket.status not in OPEN and (ticket.intake_due_at or ticket.explain_by):
        yield f"is {ticket.status}, but somebody must still answer"


def _answered(asked: Asked, kind: str, at: datetime) -> Asked:
    match kind:
        case Verb.HELP_ACCEPT:
            return replace(asked, accepted=at)
        case Verb.HELP_DONE:
            return replace(asked, accepted=asked.accepted or at, done=at)
        case Verb.HELP_RETURN:
            return replace(asked, returned=at)
        case _:
            return replace(asked, late=True)


def _is_legal(kind: str, event: TicketEvent) -> bool:
    if event.kind == Verb.OPEN:
        return event.from_status is None and event.to_status == FIRST[kind]
    try:
        verb, role = Verb(event.kind), Role(event.actor_role)
    except ValueError:
        return False
    return is_lawful(kind, verb, event.from_status or "", event.to_status, role)


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
