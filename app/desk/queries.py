"""Reads of the desk's lists: which tickets, in which order, how many at most.

1. Every list is a keyset page: one row more than shown is read, to know whether there is a next.
2. Counts stop at `MOST`: nobody needs to know more than "99+".
3. What a list shows is what `tickets.policy.may_see` lets open, row by row.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.models import Account
from app.core.actor import Actor
from app.desk.schemas import Cursor, ListView
from app.reports.models import Report
from app.tickets.models import Proposal, Ticket, TicketEvent, UrgentCall
from app.tickets.policy import reach
from app.tickets.problem_table.guards import UNJUDGED
from app.tickets.words.names import Names
from app.tickets.words.view import PLACING, reason_of

MOST = 100
Columns = TypeVarTuple("Columns")
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


def visible(scope: Scope) -> ColumnElement[bool]:
    """Leave out what is about the reader's own agency while it is with somebody else."""
    return or_(
        Ticket.about_agency_code.is_(None),
        Ticket.about_agency_code.not_in(scope.own),
        Ticket.agency_code.in_(scope.own),
    )


def called_to(scope: Scope) -> ColumnElement[bool]:
    """What somebody on duty was called to, whose ever it is."""
    return Ticket.id.in_(
        select(UrgentCall.ticket_id).where(
            UrgentCall.account_id == scope.account, UrgentCall.decided_at.is_(None)
        )
    )


def proposed(agencies: Collection[str] | None = None) -> Select[int]:
    """Select the tickets for which an act waits for approval. agencies: whose; None: anybody's."""
    waiting = select(Proposal.ticket_id).where(Proposal.decided_at.is_(None))
    if agencies is None:
        return waiting
    return waiting.where(or_(Proposal.agency_code.in_(agencies), Proposal.agency_code.is_(None)))


def counts(session: Session, lists: Mapping[str, Sequence[ColumnElement[bool]]]) -> dict[str, int]:
    """Return how many fit one of each list's conditions, `MOST` or more at most; one statement."""
    asked = [
        select(func.count()).select_from(_some(conditions).subquery()).scalar_subquery().label(name)
        for name, conditions in lists.items()
    ]
    row = session.execute(select(*asked)).one()
    return {name: int(count) for name, count in zip(lists, row, strict=True)}


def _some(conditions: Sequence[ColumnElement[bool]]) -> Select[int] | CompoundSelect[int]:
    first, *others = (select(Ticket.id).where(each).limit(MOST) for each in conditions)
    return union(*(each.subquery().select() for each in (first, *others))) if others else first


@dataclass(frozen=True)
class Page:
    """Tickets, and the cursor of the next page if there is one."""

    tickets: list[Ticket]
    after: Cursor | None


def page(session: Session, view: ListView, *conditions: ColumnElement[bool]) -> Page:
    """Return one page of what fits one of the conditions; what ends first stands first.

    In "all" the newest stands first.
    """
    query, column = _ordered(select(Ticket).where(_either(view, conditions)), view)
    return _cut(session, query, column, view.rows)


def versions(session: Session, view: ListView, *conditions: ColumnElement[bool]) -> dict[str, int]:
    """Return {code: version} of one page."""
    found = select(Ticket.reference, Ticket.row_version).where(_either(view, conditions))
    query, _column = _ordered(found, view)
    return dict(session.execute(query.limit(view.rows)).all())


def _either(view: ListView, conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return the only condition; of several, the page of each, which has an index of its own."""
    if len(conditions) == 1:
        return conditions[0]
    pages = (_ordered(select(Ticket.id).where(each), view)[0] for each in conditions)
    return Ticket.id.in_(union(*(each.limit(view.rows + 1).subquery().select() for each in pages)))


def _ordered(query: Select[*Columns], view: ListView) -> tuple[Select[*Columns], At]:
    match view.tab:
        case "all":
            return _newest_first(query, view), Ticket.received_at
        case "waiting":
            return _soonest_first(query, Ticket.paused_until, view), Ticket.paused_until
        case _:
            return _soonest_first(query, Ticket.outcome_due_at, view), Ticket.outcome_due_at


def _newest_first(query: Select[*Columns], view: ListView) -> Select[*Columns]:
    after = view.after
    if after is not None and after.at is not None:
        last = tuple_(literal(after.at), literal(after.number))
        query = query.where(tuple_(Ticket.received_at, Ticket.id) < last)
    return query.order_by(Ticket.received_at.desc(), Ticket.id.desc())


def _soonest_first(query: Select[*Columns], column: At, view: ListView) -> Select[*Columns]:
    """Order by an instant that may be missing (a paused promise): those come last."""
    after = view.after
    if after is not None and after.at is not None:
        later = tuple_(column, Ticket.id) > tuple_(literal(after.at), literal(after.number))
        query = query.where(or_(later, column.is_(None)))
    elif after is not None:
        query = query.where(column.is_(None), Ticket.id > after.number)
    return query.order_by(column, Ticket.id)


def _cut(session: Session, query: Select[Ticket], column: At, size: int) -> Page:
    rows = list(session.scalars(query.limit(size + 1)))
    if len(rows) <= size:
        return Page(rows, None)
    last = rows[size - 1]
    return Page(rows[:size], Cursor(getattr(last, column.key), last.id))


# What is about the coordinator is sorted by the oversight agency, in its inbox.
IN_TRIAGE = and_(Ticket.in_triage, ~Ticket.at_oversight, Ticket.status == "received")
TO_CHECK = and_(
    Ticket.kind == "problem",  # suggestions are read in a list of their own
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

    text: of the first reporter. proposed: an act waits for approval. officer: in whose hands it is.
    """

    text: str
    proposed: bool
    officer: str


def beside(session: Session, ticket_ids: Sequence[int]) -> dict[int, Beside]:
    """Return that of some tickets, in one statement."""
    first = (
        select(Report.text)
        .where(Report.ticket_id == Ticket.id, Report.withdrawn_at.is_(None))
        .order_by(Report.id)
        .limit(1)
        .scalar_subquery()
    )
    waits = proposed().where(Proposal.ticket_id == Ticket.id).exists()
    officer = select(Account.full_name).where(Account.id == Ticket.officer_id).scalar_subquery()
    query = select(Ticket.id, first, waits, officer).where(Ticket.id.in_(ticket_ids))
    return {
        number: Beside(text or "", found, person or "")
        for number, text, found, person in session.execute(query)
    }
