"""Reads the counts: exact, folded or not."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.map_index import statements
from geo.morton import cell_level, point_at, tile_range
from geo.point import LonLat

DEEPEST_Z: Final = statements.FINEST - cell_level(0)
"""Tiles down to this level can be read from the counts."""


# Suggestions are counted under their own categories; who names none asks for problems.
PROBLEMS: Final = "category_code NOT IN (SELECT code FROM category WHERE kind = 'suggestion')"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to count; empty means all."""

    words: tuple[str, ...] = ()
    category: str = ""
    area: str = ""
    agency: str = ""
    overdue: bool = False


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Tickets of a cell. `ticket_id` only where it is a single one; `middle` is between them."""

    middle: LonLat
    count: int
    overdue: int
    ticket_id: int | None


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """Tickets of an area, and how many of them are overdue."""

    count: int
    overdue: int


def cells(session: Session, tile: tuple[int, int, int], wanted: Wanted) -> list[Counted]:
    """Return the non-empty cells of a tile, the fullest first.

    Raises ValueError below DEEPEST_Z.
    """
    shown = cell_level(tile[0])
    if shown > statements.FINEST:
        raise ValueError(f"no counts for tiles of level {tile[0]}")
    level = next(level for level in statements.LEVELS if level >= shown)
    low, high = tile_range(*tile)
    kept, values = _kept(wanted)
    values |= {"low": low, "high": high, "level": level, "shift": 2 * (level - shown)}
    rows = session.execute(text(statements.tile(kept)), values)
    return [
        Counted(
            middle=point_at(float(columns / n), float(rows_ / n)),
            count=int(n),
            overdue=int(overdue),
            ticket_id=int(ids) if n == 1 else None,
        )
        for n, overdue, ids, columns, rows_ in rows
    ]


def areas(session: Session, wanted: Wanted) -> dict[str, Numbers]:
    """Return {area code: its numbers}; areas without a ticket are not in it."""
    kept, values = _kept(wanted)
    rows = session.execute(text(statements.by_area(kept)), values)
    return {code: Numbers(count=int(n), overdue=int(overdue)) for code, n, overdue in rows}


def _kept(wanted: Wanted) -> tuple[str, dict[str, object]]:
    """Return the condition on the counts with its parameters."""
    kept, values = [PROBLEMS], dict[str, object]()
    if wanted.words:
        kept.append("word = ANY(:words)")
        values["words"] = list(wanted.words)
    for name, code in (
        ("category", wanted.category), ("area", wanted.area), ("agency", wanted.agency)
    ):  # fmt: skip
        if code:
            kept.append(f"{name}_code = :{name}")
            values[name] = code
    if wanted.overdue:
        kept.append("overdue")
    return " AND ".join(kept), values
