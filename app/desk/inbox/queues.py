"""Which tickets stand in which queue: conditions for each, narrowed down by the filters.

1. The row of a list, its count and its news come from the same condition.
2. "Due soon" means what the words on the row mean (a quarter of the promise is left), or today;
   work that was planned for a day is due on that day.
3. Somebody's own queue has what lies in the person's hands, of the agencies worked for.
4. A queue is what fits one of its conditions. There are several where each is read from an index
   of its own, and both in one would be read from the oldest overdue ticket on, or not by agency.
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from app.catalog.queries import profile
from app.desk.queries import Scope, called_to, proposed, visible
from app.desk.schemas import ListView
from app.tickets.due import deadlines
from app.tickets.models import Cooperation, Ticket
from app.tickets.policy import decided_by
from app.tickets.queries import HELP_OPEN, IS_OPEN, one_of
from app.tickets.service.proving.doubting import doubted

Condition = ColumnElement[bool]
Queue = tuple[Condition, ...]


def queues(session: Session, scope: Scope, view: ListView, now: datetime) -> dict[str, Queue]:
    """Return what each queue has (rule 4)."""
    is_new = or_(one_of("received", "assigned"), Ticket.reopen_asked_at.is_not(None))
    common = and_(visible(scope), *narrowed(session, view, now))
    whose = _whose(scope, view)
    ours = common if whose is None else and_(Ticket.agency_code.in_(whose), common)
    own = and_(Ticket.officer_id == scope.account, Ticket.agency_code.in_(scope.own), common)
    helping = and_(IS_OPEN, _asked_to_help(scope), common) if scope.own else false()
    soon, planned = _due(session, scope, now)
    theirs = (and_(_disputed(), each, common) for each in decided_by(scope.own))
    return {
        "new": (and_(is_new, ours),),
        "mine": (and_(or_(IS_OPEN, _disputed()), own),),
        "due": (and_(soon, ours), and_(planned, ours)),
        "overdue": (and_(IS_OPEN, Ticket.outcome_due_at < now, ours),),
        "waiting": (and_(one_of("waiting"), ours),),
        "approval": (and_(IS_OPEN, Ticket.id.in_(proposed(whose)), ours),),
        "disputed": (and_(_disputed(), ours), *theirs),
        "doubted": (and_(doubted(), ours),),
        "cooperation": (helping,),
        "duty": (and_(Ticket.urgent_claim, IS_OPEN, or_(ours, and_(called_to(scope), common))),),
        "all": (ours,),
    }


def narrowed(session: Session, view: ListView, now: datetime) -> list[Condition]:
    """Return what the filters ask for."""
    pairs = (
        (Ticket.agency_code, view.agency),
        (Ticket.category_code, view.category),
        (Ticket.area_code, view.area),
        (Ticket.status, view.state),
    )
    found: list[Condition] = [column == value for column, value in pairs if value]
    if view.since:
        found.append(Ticket.received_at >= _midnight(session, view.since))
    if view.until:
        found.append(Ticket.received_at < _midnight(session, view.until + timedelta(days=1)))
    if view.late:
        found.append(and_(IS_OPEN, Ticket.outcome_due_at < now))
    return found


def _midnight(session: Session, day: date) -> datetime:
    return datetime.combine(day, time.min, profile(session).zone)


def _whose(scope: Scope, view: ListView) -> frozenset[str] | None:
    return scope.seen if view.everyone else scope.own


def _asked_to_help(scope: Scope) -> Condition:
    """Only what waits for an answer; what the agency leads itself by now is no help."""
    return and_(
        Ticket.id.in_(
            select(Cooperation.ticket_id).where(Cooperation.agency_code.in_(scope.own), HELP_OPEN)
        ),
        Ticket.agency_code.not_in(scope.own),
    )


def _disputed() -> Condition:
    """The reporter disagrees, or asks to open it again."""
    resting = one_of("in_progress", "resolved", "answered")
    beaten = and_(one_of("closed"), Ticket.confirmed)
    waits = and_(Ticket.disputed_outcome, or_(resting, beaten))
    return or_(waits, Ticket.reopen_asked_at.is_not(None))


def _due(session: Session, scope: Scope, now: datetime) -> tuple[Condition, Condition]:
    return and_(IS_OPEN, is_soon(session, scope, now)), and_(IS_OPEN, _is_planned(session, now))


def _is_planned(session: Session, now: datetime) -> Condition:
    """The day of the work has come, or is today."""
    today = now.astimezone(profile(session).zone).date()
    return Ticket.planned_for < _midnight(session, today + timedelta(days=1))


def is_soon(session: Session, scope: Scope, now: datetime) -> Condition:
    """Return the SQL for: not late yet, but due soon or today."""
    found = deadlines(session, min(scope.own, default=None), now)
    today = now.astimezone(profile(session).zone).date()
    tonight = _midnight(session, today + timedelta(days=1))
    last = max([tonight, *(entry.at for entry in found)])
    return and_(
        Ticket.outcome_due_at.between(now, last),
        or_(
            Ticket.outcome_due_at < tonight,
            *(
                and_(Ticket.target_id.in_(entry.targets), Ticket.outcome_due_at <= entry.at)
                for entry in found
            ),
        ),
    )
