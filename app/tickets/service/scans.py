"""What the clock does by itself: scans of due rows, oldest first, each writing an event.

1. Every scan locks with SKIP LOCKED and asks the lifecycle like a person would: running twice or
   late changes nothing.
2. Overdue is an event, written once for each due date that passes: of the first reply as of the
   outcome.
3. Who succeeds an agency succeeds it in what is said about it, too: no successor gets a ticket
   about itself or about the agency that it was; the agency above does.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.agencies.models import Agency
from app.agencies.queries import above
from app.agencies.service import inherit
from app.catalog.queries import today
from app.core.actor import SYSTEM
from app.core.errors import Conflict
from app.tickets.facts import Act, Role, Status, Verb
from app.tickets.models import Ticket
from app.tickets.problem_table.guards import REST
from app.tickets.queries import OPEN_STATUSES
from app.tickets.service import suggesting
from app.tickets.service.step.apply import Said, apply
from app.tickets.service.step.expecting import explain_by
from app.tickets.service.step.judging import facts_of
from app.tickets.tables import PROBLEM

HANDED_OVER = (
    *OPEN_STATUSES, Status.RESOLVED, Status.ANSWERED, Status.IN_DELIVERY, Status.EXPIRED,
)  # fmt: skip


def mark_due(session: Session, *, now: datetime, limit: int = 200) -> int:
    """Write the event of every ticket whose outcome became overdue; return how many."""
    due = and_(
        Ticket.status.in_(OPEN_STATUSES),
        Ticket.overdue_at.is_(None),
        Ticket.outcome_due_at < now,
    )
    tickets = _locked(session, due, Ticket.outcome_due_at, limit)
    for ticket in tickets:
        ticket.overdue_at = ticket.outcome_due_at
        late = ticket.extended_to is None or ticket.extended_to <= now
        if late and ticket.kind == PROBLEM:  # the date of an answer is put off once, before
            ticket.explain_by = explain_by(session, ticket, now)
        asked = {"explain_by": ticket.explain_by.isoformat()} if ticket.explain_by else {}
        _act(session, ticket, Verb.OVERDUE, now, params=asked)
    return len(tickets)


def mark_missed_again(session: Session, *, now: datetime, limit: int = 200) -> int:
    """Demand another explanation where the new date has passed too; return how many."""
    missed = and_(
        Ticket.status.in_(OPEN_STATUSES),
        Ticket.overdue_at.is_not(None),
        Ticket.explain_by.is_(None),
        Ticket.extended_to < now,
        Ticket.kind == PROBLEM,
    )
    done = 0
    for ticket in _locked(session, missed, Ticket.extended_to, limit):
        ticket.explain_by = explain_by(session, ticket, now)
        if ticket.explain_by is not None:
            params = {"reason": "missed_again", "explain_by": ticket.explain_by.isoformat()}
            done += _act(session, ticket, Verb.REMIND, now, params=params)
    return done


def mark_reply_due(session: Session, *, now: datetime, limit: int = 200) -> int:
    """Write the event of every ticket whose first reply became overdue; return how many."""
    due = and_(
        Ticket.status.in_(OPEN_STATUSES),
        Ticket.first_replied_at.is_(None),
        Ticket.reply_overdue_at.is_(None),
        Ticket.first_reply_due_at < now,
    )
    tickets = _locked(session, due, Ticket.first_reply_due_at, limit)
    for ticket in tickets:
        ticket.reply_overdue_at = ticket.first_reply_due_at
        _act(session, ticket, Verb.REPLY_OVERDUE, now)
    return len(tickets)


def expire(session: Session, *, now: datetime, limit: int = 100) -> int:
    """Resume pauses that are over, bring back plans that are due, close what has rested."""
    done = 0
    for ticket in _locked(session, _pause_over(now), Ticket.paused_until, limit):
        done += _act(session, ticket, Verb.RESUME, now)
    for ticket in _locked(session, _plan_due(now), Ticket.planned_for, limit):
        done += _act(session, ticket, Verb.REOPEN, now)
    for ticket in _locked(session, _rested(now), Ticket.outcome_at, limit):
        done += _act(session, ticket, Verb.CLOSE, now)
    return done + suggesting.expire(session, now=now, limit=limit)


def hand_over(session: Session, *, now: datetime, limit: int = 100) -> int:
    """Move the tickets of agencies that have ended to their successors, uncounted (rule 3)."""
    on = today(session, now)
    inherit(session, on=on)
    ended = select(Agency.code, Agency.successor_code).where(
        Agency.valid_to <= on, Agency.successor_code.is_not(None)
    )
    heirs = dict(session.execute(ended).all())
    if not heirs:
        return 0
    about = and_(Ticket.about_agency_code.in_(heirs), Ticket.status.in_(HANDED_OVER))
    for ticket in _locked(session, about, Ticket.received_at, limit):
        ticket.about_agency_code = heirs[ticket.about_agency_code or ""]
    theirs = and_(Ticket.agency_code.in_(heirs), Ticket.status.in_(HANDED_OVER))
    tickets = _locked(session, theirs, Ticket.received_at, limit)
    return sum(
        _act(session, ticket, Verb.SUCCEED, now, agency=_heir(session, ticket, heirs))
        for ticket in tickets
    )


def _heir(session: Session, ticket: Ticket, heirs: Mapping[str, str | None]) -> str | None:
    heir = heirs[ticket.agency_code or ""]
    if heir is None or heir != ticket.about_agency_code:
        return heir
    return above(session, heir, heir).code


def _pause_over(now: datetime) -> ColumnElement[bool]:
    return and_(Ticket.status == Status.WAITING, Ticket.paused_until <= now)


def _plan_due(now: datetime) -> ColumnElement[bool]:
    resting = or_(Ticket.status == Status.ANSWERED, Ticket.status == Status.CLOSED)
    return and_(resting, Ticket.outcome_code == "planned", Ticket.planned_for <= now)


def _rested(now: datetime) -> ColumnElement[bool]:
    resting = Ticket.status.in_((Status.RESOLVED, Status.ANSWERED))
    rested = and_(~Ticket.disputed_outcome, Ticket.outcome_at < now - REST)
    return and_(resting, rested, Ticket.kind == PROBLEM)  # an answer to a suggestion stands


def _locked(
    session: Session,
    due: ColumnElement[bool],
    order: ColumnElement[Any] | InstrumentedAttribute[Any],
    limit: int,
) -> Sequence[Ticket]:
    query = (
        select(Ticket)
        .where(due)
        .order_by(order, Ticket.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def _act(
    session: Session,
    ticket: Ticket,
    verb: Verb,
    now: datetime,
    *,
    agency: str | None = None,
    params: Mapping[str, Any] = MappingProxyType({}),
) -> int:
    """Take one step by the system; a ticket that refuses it is left as it is."""
    act = Act(verb=verb, role=Role.SYSTEM, now=now, agency=agency)
    facts = facts_of(session, ticket, now)
    try:
        apply(session, ticket, facts, act, Said(params=params), actor=SYSTEM, now=now)
    except Conflict:
        return 0
    return 1
