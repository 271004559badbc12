"""Tickets as CSV and as GeoJSON, batch by batch.

1. The columns are those of `tickets.COLUMNS`, then longitude and latitude; GeoJSON has the same
   names as properties, and the place as its geometry.
2. A cell that a spreadsheet could take for a formula cannot occur: codes, numbers and instants.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from app.open_data.tickets import COLUMNS
from geo.morton import point_of

DIGITS = 5
PLACE, NOWHERE = ("lon", "lat"), ("", "")
ON_TIME = list(COLUMNS).index("on_time")
Batches = Iterable[Sequence[Row[Any]]]


def as_csv(batches: Batches) -> Iterator[bytes]:
    """Yield the lines; the first one names the columns."""
    yield _lines([[*COLUMNS, *PLACE]])
    for rows in batches:
        yield _lines(_cells(row) for row in rows)


def as_geojson(batches: Batches, about: Mapping[str, object]) -> Iterator[bytes]:
    """Yield a FeatureCollection; `about`: what is said of all of it."""
    head = {"type": "FeatureCollection", **about}
    yield _text(head)[:-1] + b',"features":[\n'
    between = b""
    for rows in batches:
        yield between + b",\n".join(_text(_feature(row)) for row in rows)
        between = b",\n"
    yield b"\n]}\n"


def _feature(row: Row[Any]) -> dict[str, object]:
    point = _point(row)
    return {
        "type": "Feature",
        "id": row.reference,
        "geometry": {"type": "Point", "coordinates": point} if point else None,
        "properties": dict(zip(COLUMNS, row, strict=False)),
    }


def _point(row: Row[Any]) -> tuple[float, float] | None:
    key: int | None = row[len(COLUMNS)]
    if key is None:
        return None
    at = point_of(key)
    return round(at.lon, DIGITS), round(at.lat, DIGITS)


def _cells(row: Row[Any]) -> list[object]:
    cells = [*row[: len(COLUMNS)], *(_point(row) or NOWHERE)]
    if cells[ON_TIME] is not None:
        cells[ON_TIME] = str(cells[ON_TIME]).lower()
    return cells


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode()


def _text(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
