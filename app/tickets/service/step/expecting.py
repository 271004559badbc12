"""By when somebody must have answered, besides the promise: the intake, and a missed date.

1. Whoever gets a ticket has the agency's intake target to accept or return it, in that agency's own
   hours; the coordinator (or the oversight agency) to find whose it is; the router the pack's few
   minutes. It never ends after the promise of the outcome does, unless that has passed already. The
   event keeps it (`accept_by`).
2. A missed date must be explained within the pack's time, with a new date; setting one is that. The
   event keeps by when (`explain_by`).
3. What has ended, or was merged, answers to nobody.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.catalog.queries import profile
from app.tickets.clock import ClockExhausted, ClockKind, WorkingClock, add_time
from app.tickets.due import clock_for, ticket_clock
from app.tickets.facts import Act, Facts, Status, Verb
from app.tickets.models import Ticket
from app.tickets.problem_table import OPEN
from app.tickets.service.step.freezing import Promised
from app.tickets.tables import SUGGESTION

TO_ANSWER = (Status.RECEIVED, Status.ASSIGNED)


def expect_answer(session: Session, ticket: Ticket, facts: Facts, act: Act) -> dict[str, Any]:
    """Set or clear by when an answer is due, after a step; return what the event keeps of it."""
    if ticket.status not in OPEN or act.verb is Verb.EXTEND:
        ticket.explain_by = None
    if ticket.status not in TO_ANSWER:
        ticket.intake_due_at = None
        return {}
    if facts.status == ticket.status and facts.agency == ticket.agency_code:
        return {}
    ticket.intake_due_at = (
        intake_due(Promised(session), ticket, ticket.agency_code, act.now)
        if ticket.agency_code is not None
        else routed_by(session, act.now)
    )
    return {"accept_by": ticket.intake_due_at.isoformat()} if ticket.intake_due_at else {}


def intake_due(promised: Promised, ticket: Ticket, agency: str, now: datetime) -> datetime | None:
    """Return by when the agency must have answered (rule 1); None where its hours never open.

    Of a suggestion that it has: by the date of the first note.
    """
    if ticket.kind == SUGGESTION and not ticket.in_triage:
        return ticket.first_reply_due_at
    clock = clock_for(promised.session, promised.timetable(agency), promised.city.calendar_version)
    try:
        due = add_time(clock, ClockKind.WORKING, now, promised.intake_target(agency))
    except ClockExhausted:
        return None
    ends = ticket.outcome_due_at
    return min(due, ends) if ends is not None and ends > now else due


def routed_by(session: Session, now: datetime) -> datetime:
    """Return by when the router must have found an owner."""
    return now + timedelta(minutes=profile(session).desk.unrouted_min)


def explain_by(session: Session, ticket: Ticket, now: datetime) -> datetime | None:
    """Return by when a date that was missed must be explained (rule 2)."""
    return later(ticket_clock(session, ticket), now, profile(session).desk.explain_h)


def later(clock: WorkingClock, now: datetime, hours: float) -> datetime | None:
    """Return the instant so many working hours from now; None where the hours never open."""
    try:
        return add_time(clock, ClockKind.WORKING, now, timedelta(hours=hours))
    except ClockExhausted:
        return None
