"""Which areas cover a point and which unit is near, against long-hand answers."""

import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import coverage
from geo.coverage import Coverage, Near
from geo.plane import area_m2
from geo.point import LonLat

# Two wards side by side, a bay over half of the second, a province around all, an island far out.
# Eighths of a degree are exact, so the wards have the same size to the last bit.
WEST = shapely.box(107.0, 21.0, 107.125, 21.125)
EAST = shapely.box(107.125, 21.0, 107.25, 21.125)
BAY = shapely.box(107.1875, 21.0, 107.3125, 21.25)
ISLAND = shapely.box(107.5, 21.0, 107.51, 21.01)
PROVINCE = shapely.box(106.9, 20.9, 107.4, 21.3)
CITY = Coverage(
    [
        ("province", "province", PROVINCE),
        ("west", "unit", WEST),
        ("east", "unit", EAST),
        ("bay", "water", BAY),
        ("island", "unit", shapely.MultiPolygon([ISLAND])),
    ]
)
FAR = 1e7


def at(lon: float, lat: float) -> LonLat:
    return LonLat(lon=lon, lat=lat)


def codes(point: LonLat) -> list[str]:
    return [area.code for area in CITY.locate([point], limit_m=0)[0].covering]


@pytest.mark.parametrize(
    ("lon", "lat", "covering"),
    [
        (107.05, 21.05, ["west", "province"]),
        (107.15, 21.05, ["east", "province"]),
        (107.2, 21.05, ["east", "bay", "province"]),  # smallest first
        (107.3, 21.05, ["bay", "province"]),
        (106.95, 20.95, ["province"]),
        (107.505, 21.005, ["island"]),
        (100.0, 10.0, []),
    ],
)
def test_covering_areas_smallest_first(lon: float, lat: float, covering: list[str]) -> None:
    assert codes(at(lon, lat)) == covering


def test_a_point_on_a_border_belongs_to_both() -> None:
    # The wards have the same size: the lower code comes first.
    assert codes(at(107.125, 21.05)) == ["east", "west", "province"]
    assert codes(at(107.0, 21.0)) == ["west", "province"]


def test_what_is_known_of_an_area() -> None:
    found = CITY.locate([at(107.2, 21.05)], limit_m=0)[0]
    unit, water = found.of_kind("unit"), found.of_kind("water")
    assert unit is not None
    assert water is not None
    assert (unit.code, unit.area_m2) == ("east", area_m2(EAST))
    assert water.code == "bay"
    assert found.of_kind("neighbour") is None


def test_inside_a_unit_the_nearest_is_itself() -> None:
    for lon in (107.05, 107.125):
        near = CITY.locate([at(lon, 21.05)], limit_m=0)[0].nearest
        assert near is not None
        assert near.metres == 0
    assert CITY.locate([at(107.125, 21.05)], limit_m=0)[0].nearest == Near(code="east", metres=0.0)


def test_outside_the_nearest_edge_counts() -> None:
    point = at(107.3, 21.05)
    near = CITY.locate([point], limit_m=FAR)[0].nearest
    assert near is not None
    assert near.code == "east"
    assert near.metres == pytest.approx(point.distance_m(at(107.25, 21.05)), rel=1e-4)


def test_the_limit_is_part_of_the_reach() -> None:
    point = at(107.3, 21.05)
    near = CITY.locate([point], limit_m=FAR)[0].nearest
    assert near is not None
    assert CITY.locate([point], limit_m=near.metres)[0].nearest == near
    assert CITY.locate([point], limit_m=near.metres * 0.999)[0].nearest is None


def test_degrees_are_not_compared_with_degrees() -> None:
    """At 60 degrees north a degree of longitude is half as long as one of latitude."""
    north = Coverage(
        [
            ("by_lon", "unit", shapely.box(10.15, 60, 10.2, 60.1)),
            ("by_lat", "unit", shapely.box(10, 60.12, 10.1, 60.2)),
        ]
    )
    found = north.locate([at(10.05, 60.04)], limit_m=FAR)[0].nearest
    assert found is not None
    assert found.code == "by_lon"


def test_how_far_the_other_unit_is() -> None:
    inside, on_border, lonely = at(107.115, 21.05), at(107.125, 21.05), at(107.505, 21.005)
    near, touching, far = CITY.border_distance_m([inside, on_border, lonely], limit_m=2000)
    assert near is not None
    assert near.code == "east"
    assert near.metres == pytest.approx(inside.distance_m(on_border), rel=1e-4)
    assert touching is not None
    assert (touching.code, touching.metres) == ("west", pytest.approx(0, abs=1e-6))
    assert far is None


