"""Promises: frozen once, at the first assign or triage.

1. Target version, timetable and calendar version are kept on the ticket; both due dates count from
   receipt in the first owner's hours. A later owner keeps them.
2. Where there is no such promise, `Promised.in_general` gives that of everything else: the target
   of the category `other` and the city's own hours. Only the router asks for it.
3. `Promised` remembers what it looked up, so that a batch asks once for each kind of ticket.
4. The event that makes or replaces a promise says which (`told`): due dates follow from the public
   history alone.
"""

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.catalog.models import Category, ServiceTarget
from app.catalog.queries import profile, target_for
from app.tickets.clock import Moment, MomentKind
from app.tickets.due import (
    Standing,
    clock_for,
    first_due,
    moments_of,
    promise_start,
    promises_of,
    stand,
    ticket_clock,
    timetable_ids,
)
from app.tickets.models import Ticket
from app.tickets.queries import events_of

OTHER = "other"  # the category that every pack has


class Promised:
    """Targets and timetables for the tickets of one transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.city = profile(session)
        self._targets: dict[tuple[str, str, date], ServiceTarget] = {}
        self._timetables: dict[str | None, int] = {}

    def target(self, category: str, severity: str, on: date) -> ServiceTarget:
        """Return the target version that holds on a day."""
        key = (category, severity, on)
        if key not in self._targets:
            self._targets[key] = target_for(self.session, category, severity, on)
        return self._targets[key]

    def timetable(self, agency: str) -> int:
        """Return the id of the agency's newest timetable. Raises LookupError."""
        if not self._timetables:
            self._timetables = timetable_ids(self.session)
        found = self._timetables.get(agency, self._timetables.get(None))
        if found is None:
            raise LookupError("the city has no timetable")
        return found

    @cached_property
    def _intake(self) -> dict[str, int]:
        return dict(self.session.execute(select(Agency.code, Agency.intake_target_s)).all())

    def intake_target(self, agency: str) -> timedelta:
        """Return how long the agency may take to accept or return a ticket, in its hours."""
        return timedelta(seconds=self._intake[agency])

    @cached_property
    def in_general(self) -> "Promised":
        """Return the promises that hold where a category or an agency has none."""
        return _InGeneral(self.session)


class _InGeneral(Promised):
    """The city's hours, and the target of everything else for what has none of its own."""

    def target(self, category: str, severity: str, on: date) -> ServiceTarget:
        try:
            return super().target(category, severity, on)
        except LookupError:
            other = self.session.get_one(Category, OTHER)
            return super().target(other.code, other.severity_code, on)

    def timetable(self, agency: str) -> int:  # noqa: ARG002 - the city's, whoever has it
        found = timetable_ids(self.session).get(None)
        if found is None:
            raise LookupError("the city has no timetable")
        return found


def freeze(ticket: Ticket, owner: str, promised: Promised) -> None:
    """Fix the promise of a ticket that has none yet."""
    if ticket.target_id is not None:
        return
    on = promise_start(ticket).astimezone(promised.city.zone).date()
    target = promised.target(ticket.category_code, ticket.severity_code, on)
    # A suggestion is promised from its publication; whatever was not published first, from receipt.
    ticket.promised_from = ticket.promised_from or ticket.received_at
    ticket.target_id = target.id
    ticket.timetable_id = promised.timetable(owner)
    ticket.calendar_version = promised.city.calendar_version
    ticket.first_reply_due_at, ticket.outcome_due_at = first_due(promised.session, ticket, target)


def told(ticket: Ticket) -> dict[str, Any]:
    """Return what an event says of the promise that holds after it (rule 4)."""
    if ticket.target_id is None or ticket.promised_from is None:
        return {}
    return {
        "promised": {
            "target": ticket.target_id,
            "timetable": ticket.timetable_id,
            "calendar": ticket.calendar_version,
            "from": ticket.promised_from.isoformat(),
        }
    }


def foretell(
    promised: Promised, category: str, severity: str, owner: str, now: datetime
) -> Standing:
    """Return where both promises of something received now would stand, as `freeze` fixes them.

    Raises LookupError, ClockExhausted.
    """
    target = promised.target(category, severity, now.astimezone(promised.city.zone).date())
    clock = clock_for(promised.session, promised.timetable(owner), promised.city.calendar_version)
    return stand(clock, promises_of(target), [Moment(MomentKind.STARTED, now)], None)


def forget_missed(ticket: Ticket, now: datetime) -> None:
    """Take back that a date was missed which another promise has moved ahead of now."""
    if ticket.outcome_due_at is None or ticket.outcome_due_at > now:
        ticket.overdue_at = ticket.explain_by = None
    if ticket.first_reply_due_at is None or ticket.first_reply_due_at > now:
        ticket.reply_overdue_at = None


def restate(session: Session, ticket: Ticket) -> None:
    """Recompute both due dates from the frozen promise and the history."""
    if ticket.target_id is None:
        return
    target = session.get_one(ServiceTarget, ticket.target_id)
    moments = moments_of(events_of(session, ticket.id), promise_start(ticket))
    standing = stand(
        ticket_clock(session, ticket), promises_of(target), moments, ticket.first_replied_at
    )
    ticket.first_reply_due_at = standing.first_reply.due_at
    ticket.outcome_due_at = standing.outcome.due_at


def would_end(session: Session, ticket: Ticket, now: datetime) -> datetime:
    """Return when the promise of the outcome ends; of a paused one, if the work went on now."""
    if ticket.outcome_due_at is not None:
        return ticket.outcome_due_at
    target = session.get_one(ServiceTarget, ticket.target_id)
    moments = moments_of(events_of(session, ticket.id), promise_start(ticket))
    resumed = [*moments, Moment(MomentKind.RESUMED, now)]
    standing = stand(
        ticket_clock(session, ticket), promises_of(target), resumed, ticket.first_replied_at
    )
    assert standing.outcome.due_at is not None
    return standing.outcome.due_at
