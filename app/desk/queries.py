"""Reads of the desk's lists: which tickets, in which order, how many at most.

1. Every list is a keyset page: one row more than shown is read, to know whether there is a next.
2. Counts stop at `MOST`: nobody needs to know more than "99+".
3. What a list shows is what `tickets.policy.may_see` lets open, row by row.
4. "Due soon" means what the words on the row mean (a quarter of the promise is left), or today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.catalog.queries import profile
from app.core.actor import Actor
from app.desk.schemas import Cursor, ListView
from app.reports.models import Report
from app.tickets.due import deadlines
from app.tickets.models import Cooperation, Proposal, Ticket, TicketEvent, UrgentCall
from app.tickets.policy import decided_by, reach
from app.tickets.problem_table.guards import UNJUDGED
from app.tickets.queries import HELP_OPEN, OPEN_STATUSES
from app.tickets.words.names import Names
from app.tickets.words.view import PLACING, reason_of

MOST = 100
At = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]


@dataclass(frozen=True, kw_only=True)
class Scope:
    """own: the agencies that somebody works for. seen: all whose tickets they see; None: all."""

    own: frozenset[str]
    seen: frozenset[str] | None
    account: int | None = None

    @property
    def wider(self) -> bool:
        """Whether there is more to see than the own agencies."""
        return self.seen is None or self.seen > self.own


def scope_of(session: Session, actor: Actor) -> Scope:
    """Return whose tickets somebody sees."""
    own = {code for role, code in actor.roles if code is not None and role != "administrator"}
    return Scope(own=frozenset(own), seen=reach(session, actor), account=actor.account_id)


def tonight(session: Session, now: datetime) -> datetime:
    """Return the end of the city's present day."""
    zone = profile(session).zone
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, zone)


def is_soon(session: Session, scope: Scope, now: datetime) -> ColumnElement[bool]:
    """Return the SQL for: not late yet, but due soon or today."""
    found = deadlines(session, min(scope.own, default=None), now)
    today = tonight(session, now)
    last = max([today, *(entry.at for entry in found)])
    return and_(
        Ticket.outcome_due_at.between(now, last),
        or_(
            Ticket.outcome_due_at < today,
            *(
                and_(Ticket.target_id.in_(entry.targets), Ticket.outcome_due_at <= entry.at)
                for entry in found
            ),
        ),
    )


def visible(scope: Scope) -> ColumnElement[bool]:
    """Leave out what is about the reader's own agency while it is with somebody else."""
    return or_(
        Ticket.about_agency_code.is_(None),
        Ticket.about_agency_code.not_in(scope.own),
        Ticket.agency_code.in_(scope.own),
    )


def _whose(scope: Scope, view: ListView) -> ColumnElement[bool]:
    if not view.everyone:
        return Ticket.agency_code.in_(scope.own)
    return true() if scope.seen is None else Ticket.agency_code.in_(scope.seen)


def _asked_to_help(scope: Scope) -> ColumnElement[bool]:
    """Only what waits for an answer; what the agency leads itself by now is no help."""
    return and_(
        Ticket.id.in_(
            select(Cooperation.ticket_id).where(Cooperation.agency_code.in_(scope.own), HELP_OPEN)
        ),
        Ticket.agency_code.not_in(scope.own),
    )


def _disputed() -> ColumnElement[bool]:
    """The reporter disagrees, or asks to open it again."""
    resting = Ticket.status.in_(("in_progress", "resolved", "answered"))
    beaten = and_(Ticket.status == "closed", Ticket.confirmed)
    waits = and_(Ticket.disputed_outcome, or_(resting, beaten))
    return or_(waits, Ticket.reopen_asked_at.is_not(None))


def called_to(scope: Scope) -> ColumnElement[bool]:
    """What somebody on duty was called to, whose ever it is."""
    return Ticket.id.in_(
        select(UrgentCall.ticket_id).where(
            UrgentCall.account_id == scope.account, UrgentCall.decided_at.is_(None)
        )
    )


def _proposed() -> Select[int]:
    return select(Proposal.ticket_id).where(Proposal.decided_at.is_(None))


def _filters(view: ListView) -> list[ColumnElement[bool]]:
    pairs = (
        (Ticket.agency_code, view.agency),
        (Ticket.category_code, view.category),
        (Ticket.area_code, view.area),
    )
    return [column == value for column, value in pairs if value]


def tabs(
    session: Session, scope: Scope, view: ListView, now: datetime
) -> dict[str, ColumnElement[bool]]:
    """Return the condition of each list."""
    is_open = Ticket.status.in_(OPEN_STATUSES)
    is_new = or_(Ticket.status.in_(("received", "assigned")), Ticket.reopen_asked_at.is_not(None))
    common = and_(visible(scope), *_filters(view))
    mine = and_(_whose(scope, view), common)
    helping = and_(is_open, _asked_to_help(scope), common) if scope.own else false()
    return {
        "new": and_(is_new, mine),
        "due": and_(is_open, is_soon(session, scope, now), mine),
        "overdue": and_(is_open, Ticket.outcome_due_at < now, mine),
        "waiting": and_(Ticket.status == "waiting", mine),
        "approval": and_(is_open, Ticket.id.in_(_proposed()), mine),
        "disputed": and_(_disputed(), or_(mine, and_(decided_by(scope.own), common))),
        "cooperation": helping,
        "duty": and_(Ticket.urgent_claim, is_open, or_(mine, and_(called_to(scope), common))),
        "all": mine,
    }