def test_a_hole_is_a_border_too() -> None:
    ring = shapely.Polygon(PROVINCE.exterior, [WEST.exterior])
    holed = Coverage([("ring", "unit", ring)])
    middle = at(107.05, 21.05)
    found = holed.locate([middle], limit_m=FAR)[0]
    assert found.covering == ()
    assert found.nearest is not None
    assert found.nearest.metres == pytest.approx(middle.distance_m(at(107.0, 21.05)), rel=1e-3)


def test_ties_go_to_the_lower_code() -> None:
    left = shapely.box(107.0, 21.0, 107.0625, 21.125)
    right = shapely.box(107.1875, 21.0, 107.25, 21.125)
    middle = at(107.125, 21.05)
    for one, other in (("a", "b"), ("b", "a")):
        two = Coverage([(one, "unit", left), (other, "unit", right)])
        found = two.locate([middle], limit_m=FAR)[0].nearest
        assert found is not None
        assert found.code == "a"
        assert found.metres == pytest.approx(middle.distance_m(at(107.0625, 21.05)), rel=1e-4)


def test_no_points_no_units_no_areas() -> None:
    assert CITY.locate([], limit_m=FAR) == []
    assert CITY.border_distance_m([], limit_m=FAR) == []
    for empty in (Coverage([]), Coverage([("bay", "water", BAY)])):
        found = empty.locate([at(107.2, 21.05)] * 3, limit_m=FAR)
        assert [each.nearest for each in found] == [None] * 3
        assert empty.border_distance_m([at(107.2, 21.05)], limit_m=FAR) == [None]


def test_another_kind_may_be_the_unit() -> None:
    waters = Coverage([("west", "unit", WEST), ("bay", "water", BAY)], unit_kind="water")
    found = waters.locate([at(107.05, 21.05)], limit_m=FAR)[0]
    assert found.nearest is not None
    assert found.nearest.code == "bay"


def test_what_cannot_be_looked_up() -> None:
    with pytest.raises(ValueError, match="twice"):
        Coverage([("a", "unit", WEST), ("a", "water", BAY)])
    with pytest.raises(ValueError, match="empty"):
        Coverage([("a", "unit", shapely.Polygon())])


def test_batches_keep_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [at(106.8 + n / 20, 21.15) for n in range(20)]
    whole = CITY.locate(points, limit_m=FAR)
    borders = CITY.border_distance_m(points, limit_m=FAR)
    monkeypatch.setattr(coverage, "_BATCH", 3)
    assert CITY.locate(points, limit_m=FAR) == whole
    assert CITY.border_distance_m(points, limit_m=FAR) == borders
    assert [CITY.locate([point], limit_m=FAR)[0] for point in points] == whole


# Against looking at every vertex of a finely cut border.

SHAPES = {"west": WEST, "east": EAST, "island": ISLAND}
CUT = {
    code: [at(lon, lat) for lon, lat in shapely.get_coordinates(shapely.segmentize(shape, 0.001))]
    for code, shape in SHAPES.items()
}
AROUND = st.builds(at, st.floats(106.5, 108.0), st.floats(20.5, 21.5))


def by_hand(point: LonLat) -> dict[str, float]:
    return {code: min(map(point.distance_m, border)) for code, border in CUT.items()}


@settings(deadline=None, max_examples=40)
@given(AROUND)
def test_the_nearest_unit_is_the_nearest(point: LonLat) -> None:
    found = CITY.locate([point], limit_m=FAR)[0]
    inside = {code for code, shape in SHAPES.items() if shape.covers(point.shape())}
    assert inside == {area.code for area in found.covering if area.kind == "unit"}
    assert found.nearest is not None
    if inside:
        assert found.nearest.code in inside
        assert found.nearest.metres == 0
        return
    distances = by_hand(point)
    # Cut every 110 m, a vertex may be up to 55 m further than the edge.
    slack = math.hypot(min(distances.values()), 60)
    assert found.nearest.metres <= min(distances.values()) * 1.001 + 0.01
    assert distances[found.nearest.code] <= slack * 1.001 + 0.01


@settings(deadline=None, max_examples=40)
@given(AROUND, st.floats(10, 50_000))
def test_the_limit_only_hides(point: LonLat, limit: float) -> None:
    everything = CITY.border_distance_m([point], limit_m=FAR)[0]
    limited = CITY.border_distance_m([point], limit_m=limit)[0]
    assert everything is not None
    assert limited == (everything if everything.metres <= limit else None)
