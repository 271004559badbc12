"""The public tickets as rows: which columns, in which order, whatever their number.

1. The whole file has what the list shows. What changed (`since`) also has what left the list:
   merged, taken back, spam. Private tickets and suggestions that are not published are in neither.
2. Rows are read in batches, each by its key and `aside`: no transaction waits for whoever reads,
   and few rows are in memory. So a file is no picture of one moment; each of its rows is.
3. A change is told `SETTLED` after it was made: by then whatever was changed before it is there
   too, and nobody who goes on from the end of an answer misses anything.
4. The place is the public one; no area where the category shows none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    and_,
    case,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.catalog.models import Category
from app.core.db import aside
from app.tickets.listed import Filters, filtered, matching, nowhere, word_of
from app.tickets.models import Ticket
from app.tickets.problem_table.guards import UNJUDGED
from app.tickets.queries import OPEN_STATUSES

BATCH: Final = 2_000
SETTLED: Final = timedelta(minutes=1)

_Before, _Into = aliased(Ticket), aliased(Ticket)
_placed = Category.public_detail != "none"
_judged = and_(
    Ticket.status != "merged",
    Ticket.target_id.is_not(None),
    Ticket.outcome_code.is_(None) | Ticket.outcome_code.not_in(sorted(UNJUDGED)),
)


def _instant(column: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """Return the SQL for an instant as it is written: the database does that fastest."""
    return func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')


COLUMNS: Final = {
    "reference": Ticket.reference,
    "kind": Ticket.kind,
    "category": Ticket.category_code,
    "area": case((_placed, Ticket.area_code)),
    "agency": Ticket.agency_code,
    "status": Ticket.status,
    "word": func.nullif(word_of(), ""),
    "outcome": case((Ticket.status.not_in(OPEN_STATUSES), Ticket.outcome_code)),
    "received_at": _instant(Ticket.received_at),
    "updated_at": _instant(Ticket.updated_at),
    "reply_due_at": _instant(Ticket.first_reply_due_at),
    "replied_at": _instant(Ticket.first_replied_at),
    "due_at": _instant(Ticket.outcome_due_at),
    "outcome_at": _instant(Ticket.outcome_at),
    "on_time": case((_judged, Ticket.outcome_at <= Ticket.outcome_due_at)),
    "overdue_at": _instant(Ticket.overdue_at),
    "extended_to": _instant(Ticket.extended_to),
    "planned_for": _instant(Ticket.planned_for),
    "paused_until": _instant(Ticket.paused_until),
    "closed_at": _instant(Ticket.closed_at),
    "transfers": Ticket.transfers,
    "disputes": Ticket.disputes,
    "reports": Ticket.reports_count,
    "supporters": Ticket.supporters_count,
    "came_back_from": _Before.reference,
    "merged_into": _Into.reference,
    "place": case(
        (Ticket.map_key.is_(None) | nowhere(), None),
        # Who names only a ward gives no place of their own: the pin is the ward's.
        (
            and_(Category.public_detail == "full", ~Ticket.coarse, Ticket.place.is_not(None)),
            "exact",
        ),
        else_="area",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which rows. since: what changed from then on, before `until`; None: the whole file."""

    filters: Filters
    since: datetime | None
    now: datetime

    @property
    def until(self) -> datetime:
        """Up to when changes are told, and where to go on."""
        return self.now - SETTLED


def batches(bind: Engine | Connection, asked: Asked) -> Iterator[Sequence[Row[Any]]]:
    """Yield the rows: the columns, the key of the place or None, then what the order goes by."""
    last: Row[Any] | None = None
    while True:
        with aside(bind) as session:
            rows = session.execute(_query(asked, last)).all()
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        last = rows[-1]


def newest(session: Session, asked: Asked) -> datetime | None:
    """Return when a ticket changed last, of what an answer may tell."""
    query = select(func.max(Ticket.updated_at))
    if asked.since is not None:
        query = query.where(Ticket.updated_at < asked.until)
    return session.scalar(query)


def openness(session: Session) -> str:
    """Return how exactly each category shows places: it changes without any ticket."""
    query = select(Category.code, Category.public_detail).order_by(Category.code)
    return " ".join(f"{code}={detail}" for code, detail in session.execute(query))


def _query(asked: Asked, last: Sequence[Any] | None) -> Select[Any]:
    key = case((~nowhere(), Ticket.map_key))
    query = (
        select(*COLUMNS.values(), key, Ticket.updated_at, Ticket.id)
        .join(Category, Category.code == Ticket.category_code)
        .outerjoin(_Before, and_(_Before.id == Ticket.predecessor_id, ~_Before.private))
        .outerjoin(_Into, and_(_Into.id == Ticket.merged_into_id, ~_Into.private))
        .where(~Ticket.private)
        .limit(BATCH)
    )
    if asked.filters.area:
        query = query.where(_placed)
    if asked.since is None:
        query = filtered(query, asked.filters, asked.now).order_by(Ticket.id)
        return query if last is None else query.where(Ticket.id > last[-1])
    query = matching(query, asked.filters, asked.now)
    query = query.where(Ticket.updated_at >= asked.since, Ticket.updated_at < asked.until)
    if last is not None:
        after = tuple_(literal(last[-2]), literal(last[-1]))
        query = query.where(tuple_(Ticket.updated_at, Ticket.id) > after)
    return query.order_by(Ticket.updated_at, Ticket.id)
