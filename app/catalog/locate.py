"""Which areas cover a point, and which unit is nearest: the one look-up for web, jobs and commands.

1. The database's subdivided pieces of the current area versions are the truth.
2. A point on a border belongs to every area that touches it; the caller decides (smaller first,
   then code: the order in which `covering` is given).
3. The nearest unit is found in true metres: candidates by degrees are widened by 1/cos(latitude),
   so that none is missed, and measured on the ellipsoid. Farther than `FAR_DEGREES`, where nothing
   depends on it, the nearest by degrees is good enough: widening would measure the whole city.
4. One statement for any number of points.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Float, Integer, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from geo.point import LonLat

# Metres for a degree of latitude, a little less than the shortest: a search box errs on the wide.
METRES_PER_DEGREE = 110_000.0
FAR_DEGREES = 1.0

_SQL = text(
    """
    WITH asked AS (
        SELECT i, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS g, cos(radians(lat)) AS shrink
        FROM unnest(:numbers, :lons, :lats) AS t(i, lon, lat)
    )
    SELECT a.i, coalesce(u.covering, '[]') AS covering,
           near.area_code AS nearest, near.metres,
           border.area_code AS border, border.metres AS border_metres
    FROM asked a
    CROSS JOIN LATERAL (
        SELECT json_agg(json_build_array(h.area_code, h.kind, h.area_m2, h.approximate)
                        ORDER BY h.area_m2, h.area_code) AS covering,
               (array_agg(h.area_code ORDER BY h.area_m2, h.area_code)
                FILTER (WHERE h.kind = 'unit'))[1] AS code,
               bool_or(h.approximate) FILTER (WHERE h.kind = 'unit') AS approximate
        FROM (SELECT DISTINCT p.area_code, p.kind, p.area_m2, p.approximate
              FROM area_piece p WHERE ST_Covers(p.geom, a.g)) h
    ) u
    LEFT JOIN LATERAL (
        SELECT p.area_code, ST_Distance(p.geom::geography, a.g::geography) AS metres,
               p.approximate
        FROM (SELECT ST_Distance(q.geom, a.g) AS degrees FROM area_piece q
              WHERE u.code IS NULL AND q.kind = 'unit' ORDER BY q.geom <-> a.g LIMIT 1) first,
             area_piece p
        WHERE p.kind = 'unit'
          AND ST_DWithin(p.geom, a.g, first.degrees * CASE
                  WHEN first.degrees < :far THEN 1.02 / a.shrink ELSE 1.000001 END)
        ORDER BY 2, 1 LIMIT 1
    ) near ON true
    LEFT JOIN LATERAL (
        SELECT p.area_code, min(ST_Distance(p.geom::geography, a.g::geography)) AS metres
        FROM area_piece p
        WHERE (u.approximate OR near.approximate AND near.metres <= :caution) AND p.kind = 'unit'
          AND p.area_code <> coalesce(u.code, near.area_code)
          AND ST_DWithin(p.geom, a.g, :caution / :per_degree / a.shrink)
        GROUP BY 1 ORDER BY 2, 1 LIMIT 1
    ) border ON border.metres <= :caution
    ORDER BY a.i
    """
).bindparams(
    bindparam("numbers", type_=ARRAY(Integer)),
    bindparam("lons", type_=ARRAY(Float)),
    bindparam("lats", type_=ARRAY(Float)),
)


@dataclass(frozen=True)
class Covering:
    """An area that covers the point."""

    code: str
    kind: str
    area_m2: float
    approximate: bool


@dataclass(frozen=True)
class Located:
    """What is known of a point.

    covering: smallest area first. nearest/nearest_m: only where no unit covers the point.
    border/border_m: the unit beyond an approximate border within the caution distance, seen from
    the smallest unit that covers the point, else from the nearest.
    """

    covering: tuple[Covering, ...]
    nearest: str | None
    nearest_m: float | None
    border: str | None
    border_m: float | None

    def of_kind(self, kind: str) -> Covering | None:
        """Return the smallest covering area of a kind."""
        return next((area for area in self.covering if area.kind == kind), None)


def locate(session: Session, points: Sequence[LonLat], *, caution_m: float) -> list[Located]:
    """Look up all points at once; the result has their order. `caution_m`: see `border`."""
    if not points:
        return []
    rows = session.execute(
        _SQL,
        {
            "numbers": list(range(len(points))),
            "lons": [point.lon for point in points],
            "lats": [point.lat for point in points],
            "caution": caution_m,
            "per_degree": METRES_PER_DEGREE,
            "far": FAR_DEGREES,
        },
    )
    return [
        Located(
            covering=tuple(Covering(*area) for area in row.covering),
            nearest=row.nearest,
            nearest_m=row.metres,
            border=row.border,
            border_m=row.border_metres,
        )
        for row in rows
    ]
