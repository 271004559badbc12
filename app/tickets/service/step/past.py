"""Lives that tickets have had in another system, lived again by the same engine, in memory.

1. Each act is a row of the lifecycle's table, like any other: what the table refuses is refused
   here. Whether a manager had agreed and a photo had proved it was judged there.
2. A due date that was promised there stays: the promise is a whole number of real days, and begins
   so long before it, at the receipt or less than a day earlier. Such targets have negative versions
   and hold on no day: nothing new is promised by them. Without such a date the pack's promise
   counts from receipt.
3. `occurred_at` is when it was, `recorded_at` when it was taken over. Nobody is told of it.
4. A date that passed while the ticket was open is an event, as the clock would have written it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.catalog.models import Category, ServiceTarget
from app.core.actor import REPORTER, SYSTEM, Actor
from app.tickets.clock import ClockKind, Moment, MomentKind
from app.tickets.due import promises_for, stand, ticket_clock
from app.tickets.facts import Act, Facts, Role, Status, Verb
from app.tickets.lifecycle import Clock, Destination, Step, step
from app.tickets.models import Ticket
from app.tickets.problem_table import PROBLEM_TABLE
from app.tickets.problem_table.guards import DONE, REST
from app.tickets.service.step.apply import count
from app.tickets.service.step.expecting import TO_ANSWER, intake_due
from app.tickets.service.step.freezing import Promised, freeze
from app.tickets.service.step.record import Line, event_values

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
NEVER = date(1970, 1, 1)  # the day from and until which such a target holds


@dataclass(frozen=True, kw_only=True)
class Past:
    """What is known of a ticket's life. outcome and ended_at: both, or it is open.

    at_work: somebody had begun with it. published: its words were public there.
    """

    category: Category
    agency: str
    received_at: datetime
    due_at: datetime | None = None
    at_work: bool = False
    outcome: str | None = None
    answer: str | None = None
    ended_at: datetime | None = None
    published: bool = False
    opened: dict[str, Any] = field(default_factory=dict)


@dataclass
class Lived:
    """The ticket as its life left it, the columns of its events, and what was written with which.

    A text stands under the number of its event.
    """

    ticket: Ticket
    events: list[dict[str, Any]] = field(default_factory=list)
    texts: dict[int, str] = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)


class Pasts:
    """Lives again what a batch of tickets has lived, for one transaction."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now = session, now
        self.promised = Promised(session)
        carried = select(ServiceTarget).where(ServiceTarget.version < 0)
        self._carried = {
            (row.category_code, row.severity_code, -row.version): row.id
            for row in session.scalars(carried)
        }

    def live(self, past: Past, ticket: Ticket) -> Lived:
        """Live a life on a ticket that no session holds. Raises Refused, LookupError."""
        ticket.status, ticket.events_count, ticket.row_version = Status.RECEIVED.value, 1, 1
        lived = Lived(ticket)
        line = Line(verb=Verb.OPEN, from_status=None, params=past.opened)
        lived.events.append(self._event(lived, line, REPORTER, past.received_at))
        for act, text in _acts(past, ticket, self.now):
            self._take(past, lived, act)
            if text:
                lived.texts[ticket.events_count] = text
        return lived

    def _take(self, past: Past, lived: Lived, act: Act) -> None:
        ticket, before = lived.ticket, lived.ticket.status
        taken = step(PROBLEM_TABLE, _facts(ticket), act)
        ticket.status = taken.target
        if taken.goes_to is Destination.NAMED:
            ticket.agency_code, ticket.assigned_at = taken.agency, act.now
        count(ticket, taken, act, act.now)
        params: dict[str, Any] = {"code": act.code} if act.code else {}
        params |= self._clock(past, lived, taken, act.now)
        params |= self._noted(past, ticket, act)
        ticket.events_count += 1
        ticket.row_version += 1
        ticket.updated_at = act.now
        line = Line(verb=act.verb, from_status=before, params=params, role=act.role.value)
        actor = _actor(act.role, past.agency)
        lived.events.append(self._event(lived, line, actor, act.now))

    def _noted(self, past: Past, ticket: Ticket, act: Act) -> dict[str, Any]:
        """Change what the verb changes besides the step; return what its event notes."""
        noted: dict[str, Any] = {}
        if act.verb is Verb.PUBLISH:
            ticket.content, ticket.checked_at = "published", self.now
            ticket.checked_version = ticket.row_version + 1
        elif act.verb is Verb.OVERDUE:
            ticket.overdue_at = ticket.outcome_due_at
        elif act.verb is Verb.REPLY_OVERDUE:
            ticket.reply_overdue_at = ticket.first_reply_due_at
        elif act.verb is Verb.ASSIGN:
            noted = {"agency": past.agency, "reason": "taken_over"}
            noted |= {"area": ticket.area_code} if ticket.area_code else {}
            due = ticket.intake_due_at = intake_due(self.promised, ticket, past.agency, act.now)
            noted |= {"accept_by": due.isoformat()} if due else {}
        if ticket.status not in TO_ANSWER:
            ticket.intake_due_at = None
        return noted

    def _event(self, lived: Lived, line: Line, actor: Actor, at: datetime) -> dict[str, Any]:
        values = event_values(lived.ticket, line, actor=actor, now=at)
        return values | {"recorded_at": self.now}

    def _clock(self, past: Past, lived: Lived, taken: Step, at: datetime) -> dict[str, str]:
        ticket = lived.ticket
        if taken.clock is Clock.START:
            self._freeze(past, ticket)
            lived.moments.append(Moment(MomentKind.STARTED, ticket.promised_from or at))
            return {}
        if taken.clock is not Clock.STOP or ticket.target_id is None:
            return {}
        lived.moments.append(Moment(MomentKind.STOPPED, at))
        standing = stand(
            ticket_clock(self.session, ticket), promises_for(self.session, ticket.target_id),
            lived.moments, ticket.first_replied_at,
        )  # fmt: skip
        ticket.outcome_due_at = standing.outcome.due_at
        ticket.first_reply_due_at = standing.first_reply.due_at
        ticket.outcome_at = standing.outcome.stopped_at
        return {"clock": MomentKind.STOPPED.value}

    def _freeze(self, past: Past, ticket: Ticket) -> None:
        if past.due_at is None:
            freeze(ticket, past.agency, self.promised)
            return
        days = max(1, -((past.received_at - past.due_at) // DAY))
        ticket.promised_from = past.due_at - days * DAY
        ticket.target_id = self._target(past.category, days)
        ticket.timetable_id = self.promised.timetable(past.agency)
        ticket.calendar_version = self.promised.city.calendar_version
        ticket.first_reply_due_at = ticket.outcome_due_at = past.due_at

    def _target(self, category: Category, days: int) -> int:
        """Return the target of so many real days, made when first asked for (rule 2)."""
        key = (category.code, category.severity_code, days)
        if key not in self._carried:
            seconds = days * int(DAY.total_seconds())
            row = {
                "category_code": category.code, "severity_code": category.severity_code,
                "version": -days, "clock": ClockKind.REAL.value, "first_reply_s": seconds,
                "outcome_s": seconds, "valid_from": NEVER, "valid_to": NEVER,
                "illustrative": False,
            }  # fmt: skip
            new = insert(ServiceTarget).values(row).returning(ServiceTarget.id)
            self._carried[key] = self.session.scalars(new).one()
        return self._carried[key]


def _acts(past: Past, ticket: Ticket, now: datetime) -> Iterator[tuple[Act, str | None]]:
    """Yield what was done, in order; dates that passed lie between (rule 4)."""
    at, end = past.received_at, past.ended_at
    if past.published:
        yield Act(verb=Verb.PUBLISH, role=Role.COORDINATOR, now=at), None
    yield Act(verb=Verb.ASSIGN, role=Role.SYSTEM, now=at, agency=past.agency), None
    if past.at_work:
        yield Act(verb=Verb.ACCEPT, role=Role.OFFICER, now=at), None
    if end is None or past.outcome is None:
        return
    for verb, due in (
        (Verb.REPLY_OVERDUE, ticket.first_reply_due_at),
        (Verb.OVERDUE, ticket.outcome_due_at),
    ):
        if due is not None and due < end:
            yield Act(verb=verb, role=Role.SYSTEM, now=min(max(due, at) + SECOND, end)), None
    verb = Verb.RESOLVE if past.outcome in DONE else Verb.ANSWER
    ends = Act(
        verb=verb, role=Role.OFFICER, now=end, code=past.outcome, has_text=bool(past.answer),
        approved=True, proof=True,
    )  # fmt: skip
    yield ends, past.answer
    if now > end + REST + SECOND:
        yield Act(verb=Verb.CLOSE, role=Role.SYSTEM, now=end + REST + SECOND), None


def _facts(ticket: Ticket) -> Facts:
    """All that the rows of these acts look at."""
    return Facts(
        status=ticket.status,
        reference=ticket.reference,
        agency=ticket.agency_code,
        content_checked=ticket.checked_at is not None,
        promise_frozen=ticket.target_id is not None,
        first_replied=ticket.first_replied_at is not None,
        first_reply_due_at=ticket.first_reply_due_at,
        outcome_due_at=ticket.outcome_due_at,
        outcome_code=ticket.outcome_code,
        outcome_at=ticket.outcome_at,
        closed_at=ticket.closed_at,
    )


def _actor(role: Role, agency: str) -> Actor:
    """Return who did it: somebody of the agency, whose name nobody knows any more."""
    if role is Role.SYSTEM:
        return SYSTEM
    return Actor(role=role.value, agency_code=agency if role is Role.OFFICER else None)
