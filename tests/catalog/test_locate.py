"""The look-up of places: its cost, and shapes with holes, which the real boundaries lack."""

from datetime import UTC, date, datetime
from random import Random

import pytest
from shapely import MultiPolygon, box
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalog import locate as module
from app.catalog.locate import locate
from app.packs.service.shapes import set_shape
from geo.point import LonLat
from tests import oracles

NOW = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)
OUTER, INNER = "06685", "06673"
# A square of two hundredths of a degree with two holes; another unit fills the first.
WHOLE = box(107.07, 20.94, 107.09, 20.96)
FILLED, EMPTY = box(107.073, 20.943, 107.079, 20.949), box(107.082, 20.952, 107.087, 20.957)


def measured(session: Session, point: LonLat, far: float = module.FAR_DEGREES) -> int:
    """Return how many pieces of shapes the search for the nearest unit reads."""
    values = {
        "numbers": [0],
        "lons": [point.lon],
        "lats": [point.lat],
        "caution": 1_000.0,
        "per_degree": module.METRES_PER_DEGREE,
        "far": far,
    }
    plan = session.execute(
        text(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {module._SQL.text}").bindparams(
            *module._SQL._bindparams.values()
        ),
        values,
    ).scalar_one()
    rows, nodes = 0, [plan[0]["Plan"]]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        own = {name: value for name, value in node.items() if name != "Plans"}
        if "st_dwithin" in str(own).lower():
            rows = max(rows, int(node["Actual Rows"] * node["Actual Loops"]))
    return rows


@pytest.mark.parametrize(
    ("lat", "lon"), [(0, 0), (90, 0), (-90, 107), (20.9, -107), (21, 180), (-33.9, 151.2)]
)
def test_a_place_far_away_costs_no_more_than_one_nearby(
    session: Session, lat: float, lon: float
) -> None:
    far = LonLat(lon=lon, lat=lat)
    assert 0 < measured(session, far) <= 20
    assert measured(session, far, far=1_000) > 50  # every unit there is, were it widened
    found = locate(session, [far], caution_m=1_000)[0]
    assert (found.covering, found.nearest is not None) == ((), True)
    assert found.nearest_m is not None
    assert found.nearest_m > 1_000_000


def test_who_is_in_a_hole_is_not_in_the_unit(session: Session) -> None:
    """Drawn points in and around both holes, and every corner of them."""
    holed = MultiPolygon([WHOLE.difference(FILLED).difference(EMPTY)])
    for code, shape in ((OUTER, holed), (INNER, MultiPolygon([FILLED]))):
        set_shape(
            session, code, shape, approximate=False, source="test", valid_from=date(2026, 1, 1),
            now=NOW,
        )  # fmt: skip
    session.execute(
        text("DELETE FROM area_piece WHERE kind = 'unit' AND area_code NOT IN (:outer, :inner)"),
        {"outer": OUTER, "inner": INNER},
    )
    chance, counts = Random(7), oracles.tally("locate, holes")
    points = [
        LonLat(lon=round(chance.uniform(107.069, 107.091), 6), lat=round(chance.uniform(20.939, 20.961), 6))
        for _ in range(oracles.times(1_500))
    ]  # fmt: skip
    for point, found in zip(points, locate(session, points, caution_m=1_000), strict=True):
        codes = {area.code for area in found.covering if area.kind == "unit"}
        assert codes <= right(point), point
        assert codes or None in right(point), point
        counts[codes.pop() if codes else "in no unit"] += 1
    assert min(counts.values()) > 50
    corners = [LonLat(lon=x, lat=y) for x, y in FILLED.exterior.coords]
    for found in locate(session, corners, caution_m=1_000):
        assert {area.code for area in found.covering if area.kind == "unit"} == {OUTER, INNER}
        assert found.nearest is None


def right(point: LonLat) -> set[str | None]:
    """The units of a point, by four comparisons; on an edge both sides are right."""

    def within(square: object, more: float) -> bool:
        west, south, east, north = square.bounds  # type: ignore[attr-defined]
        return west - more <= point.lon <= east + more and south - more <= point.lat <= north + more

    edge = 1e-9
    found: set[str | None] = set()
    if within(FILLED, edge):
        found.add(INNER)
    if within(EMPTY, edge) or not within(WHOLE, -edge):
        found.add(None)
    if within(WHOLE, edge) and not within(FILLED, -edge) and not within(EMPTY, -edge):
        found.add(OUTER)
    return found
