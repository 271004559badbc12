"""What waits too long, one query for each reason: the ticket, since when, and whose delay it is.

1. A reason holds as long as its query finds the ticket with the same instant: what was answered, or
   has got another date, is another matter.
2. Nothing is due of what is closed, merged or, where the clock stands still, on hold.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.tickets.due import deadlines
from app.tickets.models import Cooperation, Proposal, Suggestion, Ticket
from app.tickets.queries import HELP_OPEN, IS_OPEN

Column = InstrumentedAttribute[Any]


@dataclass(frozen=True)
class Waiting:
    """What waits: since when, whose delay it is, and on what conditions."""

    since: Column
    whose: Column
    where: tuple[ColumnElement[bool], ...]
    joined: type[Proposal] | type[Cooperation] | type[Suggestion] | None = None

    def query(self) -> Select[Ticket, Any, Any]:
        """Return (ticket, since, whose)."""
        found: Select[Ticket, Any, Any] = select(
            Ticket, self.since.label("since"), self.whose.label("whose")
        )
        if self.joined is not None:
            found = found.join(self.joined, self.joined.ticket_id == Ticket.id)
        return found.where(*self.where)


def due_soon(session: Session, now: datetime) -> Waiting:
    """A quarter of the promise is left."""
    near = [
        and_(Ticket.target_id.in_(entry.targets), Ticket.outcome_due_at <= entry.at)
        for entry in deadlines(session, None, now)
    ]
    conditions = IS_OPEN, Ticket.agency_code.is_not(None), Ticket.outcome_due_at > now
    return Waiting(Ticket.outcome_due_at, Ticket.agency_code, (*conditions, or_(false(), *near)))


def overdue(_session: Session, _now: datetime) -> Waiting:
    """The promise is broken."""
    return Waiting(Ticket.overdue_at, Ticket.agency_code, (IS_OPEN, Ticket.overdue_at.is_not(None)))


def unrouted(_session: Session, now: datetime) -> Waiting:
    """The router has not found an owner."""
    nobodys = Ticket.agency_code.is_(None), Ticket.intake_due_at < now
    return Waiting(Ticket.intake_due_at, Ticket.agency_code, (IS_OPEN, *nobodys))


def unaccepted(_session: Session, now: datetime) -> Waiting:
    """Nobody has accepted it, returned it, or found whose it is."""
    late = Ticket.agency_code.is_not(None), Ticket.intake_due_at < now
    return Waiting(Ticket.intake_due_at, Ticket.agency_code, (IS_OPEN, *late))


def unapproved(_session: Session, now: datetime) -> Waiting:
    """A manager has not looked at a proposal."""
    waits = Proposal.decided_at.is_(None), Proposal.due_at < now
    return Waiting(Proposal.due_at, Ticket.agency_code, (IS_OPEN, *waits), Proposal)


def unexplained(_session: Session, now: datetime) -> Waiting:
    """A missed date has no reason and no new date."""
    return Waiting(Ticket.explain_by, Ticket.agency_code, (IS_OPEN, Ticket.explain_by < now))


def help_late(_session: Session, _now: datetime) -> Waiting:
    """A cooperating agency is late: its own delay, not the lead's."""
    late = HELP_OPEN, Cooperation.overdue_at.is_not(None)
    others = Cooperation.agency_code != Ticket.agency_code
    return Waiting(
        Cooperation.overdue_at, Cooperation.agency_code, (IS_OPEN, *late, others), Cooperation
    )


def planned(_session: Session, now: datetime) -> Waiting:
    """The day has come on which the work was to be done."""
    came = Ticket.planned_for <= now, Ticket.agency_code.is_not(None)
    return Waiting(Ticket.planned_for, Ticket.agency_code, (IS_OPEN, *came))


def step_due(_session: Session, now: datetime) -> Waiting:
    """The day has come by which the next step of an accepted suggestion was to follow."""
    followed = Ticket.status.in_(("answered", "in_delivery")), Ticket.reopen_asked_at.is_(None)
    came = Ticket.planned_for <= now, Ticket.agency_code.is_not(None)
    waits = Suggestion.step_due_at.is_not(None), *followed, *came
    return Waiting(Ticket.planned_for, Ticket.agency_code, waits, Suggestion)


REASONS: Mapping[str, Callable[[Session, datetime], Waiting]] = {
    "unrouted": unrouted,
    "unaccepted": unaccepted,
    "due_soon": due_soon,
    "overdue": overdue,
    "unexplained": unexplained,
    "unapproved": unapproved,
    "help_late": help_late,
    "planned": planned,
    "step_due": step_due,
}
# Told to the agency itself: nothing is late yet.
REMINDERS = frozenset({"due_soon", "planned", "step_due"})
# What the public does not read: who waits for whom inside.
INTERNAL = frozenset({"due_soon", "unapproved", "help_late", "planned", "step_due"})
