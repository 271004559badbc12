"""What the map's end points answer: contracts in `geo.city_map`."""

from datetime import datetime
from typing import Any, cast

from shapely import MultiPolygon, from_wkb
from sqlalchemy.orm import Session

from app.catalog.queries import units
from app.core.words.i18n import N_, language, number, pick, translate
from app.map_index.live import cells_document
from app.public_map import queries
from app.tickets.listed import Filters
from app.tickets.queries import OPEN_STATUSES
from app.tickets.words import MAP_LABELS, MAP_WORDS
from geo.features import feature_collection, simplified

# How far a drawn border may move (m), the smallest islet drawn (m2), decimals of a degree.
COARSE = (250.0, 200_000.0, 4)
FINE = (25.0, 5_000.0, 5)
MATCHING = N_("%(count)s reports with a known ward, %(overdue)s of them overdue.")
UNFINISHED = N_("%(count)s unfinished reports with a known ward, %(overdue)s of them overdue.")
OPEN_WORDS = tuple(sorted({MAP_WORDS[status, None] or "" for status in OPEN_STATUSES}))

_drawn: dict[tuple[str, tuple[int, int], bool, str], dict[str, Any]] = {}


def legend() -> dict[str, str]:
    """Return the map words in their order with their names in the current language."""
    return {word: translate(label) for word, label in MAP_LABELS.items()}


def tile_document(
    session: Session, tile: tuple[int, int, int], filters: Filters, *, now: datetime
) -> dict[str, Any]:
    """Return the cells of one tile."""
    return cells_document(session, queries.tile(session, tile, filters, now=now))


def numbers_document(session: Session, filters: Filters, *, now: datetime) -> dict[str, Any]:
    """Return the numbers of each area with one that matches: unless asked otherwise, the open."""
    found = queries.numbers(session, filters, OPEN_WORDS, now=now)
    drawn = {row.code for row in units(session)}
    shown = {code: [one.count, one.overdue] for code, one in sorted(found.items()) if code in drawn}
    count, overdue = (sum(numbers[at] for numbers in shown.values()) for at in (0, 1))
    said = MATCHING if filters.word else UNFINISHED
    text = translate(said, count=number(count), overdue=number(overdue))
    return {"areas": shown, "text": text}


def areas_document(session: Session, *, fine: bool) -> dict[str, Any]:
    """Return the units' shapes as GeoJSON; `fine` is for near views."""
    version = queries.outlines_version(session)
    key = (str(session.get_bind().engine.url), version, fine, language())
    found = _drawn.get(key)
    if found is None:
        found = _draw(session, fine=fine)
        for old in [known for known in _drawn if known[:2] != key[:2]]:
            _drawn.pop(old, None)
        _drawn[key] = found
    return found


def _draw(session: Session, *, fine: bool) -> dict[str, Any]:
    rows = queries.outlines(session)
    tolerance, smallest, digits = FINE if fine else COARSE
    shapes = simplified(
        {area.code: cast("MultiPolygon", from_wkb(shape)) for area, shape in rows},
        tolerance_m=tolerance,
        smallest_m2=smallest,
    )
    names = {area.code: {"name": pick(area.names)} for area, _shape in rows}
    return feature_collection(shapes, names, digits=digits)
