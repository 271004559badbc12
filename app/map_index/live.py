"""Tiles counted from the tickets themselves: where the kept counts cannot answer, and for staff.

1. A tile is one range of the Morton key. Near the ground each position is a cell, as long as there
   are few; else cells are those of the counts.
2. The caller narrows what is counted; what has no public position is in no tile.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Select, case, cast, func, literal_column, select
from sqlalchemy.orm import Session

from app.map_index.queries import Counted
from app.tickets.listed import late, word_of
from app.tickets.models import Ticket
from app.tickets.words.names import Names
from geo.morton import MAX_POINTS, POINTS_FROM_Z, between, cell_shift, tile_range

DIGITS = 5

Cells = Select[int, int, int, int, int | None, int]
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
    query = narrow(
        select(
            func.min(Ticket.map_key),
            func.max(Ticket.map_key),
            count,
            count.filter(late()),
            case((count == 1, func.min(Ticket.id))),
            cell,
        )
        .where(Ticket.map_key >= low, Ticket.map_key < high)
        .group_by(cell)
        .order_by(count.desc(), cell)
        .limit(MAX_POINTS + 1)
    )
    return [
        Counted(middle=between(first, last), count=n, overdue=overdue, ticket_id=number)
        for first, last, n, overdue, number, _cell in session.execute(query)
    ]


def cells_document(session: Session, cells: Sequence[Counted]) -> dict[str, Any]:
    """Return cells as a map reads them (`geo.city_map`, tile contract)."""
    known = _singles(session, [cell.ticket_id for cell in cells if cell.ticket_id is not None])
    names = Names.load(session) if known else None
    return {"cells": [_cell(cell, known, names) for cell in cells]}


def _singles(session: Session, ids: list[int]) -> dict[int, tuple[str, str, str]]:
    """Return {id: (reference, category code, map word)} of single tickets."""
    if not ids:
        return {}
    query = select(Ticket.id, Ticket.reference, Ticket.category_code, word_of())
    rows = session.execute(query.where(Ticket.id.in_(ids)))
    return {number: (reference, code, word) for number, reference, code, word in rows}


def _cell(
    cell: Counted, known: dict[int, tuple[str, str, str]], names: Names | None
) -> Sequence[Any]:
    start = [round(cell.middle.lon, DIGITS), round(cell.middle.lat, DIGITS), cell.count]
    if cell.ticket_id not in known or names is None:
        return [*start, None, None, cell.overdue]
    reference, category, word = known[cell.ticket_id]
    return [*start, reference, word, cell.overdue, names.category(category)]
