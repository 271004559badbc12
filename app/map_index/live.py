"""Tiles counted from the tickets themselves: where the kept counts cannot answer, and for staff.

1. A tile is one range of the Morton key. Near the ground each position is a cell, as long as there
   are few; else cells are those of the counts.
2. The caller narrows what is counted; what has no public position is in no tile.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Select, and_, cast, func, literal_column, select
from sqlalchemy.orm import Session, aliased

from app.map_index.queries import Counted, Single
from app.tickets.listed import late
from app.tickets.models import Ticket
from app.tickets.words.names import Names
from geo.morton import MAX_POINTS, POINTS_FROM_Z, between, cell_shift, tile_range

DIGITS = 5
ALONE = aliased(Ticket)  # made once: an alias copies every column

Cells = Select[int, int, int, int, int, int]
Narrow = Callable[[Cells], Cells]


def grouped(session: Session, tile: tuple[int, int, int], narrow: Narrow) -> list[Counted]:
    """Return the non-empty cells of a tile, the fullest first; a deep one's positions, if few."""
    if tile[0] >= POINTS_FROM_Z:
        found = _cells(session, tile, 0, narrow)
        if len(found) <= MAX_POINTS:
            return found
    return _cells(session, tile, cell_shift(tile[0]), narrow)


def _cells(
    session: Session, tile: tuple[int, int, int], shift: int, narrow: Narrow
) -> list[Counted]:
    """Group the keys of a tile by their upper bits: no shift, no two positions together."""
    low, high = tile_range(*tile)
    key = cast(Ticket.map_key, BigInteger)
    cell = (key.op(">>")(literal_column(str(shift))) if shift else key).label("cell")
    count = func.count()
    found = narrow(
        select(
            func.min(Ticket.map_key).label("first"),
            func.max(Ticket.map_key).label("last"),
            count.label("n"),
            count.filter(late()).label("overdue"),
            func.min(Ticket.id).label("number"),
            cell,
        )
        .where(Ticket.map_key >= low, Ticket.map_key < high)
        .group_by(cell)
        .order_by(count.desc(), cell)
        .limit(MAX_POINTS + 1)
    ).subquery()
    one, of = ALONE, found.c
    query = (
        select(
            of.first, of.last, of.n, of.overdue,
            one.reference, one.category_code, one.status, one.outcome_code,
        )
        .join(one, and_(of.n == 1, one.id == of.number), isouter=True)
        .order_by(of.n.desc(), of.cell)
    )  # fmt: skip
    return [
        Counted(middle=between(first, last), count=n, overdue=overdue, single=Single.of(*single))
        for first, last, n, overdue, *single in session.execute(query)
    ]


def cells_document(session: Session, cells: Sequence[Counted]) -> dict[str, Any]:
    """Return cells as a map reads them (`geo.city_map`, tile contract)."""
    names = Names.load(session) if any(cell.single for cell in cells) else None
    return {"cells": [_cell(cell, names) for cell in cells]}


def _cell(cell: Counted, names: Names | None) -> Sequence[Any]:
    start = [round(cell.middle.lon, DIGITS), round(cell.middle.lat, DIGITS), cell.count]
    if cell.single is None or names is None:
        return [*start, None, None, cell.overdue]
    one = cell.single
    return [*start, one.reference, one.word, cell.overdue, names.category(one.category)]
