"""More of the same: copies of tickets with their histories, at other places of their areas.

1. A history stays lawful when it is copied, and one statement copies a whole block.
2. Copies have references of a year of which no real one is: they meet none, nor each other.
3. Without histories only the rows of the tickets are copied: enough for the map, not for `verify`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalog.queries import profile
from app.cli.synthetic.spots import EACH, Spot
from app.core.crypto import REFERENCE_ALPHABET, REFERENCE_LENGTH
from app.core.db import Base
from geo.morton import map_key

BASE: Final = len(REFERENCE_ALPHABET)
STRIDE: Final = 15_485_863  # prime: codes of neighbours do not look alike
_NUMBER = f"((t.id + :ticket) * {STRIDE} % {BASE**REFERENCE_LENGTH})"
_CODE = " || ".join(
    f"substr('{REFERENCE_ALPHABET}', CAST(1 + {_NUMBER} / {BASE**digit} % {BASE} AS int), 1)"
    for digit in range(REFERENCE_LENGTH)
)
_SPOTS = (
    "CREATE TEMP TABLE synthetic_spot (area text, n int, place geometry, key bigint,"
    " PRIMARY KEY (area, n)) ON COMMIT DROP"
)
_SPOT = (
    "INSERT INTO synthetic_spot SELECT area, n, ST_SetSRID(ST_MakePoint(lon, lat), 4326), key"
    " FROM unnest(CAST(:areas AS text[]), CAST(:numbers AS int[]), CAST(:lons AS float[]),"
    " CAST(:lats AS float[]), CAST(:keys AS bigint[])) AS t(area, n, lon, lat, key)"
)
_AT = (
    " LEFT JOIN synthetic_spot s ON s.area = t.area_code"
    f" AND s.n = (t.id * 7919 + :ticket) % {EACH}"
    " JOIN category c ON c.code = t.category_code"
)
# What differs from the copied row, by table: `t` is that row.
_CHANGED: Final[Mapping[str, Mapping[str, str]]] = {
    "ticket": {
        "id": "t.id + :ticket",
        "reference": f":prefix || {_CODE}",
        "place": "coalesce(s.place, t.place)",
        "map_key": "CASE WHEN c.public_detail = 'full' THEN coalesce(s.key, t.map_key)"
                   " ELSE t.map_key END",
    },
    "report": {
        "id": "t.id + :report",
        "ticket_id": "t.ticket_id + :ticket",
        "idempotency_key": "gen_random_uuid()",
        "place": "(SELECT place FROM ticket WHERE ticket.id = t.ticket_id + :ticket)",
    },
    "ticket_event": {"id": "t.id + :ticket_event", "ticket_id": "t.ticket_id + :ticket"},
    "event_text": {"event_id": "t.event_id + :ticket_event"},
}  # fmt: skip
NUMBERED: Final = ("ticket", "report", "ticket_event")
# Which rows are of the block's first tickets: found by primary keys alone, whatever else is there.
_WHERE: Final[Mapping[str, str]] = {
    "ticket": "t.id BETWEEN :{} AND least(:{}, :last)",
    "report": "t.id BETWEEN :{} AND :{} AND t.ticket_id <= :last",
    "ticket_event": "t.id BETWEEN :{} AND :{} AND t.ticket_id <= :last",
    "event_text": "t.event_id BETWEEN :{} AND :{} AND :last >= ("
                  "SELECT ticket_id FROM ticket_event e WHERE e.id = t.event_id)",
}  # fmt: skip


@dataclass(frozen=True)
class Block:
    """The rows to copy: the first and the last number of each table."""

    spans: Mapping[str, tuple[int, int]]

    @classmethod
    def above(cls, session: Session, before: Mapping[str, int]) -> "Block":
        """Return what was written after these were the highest numbers."""
        query = "SELECT min(id), max(id) FROM {} WHERE id > :above"
        spans = {
            name: session.execute(text(query.format(name)), {"above": above}).one()
            for name, above in before.items()
        }
        return cls({name: (int(first), int(last)) for name, (first, last) in spans.items()})


def highest(session: Session) -> dict[str, int]:
    """Return the highest number of each table."""
    query = "SELECT coalesce(max(id), 0) FROM {}"
    return {name: int(session.execute(text(query.format(name))).scalar_one()) for name in NUMBERED}


def put_spots(session: Session, spots: Mapping[str, Sequence[Spot]]) -> None:
    """Put the spots where the copies of this transaction find them."""
    drawn = [(number, spot) for own in spots.values() for number, spot in enumerate(own)]
    session.execute(text("DROP TABLE IF EXISTS synthetic_spot"))
    session.execute(text(_SPOTS))
    session.execute(
        text(_SPOT),
        {
            "areas": [spot.area for _number, spot in drawn],
            "numbers": [number for number, _spot in drawn],
            "lons": [spot.point.lon for _number, spot in drawn],
            "lats": [spot.point.lat for _number, spot in drawn],
            "keys": [map_key(spot.point) for _number, spot in drawn],
        },
    )


def copy(session: Session, block: Block, times: int, *, most: int, names: Sequence[str]) -> None:
    """Write the copy of that number of a block, of its first `most` tickets."""
    spans = block.spans
    shift = {name: times * (last - first + 1) for name, (first, last) in spans.items()}
    ends = {
        name: end
        for table, span in spans.items()
        for name, end in zip(_ends(table), span, strict=True)
    }
    prefix = f"{profile(session).reference_prefix}-20-"
    given = {**shift, **ends, "last": spans["ticket"][0] + most - 1, "prefix": prefix}
    for name in names:
        statement = _statement(name)
        used = {key: value for key, value in given.items() if f":{key}" in statement}
        session.execute(text(statement), used)
    for name in NUMBERED:
        session.execute(
            text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
            {"name": name, "last": spans[name][1] + shift[name]},
        )


def _ends(name: str) -> tuple[str, str]:
    """Return what the parameters of a table's first and last number are called."""
    return f"first_{name}", f"last_{name}"


def _statement(name: str) -> str:
    changed = _CHANGED[name]
    columns = [column.name for column in Base.metadata.tables[name].columns]
    values = ", ".join(changed.get(column, f"t.{column}") for column in columns)
    where = _WHERE[name].format(*_ends("ticket_event" if name == "event_text" else name))
    joined = _AT if name == "ticket" else ""
    into = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {name} ({into}) SELECT {values} FROM {name} t{joined} WHERE {where}"  # noqa: S608 - our own constants
