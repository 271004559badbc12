"""Reads the counts: exact, folded or not."""

from dataclasses import dataclass
from typing import Final, Self

from sqlalchemy.orm import Session

from app.map_index import statements
from app.tickets.words import map_word
from geo.morton import cell_level, point_at, tile_range
from geo.point import LonLat

DEEPEST_Z: Final = statements.FINEST - cell_level(0)
"""Tiles down to this level can be read from the counts."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to count; empty means all."""

    words: tuple[str, ...] = ()
    category: str = ""
    area: str = ""
    agency: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class Single:
    """A ticket that is alone in its cell."""

    reference: str
    category: str
    word: str

    @classmethod
    def of(
        cls, reference: str | None, category: str, status: str, outcome: str | None
    ) -> Self | None:
        """Return the ticket of a row, or None where the row has none."""
        return cls(reference, category, map_word(status, outcome) or "") if reference else None


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Tickets of a cell; `middle` is between them."""

    middle: LonLat
    count: int
    overdue: int
    single: Single | None


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
    whole = not (wanted.category or wanted.area or wanted.agency)
    values |= {"whole": whole, "low": low, "high": high}
    values |= {"level": level, "shift": 2 * (level - shown)}
    rows = session.execute(statements.tile(kept), values)
    return [
        Counted(
            middle=point_at(float(columns / n), float(rows_ / n)),
            count=int(n),
            overdue=int(overdue),
            single=Single.of(*one),
        )
        for n, overdue, columns, rows_, *one in rows
    ]


def areas(session: Session, wanted: Wanted) -> dict[str, Numbers]:
    """Return {area code: its numbers}; areas without a ticket are not in it."""
    kept, values = _kept(wanted)
    rows = session.execute(statements.by_area(kept), values)
    return {code: Numbers(count=int(n), overdue=int(overdue)) for code, n, overdue in rows}


def _kept(wanted: Wanted) -> tuple[str, dict[str, object]]:
    """Return the condition on the counts with its parameters."""
    kept, values = [statements.PROBLEMS], dict[str, object]()
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
