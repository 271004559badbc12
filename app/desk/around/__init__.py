"""What else was reported at the place of a ticket: still open, or ended, and how.

1. Only what the reader may open, and what has a place of its own on the map: nothing private.
2. Open ones first, of the same category before others, then the newest; a few of each page.
3. A ticket that is open can be merged with, where the reader may do that.
4. One statement however many there are: a handful of ranges of the map's own key.
"""

from dataclasses import dataclass
from datetime import datetime

from geoalchemy2 import WKBElement
from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from app.desk.queries import Scope, visible
from app.tickets.models import Ticket
from app.tickets.problem_table import OPEN
from app.tickets.queries import point_of
from app.tickets.words import map_word
from app.tickets.words.names import Names
from app.tickets.words.view import outcome_words, status_words
from geo.morton import map_key
from geo.point import LonLat

REACH_M = 100.0
# A cell of the key that is some 70 m wide here; a place and its eight neighbours are looked at.
CELL_BITS = 18
CELL_DEG = 360 / (1 << (28 - CELL_BITS // 2))
READ, SHOWN = 40, 6


@dataclass(frozen=True, kw_only=True)
class Around:
    """Another ticket at the place. ended: how, in words; mergeable: it can carry on with this."""

    reference: str
    category: str
    same: bool
    status: str
    map_word: str
    ended: str
    metres: int
    received_at: datetime
    mergeable: bool


def around(session: Session, ticket: Ticket, place: LonLat | None, scope: Scope) -> list[Around]:
    """Return the others, the likeliest first."""
    if place is None or ticket.private or ticket.status == "merged":
        return []
    names = Names.load(session)
    query = (
        select(Ticket)
        .where(_near(place), Ticket.id != ticket.id, Ticket.status != "merged")
        .where(~Ticket.private, _seen(scope), visible(scope))
        .order_by(Ticket.received_at.desc(), Ticket.id.desc())
        .limit(READ)
    )
    found = []
    for other in session.scalars(query):
        there = point_of(session, other) if isinstance(other.place, WKBElement) else None
        metres = there.distance_m(place) if there is not None else REACH_M + 1
        if metres <= REACH_M:
            found.append((other, metres))
    found.sort(key=lambda entry: (entry[0].status not in OPEN, not _same(entry[0], ticket)))
    return [_shown(session, other, ticket, names, metres) for other, metres in found[:SHOWN]]


def _same(other: Ticket, ticket: Ticket) -> bool:
    return other.category_code == ticket.category_code


def _shown(session: Session, other: Ticket, ticket: Ticket, names: Names, metres: float) -> Around:
    is_open = other.status in OPEN
    status = status_words(session, other, names)
    ended = "" if is_open else outcome_words(other, names)
    return Around(
        reference=other.reference,
        category=names.category(other.category_code),
        same=_same(other, ticket),
        status=status,
        map_word=map_word(other.status, other.outcome_code) or "other",
        ended="" if ended == status else ended,
        metres=10 * max(1, round(metres / 10)),
        received_at=other.received_at,
        mergeable=is_open and ticket.status in OPEN,
    )


def _seen(scope: Scope) -> ColumnElement[bool]:
    return true() if scope.seen is None else Ticket.agency_code.in_(scope.seen)


def _near(place: LonLat) -> ColumnElement[bool]:
    """Return the SQL for: its public position is in one of the nine cells around the place."""
    steps = (-CELL_DEG, 0.0, CELL_DEG)
    cells = {
        map_key(LonLat(lon=place.lon + across, lat=place.lat + up)) >> CELL_BITS
        for across in steps
        for up in steps
    }
    return or_(
        *(
            Ticket.map_key.between(cell << CELL_BITS, ((cell + 1) << CELL_BITS) - 1)
            for cell in sorted(cells)
        )
    )
