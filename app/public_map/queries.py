"""Reads of the public map and its list twin.

1. Only what may be public is counted: `map_key` is empty for private tickets and for categories
   without a public position.
2. A tile is one range of the Morton key: of the counts that `app.map_index` keeps, or, in deep
   tiles and for a period, of the tickets. Nothing is left out: where a deep tile has too many
   positions, it has cells like the others.
3. The list has keyset pages; a page asks for one row more to know whether there is a next one.
"""

from datetime import datetime

from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.orm import Session

from app.catalog.models import Area, AreaVersion
from app.map_index.live import grouped
from app.map_index.queries import DEEPEST_Z, Counted, Numbers, Wanted
from app.map_index.queries import areas as counted_areas
from app.map_index.queries import cells as counted
from app.public_map.schemas import Cursor
from app.tickets.listed import Filters, filtered, late, nowhere, word_of
from app.tickets.models import Ticket
from app.tickets.tables import PROBLEM

PAGE = 30
LATER_SHOWN = 5


def tile(
    session: Session, tile: tuple[int, int, int], filters: Filters, *, now: datetime
) -> list[Counted]:
    """Return the non-empty cells of a tile; a deep tile has one for each position, if few."""
    if tile[0] <= DEEPEST_Z and _is_counted(filters):
        return counted(session, tile, wanted(filters))
    return grouped(session, tile, lambda query: filtered(query, filters, now))


def _is_counted(filters: Filters) -> bool:
    """Tell whether the counts answer: they know no dates, and not which suggestions are shown."""
    return filters.kind == PROBLEM and not filters.days


def wanted(filters: Filters, words: tuple[str, ...] = ()) -> Wanted:
    """Return what to count. words: those to count where the filters name none; all if empty."""
    return Wanted(
        words=(filters.word,) if filters.word else words,
        category=filters.category,
        area=filters.area,
        agency=filters.agency,
        overdue=filters.overdue,
    )


def numbers(
    session: Session, filters: Filters, words: tuple[str, ...], *, now: datetime
) -> dict[str, Numbers]:
    """Return {area code: its numbers}. words: those to count where the filters name none."""
    if _is_counted(filters):
        return counted_areas(session, wanted(filters, words))
    count = func.count()
    query = filtered(
        select(Ticket.area_code, count, count.filter(late())).group_by(Ticket.area_code),
        filters,
        now,
    ).where(~Ticket.private, Ticket.area_code.is_not(None))
    if not filters.word:
        query = query.where(word_of().in_(words))
    return {
        code: Numbers(count=n, overdue=overdue)
        for code, n, overdue in session.execute(query)
        if code is not None
    }


def received(session: Session, filters: Filters, *, now: datetime) -> int:
    """Return how many public tickets match: of the list, not of the map only."""
    query = filtered(select(func.count()).select_from(Ticket), filters, now)
    return session.scalar(query.where(~Ticket.private)) or 0


def page(
    session: Session, filters: Filters, after: Cursor | None, *, now: datetime
) -> tuple[list[Ticket], Cursor | None]:
    """Return one page of the list, newest first, and the cursor of the next page."""
    query = filtered(select(Ticket), filters, now).where(~Ticket.private)
    if after is not None:
        query = query.where(
            tuple_(Ticket.received_at, Ticket.id) < tuple_(literal(after.at), literal(after.number))
        )
    rows = list(
        session.scalars(query.order_by(Ticket.received_at.desc(), Ticket.id.desc()).limit(PAGE + 1))
    )
    if len(rows) <= PAGE:
        return rows, None
    last = rows[PAGE - 1]
    return rows[:PAGE], Cursor(last.received_at, last.id)


def earlier(session: Session, ticket: Ticket) -> str:
    """Return the reference of the ticket that this one came back from, if both are public."""
    if ticket.predecessor_id is None or ticket.private:
        return ""
    found = session.get_one(Ticket, ticket.predecessor_id)
    return "" if found.private else found.reference


def later(session: Session, ticket: Ticket) -> list[str]:
    """Return the references of the public tickets that came back from this one."""
    query = select(Ticket.reference).where(Ticket.predecessor_id == ticket.id, ~Ticket.private)
    shown = query.where(~nowhere(), ~literal(ticket.private)).order_by(Ticket.id)
    return list(session.scalars(shown.limit(LATER_SHOWN)))


def outlines(session: Session) -> list[tuple[Area, bytes]]:
    """Return the units with their current shapes (WKB)."""
    query = (
        select(Area, func.ST_AsBinary(AreaVersion.geom))
        .join(AreaVersion, AreaVersion.area_code == Area.code)
        .where(Area.kind == "unit", AreaVersion.superseded_at.is_(None))
        .order_by(Area.code)
    )
    return [(area, bytes(shape)) for area, shape in session.execute(query)]


def outlines_version(session: Session) -> tuple[int, int]:
    """Return (newest version id, number of current shapes): changes with every import."""
    query = select(func.coalesce(func.max(AreaVersion.id), 0), func.count()).where(
        AreaVersion.superseded_at.is_(None)
    )
    newest, count = session.execute(query).one()
    return newest, count
