"""How much waits for each agency, in a handful of statements for all of them."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.catalog.queries import profile
from app.tickets.models import Cooperation, Escalation, Proposal, Ticket
from app.tickets.queries import HELP_OPEN, IS_OPEN

JUDGED = ("resolved", "answered", "in_progress", "closed")


def waiting_of_agencies(session: Session, now: datetime) -> dict[str, dict[str, int]]:
    """Return {agency: {what: how many}}, without zeros."""
    found: dict[str, dict[str, int]] = {}
    for code, name, count in _counted(session, now):
        if code is not None and count:
            found.setdefault(code, {})[name] = count
    return found


def _counted(session: Session, now: datetime) -> Iterator[tuple[str | None, str, int]]:
    states = _states(session, now)
    counts = [func.count().filter(condition).label(name) for name, condition in states.items()]
    owned = (
        select(Ticket.agency_code, *counts)
        .where(or_(*states.values()), ~Ticket.sample)
        .group_by(Ticket.agency_code)
    )
    for code, *numbers in session.execute(owned):
        for name, count in zip(states, numbers, strict=True):
            yield code, name, count
    for name, query in _others().items():
        for code, count in session.execute(query):
            yield code, name, count


def _states(session: Session, now: datetime) -> dict[str, ColumnElement[bool]]:
    zone = profile(session).zone
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    tonight = datetime.combine(tomorrow, time.min, zone)
    judged = Ticket.disputed_outcome & Ticket.status.in_(JUDGED)
    return {
        "unexplained": and_(IS_OPEN, Ticket.explain_by.is_not(None)),
        "overdue": and_(IS_OPEN, Ticket.outcome_due_at < now),
        "due": and_(IS_OPEN, Ticket.outcome_due_at.between(now, tonight)),
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
        .where(*here, Escalation.level > 0, Escalation.agency_code != Ticket.agency_code)
        .group_by(Escalation.agency_code),
    }
