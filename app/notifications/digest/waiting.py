"""How much waits for each agency and each officer, in a handful of statements for all of them."""

from collections.abc import Collection, Iterator
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Label, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from app.agencies.models import Membership
from app.agencies.queries import coordinator
from app.catalog.queries import profile
from app.tickets.models import Cooperation, Escalation, Proposal, Suggestion, Ticket
from app.tickets.queries import HELP_OPEN, IS_OPEN
from app.tickets.service.watch.reasons import due_soon
from app.tickets.tables import SUGGESTION
from app.tickets.tables.publication import WAITING

JUDGED = ("resolved", "answered", "in_progress", "closed")


def waiting_of_agencies(session: Session, now: datetime) -> dict[str, dict[str, int]]:
    """Return {agency: {what: how many}}, without zeros."""
    found: dict[str, dict[str, int]] = {}
    for code, name, count in _counted(session, now):
        if code is not None and count:
            found.setdefault(code, {})[name] = count
    return found


def waiting_of_officers(
    session: Session, agencies: Collection[str], now: datetime
) -> dict[int, dict[str, int]]:
    """Return {account: {what: how many}} of what lies in somebody's hands in one of the agencies.

    Only where that person still works there.
    """
    works_there = exists().where(
        Membership.account_id == Ticket.officer_id,
        Membership.agency_code == Ticket.agency_code,
        Membership.since <= now,
        Membership.until.is_(None) | (Membership.until > now),
    )
    states = _states(session, now)
    query = (
        select(Ticket.officer_id, *_columns(states))
        .where(Ticket.officer_id.is_not(None), works_there, or_(*states.values()), ~Ticket.sample)
        .where(Ticket.agency_code.in_(agencies))
        .group_by(Ticket.officer_id)
    )
    return {
        officer: {name: n for name, n in zip(states, numbers, strict=True) if n}
        for officer, *numbers in session.execute(query)
        if officer is not None
    }


def _columns(states: dict[str, ColumnElement[bool]]) -> list[Label[int]]:
    return [func.count().filter(condition).label(name) for name, condition in states.items()]


def _counted(session: Session, now: datetime) -> Iterator[tuple[str | None, str, int]]:
    states = _states(session, now)
    owned = (
        select(Ticket.agency_code, *_columns(states))
        .where(or_(*states.values()), ~Ticket.sample)
        .group_by(Ticket.agency_code)
    )
    for code, *numbers in session.execute(owned):
        for name, count in zip(states, numbers, strict=True):
            yield code, name, count
    for name, query in _others().items():
        for code, count in session.execute(query):
            yield code, name, count
    unread = select(func.count()).select_from(Suggestion).join(Ticket)
    late = Suggestion.screen_due_at < now, Suggestion.publication.in_(sorted(WAITING))
    yield (
        coordinator(session).code,
        "unread",
        session.scalar(unread.where(*late, ~Ticket.sample)) or 0,
    )


def _states(session: Session, now: datetime) -> dict[str, ColumnElement[bool]]:
    zone = profile(session).zone
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    tonight = datetime.combine(tomorrow, time.min, zone)
    judged = Ticket.disputed_outcome & Ticket.status.in_(JUDGED)
    # Of an accepted suggestion the next step is planned.
    followed = and_(Ticket.kind == SUGGESTION, Ticket.status.in_(("answered", "in_delivery")))
    return {
        "unexplained": and_(IS_OPEN, Ticket.explain_by.is_not(None)),
        "overdue": and_(IS_OPEN, Ticket.outcome_due_at < now),
        "due": and_(IS_OPEN, Ticket.outcome_due_at.between(now, tonight)),
        "planned": and_(or_(IS_OPEN, followed), Ticket.planned_for < tonight),
        "soon": and_(*due_soon(session, now).where, Ticket.outcome_due_at > tonight),
        "new": and_(IS_OPEN, Ticket.intake_due_at.is_not(None)),
        "disputed": or_(judged, Ticket.reopen_asked_at.is_not(None)),
    }


def _others() -> dict[str, Select[Any, int]]:
    here = IS_OPEN, ~Ticket.sample
    return {
        "approval": select(Ticket.agency_code, func.count())
        .join(Proposal, Proposal.ticket_id == Ticket.id)
        .where(*here, Proposal.decided_at.is_(None))
        .group_by(Ticket.agency_code),
        "cooperation": select(Cooperation.agency_code, func.count())
        .join(Ticket, Ticket.id == Cooperation.ticket_id)
        .where(*here, HELP_OPEN, Cooperation.agency_code != Ticket.agency_code)
        .group_by(Cooperation.agency_code),
        "escalated": select(Escalation.agency_code, func.count(Ticket.id.distinct()))
        .join(Ticket, Ticket.id == Escalation.ticket_id)
        .where(*here, Escalation.level > 0)
        # Also of nobody: what could not be routed is brought to the coordinating office.
        .where(Escalation.agency_code.is_distinct_from(Ticket.agency_code))
        .group_by(Escalation.agency_code),
    }