def counts(session: Session, conditions: dict[str, ColumnElement[bool]]) -> dict[str, int]:
    """Return how many each list has, `MOST` at most, in one statement."""
    asked = [
        select(func.count())
        .select_from(select(literal(1)).where(condition).limit(MOST).subquery())
        .scalar_subquery()
        .label(name)
        for name, condition in conditions.items()
    ]
    row = session.execute(select(*asked)).one()
    return {name: int(count) for name, count in zip(conditions, row, strict=True)}


@dataclass(frozen=True)
class Page:
    """Tickets, and the cursor of the next page if there is one."""

    tickets: list[Ticket]
    after: Cursor | None


def page(session: Session, view: ListView, condition: ColumnElement[bool]) -> Page:
    """Return one page: what ends first stands first; in "all" the newest."""
    query = select(Ticket).where(condition)
    match view.tab:
        case "all":
            return _newest_first(session, query, view)
        case "waiting":
            return _soonest_first(session, query, Ticket.paused_until, view)
        case _:
            return _soonest_first(session, query, Ticket.outcome_due_at, view)


def _newest_first(session: Session, query: Select[Ticket], view: ListView) -> Page:
    after = view.after
    if after is not None and after.at is not None:
        last = tuple_(literal(after.at), literal(after.number))
        query = query.where(tuple_(Ticket.received_at, Ticket.id) < last)
    query = query.order_by(Ticket.received_at.desc(), Ticket.id.desc())
    return _cut(session, query, Ticket.received_at, view.rows)


def _soonest_first(session: Session, query: Select[Ticket], column: At, view: ListView) -> Page:
    """Order by an instant that may be missing (a paused promise): those come last."""
    after = view.after
    if after is not None and after.at is not None:
        later = tuple_(column, Ticket.id) > tuple_(literal(after.at), literal(after.number))
        query = query.where(or_(later, column.is_(None)))
    elif after is not None:
        query = query.where(column.is_(None), Ticket.id > after.number)
    return _cut(session, query.order_by(column, Ticket.id), column, view.rows)


def _cut(session: Session, query: Select[Ticket], column: At, size: int) -> Page:
    rows = list(session.scalars(query.limit(size + 1)))
    if len(rows) <= size:
        return Page(rows, None)
    last = rows[size - 1]
    return Page(rows[:size], Cursor(getattr(last, column.key), last.id))


# What is about the coordinator is sorted by the oversight agency, in its inbox.
IN_TRIAGE = and_(Ticket.in_triage, ~Ticket.at_oversight, Ticket.status == "received")
TO_CHECK = and_(
    or_(
        Ticket.content == "pending",
        and_(
            Ticket.content == "published",
            or_(Ticket.checked_at.is_(None), Ticket.flagged_at.is_not(None)),
        ),
    ),
    ~Ticket.private,
    Ticket.status != "merged",
    or_(Ticket.outcome_code.is_(None), Ticket.outcome_code.not_in(sorted(UNJUDGED))),
)


def oldest_first(
    session: Session, condition: ColumnElement[bool], after: Cursor | None, size: int
) -> Page:
    """Return one page of a work list (triage, check), what came first standing first."""
    query = select(Ticket).where(condition)
    if after is not None and after.at is not None:
        last = tuple_(literal(after.at), literal(after.number))
        query = query.where(tuple_(Ticket.received_at, Ticket.id) > last)
    query = query.order_by(Ticket.received_at, Ticket.id)
    return _cut(session, query, Ticket.received_at, size)


def last_placings(session: Session, ticket_ids: Sequence[int]) -> dict[int, TicketEvent]:
    """Return the last event of each ticket that decided who has it, in one statement."""
    query = (
        select(TicketEvent)
        .where(TicketEvent.ticket_id.in_(ticket_ids), TicketEvent.kind.in_(PLACING))
        .order_by(TicketEvent.ticket_id, TicketEvent.seq.desc())
        .ext(distinct_on(TicketEvent.ticket_id))
    )
    return {event.ticket_id: event for event in session.scalars(query)}


def reasons(session: Session, tickets: Sequence[Ticket]) -> dict[int, str]:
    """Return why each ticket is where it is, in words."""
    events = last_placings(session, [ticket.id for ticket in tickets])
    names = Names.load(session)
    return {
        ticket.id: reason_of(events[ticket.id], ticket, names)
        for ticket in tickets
        if ticket.id in events
    }


@dataclass(frozen=True)
class Beside:
    """What a list shows of a ticket that the ticket's own row does not have.

    text: of the first reporter. proposed: an act waits for approval.
    """

    text: str
    proposed: bool


def beside(session: Session, ticket_ids: Sequence[int]) -> dict[int, Beside]:
    """Return that of some tickets, in one statement."""
    first = (
        select(Report.text)
        .where(Report.ticket_id == Ticket.id, Report.withdrawn_at.is_(None))
        .order_by(Report.id)
        .limit(1)
        .scalar_subquery()
    )
    waits = _proposed().where(Proposal.ticket_id == Ticket.id).exists()
    query = select(Ticket.id, first, waits).where(Ticket.id.in_(ticket_ids))
    return {number: Beside(text or "", found) for number, text, found in session.execute(query)}
