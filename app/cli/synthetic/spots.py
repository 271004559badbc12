"""Where invented tickets are: in crowds inside the real areas, a few areas having most of them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.point import LonLat

CROWDS, EACH = 8, 400  # of an area: centres, and spots

_INSIDE = text(
    """
    SELECT area_code, ST_X(point), ST_Y(point)
    FROM (SELECT area_code, (ST_Dump(ST_GeneratePoints(ST_Union(geom), :count, 1))).geom AS point
          FROM area_piece WHERE kind = 'unit' GROUP BY area_code) spot
    ORDER BY area_code, ST_X(point), ST_Y(point)
    """
)
_COVERED = text(
    """
    SELECT DISTINCT i FROM unnest(CAST(:codes AS text[]), CAST(:lons AS float[]),
                                  CAST(:lats AS float[])) WITH ORDINALITY AS t(code, lon, lat, i)
    JOIN area_piece p ON p.area_code = t.code AND p.kind = 'unit'
        AND ST_Covers(p.geom, ST_SetSRID(ST_MakePoint(lon, lat), 4326))
    """
)


@dataclass(frozen=True)
class Spot:
    """A place inside an area."""

    area: str
    point: LonLat


def spots(session: Session, chance: random.Random) -> dict[str, list[Spot]]:
    """Return the spots of each unit: drawn towards a few centres, and inside for certain."""
    found: dict[str, list[Spot]] = {}
    for code, lon, lat in session.execute(_INSIDE, {"count": EACH}):
        found.setdefault(code, []).append(Spot(code, LonLat(lon=lon, lat=lat)))
    drawn = [
        (spot, _towards(spot, chance.choice(its[:CROWDS]), chance.random() ** 2))
        for its in (chance.sample(own, len(own)) for own in found.values())
        for spot in its
    ]
    inside = _covered(session, [moved for _spot, moved in drawn])
    for own in found.values():
        own.clear()
    for number, (spot, moved) in enumerate(drawn, 1):
        found[spot.area].append(moved if number in inside else spot)
    return found


def _towards(spot: Spot, centre: Spot, part: float) -> Spot:
    lon = centre.point.lon + (spot.point.lon - centre.point.lon) * part
    lat = centre.point.lat + (spot.point.lat - centre.point.lat) * part
    return Spot(spot.area, LonLat(lon=lon, lat=lat))


def _covered(session: Session, drawn: Sequence[Spot]) -> set[int]:
    asked = {
        "codes": [spot.area for spot in drawn],
        "lons": [spot.point.lon for spot in drawn],
        "lats": [spot.point.lat for spot in drawn],
    }
    return set(session.scalars(_COVERED, asked))
