"""Units beside each other: what they both claim, what nobody claims, and shapes made from points."""

import itertools

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.areas import approximate_units, find_gaps, find_overlaps, polygons_of, union
from geo.plane import area_m2
from geo.point import LonLat

WEST, EAST = shapely.box(107.0, 21.0, 107.125, 21.125), shapely.box(107.125, 21.0, 107.25, 21.125)
FAR = shapely.box(108.0, 21.0, 108.1, 21.1)


def test_neighbours_that_touch_do_not_overlap() -> None:
    assert find_overlaps({"west": WEST, "east": EAST, "far": FAR}) == []
    assert find_overlaps({}) == []


def test_overlaps_largest_first() -> None:
    strip, spot = shapely.box(107.1, 21.0, 107.2, 21.01), shapely.box(107.24, 21.1, 107.26, 21.11)
    found = find_overlaps({"z": WEST, "east": EAST, "strip": strip, "a spot": spot})
    assert [(each.first, each.second) for each in found] == [
        ("east", "strip"), ("strip", "z"), ("a spot", "east"),
    ]  # fmt: skip
    assert found[0].area_m2 == pytest.approx(area_m2(shapely.box(107.125, 21.0, 107.2, 21.01)))
    assert EAST.intersection(strip).contains(found[0].at.shape())
    assert all(each.first < each.second for each in found)


def test_overlaps_of_rounding_are_left_out() -> None:
    nudged = shapely.box(107.125 - 1e-11, 21.0, 107.25, 21.125)
    assert find_overlaps({"west": WEST, "east": nudged}) == []
    assert find_overlaps({"west": WEST, "east": nudged}, least_m2=0) != []


def ring() -> dict[str, shapely.Polygon]:
    """Four units around a hole of 0.1 degrees."""
    return {
        "south": shapely.box(107.0, 21.0, 107.3, 21.1),
        "west": shapely.box(107.0, 21.1, 107.1, 21.2),
        "east": shapely.box(107.2, 21.1, 107.3, 21.2),
        "north": shapely.box(107.0, 21.2, 107.3, 21.3),
    }


def test_ground_that_all_enclose_and_nobody_claims() -> None:
    (gap,) = find_gaps(ring())
    hole = shapely.box(107.1, 21.1, 107.2, 21.2)
    assert gap.units == ("east", "north", "south", "west")
    assert gap.area_m2 == pytest.approx(area_m2(hole))
    assert hole.contains(gap.at.shape())
    assert find_gaps({**ring(), "middle": hole}) == []


def test_an_island_within_a_hole_is_claimed() -> None:
    island = shapely.box(107.14, 21.14, 107.16, 21.16)
    (gap,) = find_gaps({**ring(), "island": island})
    hole = shapely.box(107.1, 21.1, 107.2, 21.2)
    assert gap.area_m2 == pytest.approx(area_m2(hole) - area_m2(island))
    assert "island" in gap.units
    assert not island.covers(gap.at.shape())


def test_what_of_a_frame_no_unit_covers() -> None:
    frame = shapely.box(107.0, 21.0, 107.4, 21.3)
    gaps = find_gaps(ring(), frame)
    assert [gap.units for gap in gaps] == [
        ("east", "north", "south"), ("east", "north", "south", "west"),
    ]  # fmt: skip
    assert gaps[0].area_m2 > gaps[1].area_m2
    assert sum(gap.area_m2 for gap in gaps) == pytest.approx(
        area_m2(frame) - area_m2(union(ring()))
    )
    assert find_gaps(ring(), shapely.box(107.05, 21.05, 107.08, 21.08)) == []


def test_without_units_a_frame_is_one_gap() -> None:
    (gap,) = find_gaps({}, WEST)
    assert gap.units == ()
    assert find_gaps({}) == []


def test_small_gaps_are_rounding() -> None:
    nearly = shapely.box(107.1, 21.1, 107.2 - 1e-11, 21.2)
    assert find_gaps({**ring(), "middle": nearly}) == []


def test_polygons_of_anything() -> None:
    line, point = shapely.LineString([(0, 0), (1, 1)]), shapely.Point(0, 0)
    nested = shapely.GeometryCollection(
        [line, WEST, shapely.GeometryCollection([point, shapely.MultiPolygon([EAST, FAR])])]
    )
    assert polygons_of(nested) == [WEST, EAST, FAR]
    assert polygons_of(WEST) == [WEST]
    for nothing in (line, point, shapely.Polygon(), shapely.MultiPolygon()):
        assert polygons_of(nothing) == []


def test_the_union() -> None:
    assert area_m2(union({"w": WEST, "e": EAST})) == pytest.approx(area_m2(WEST) + area_m2(EAST))
    assert union({}).is_empty


# Shapes made from points

OUTLINE = shapely.box(107.0, 21.0, 107.5, 21.4)
SEEDS = st.lists(
    st.tuples(st.integers(1, 499), st.integers(1, 399)), min_size=1, max_size=12, unique=True
)


@settings(deadline=None, max_examples=40)
@given(SEEDS)
def test_approximate_units_fill_the_outline_without_overlaps(seeds: list[tuple[int, int]]) -> None:
    points = {
        f"u{n}": LonLat(lon=107 + x / 1000, lat=21 + y / 1000) for n, (x, y) in enumerate(seeds)
    }
    units = approximate_units(points, OUTLINE)
    assert set(units) == set(points)
    for code, point in points.items():
        assert units[code].covers(point.shape())
    assert sum(map(area_m2, units.values())) == pytest.approx(area_m2(OUTLINE), rel=1e-6)
    assert find_overlaps(units) == []
    assert find_gaps(units, OUTLINE) == []
    assert shapely.coverage_is_valid(list(units.values()))


def test_points_on_a_line_divide_the_outline_too() -> None:
    points = {f"u{y}": LonLat(lon=107.041, lat=21 + y / 1000) for y in (212, 229, 250)}
    units = approximate_units(points, OUTLINE)
    heights = [shape.bounds[3] - shape.bounds[1] for shape in units.values()]
    assert heights == [pytest.approx(height) for height in (0.2205, 0.019, 0.1605)]


def test_each_place_belongs_to_the_nearest_point() -> None:
    points = {
        "a": LonLat(lon=107.1, lat=21.1),
        "b": LonLat(lon=107.4, lat=21.15),
        "c": LonLat(lon=107.2, lat=21.35),
    }
    units = approximate_units(points, OUTLINE)
    for x, y in itertools.product(range(1, 50, 3), range(1, 40, 3)):
        place = LonLat(lon=107 + x / 100, lat=21 + y / 100)
        by_distance = sorted(points, key=lambda code: place.distance_m(points[code]))
        first, second = (place.distance_m(points[code]) for code in by_distance[:2])
        if second - first > 200:  # metres: nearness in a squeezed plane is a little coarse
            assert units[by_distance[0]].covers(place.shape())


def test_one_unit_gets_everything_and_none_nothing() -> None:
    alone = approximate_units({"a": LonLat(lon=0, lat=0)}, OUTLINE)
    assert alone["a"].equals(OUTLINE)
    assert approximate_units({}, OUTLINE) == {}


def test_two_units_at_one_point() -> None:
    here = LonLat(lon=107.1, lat=21.1)
    with pytest.raises(ValueError, match="same point"):
        approximate_units({"a": here, "b": here}, OUTLINE)


def test_a_unit_far_outside_the_outline_is_left_out() -> None:
    points = {
        "a": LonLat(lon=107.1, lat=21.1),
        "b": LonLat(lon=107.4, lat=21.1),
        "far": LonLat(lon=120, lat=21.1),
    }
    assert set(approximate_units(points, OUTLINE)) == {"a", "b"}


def test_an_outline_of_parts_with_a_hole() -> None:
    lake = shapely.box(107.2, 21.1, 107.3, 21.2)
    island = shapely.box(107.6, 21.0, 107.7, 21.1)
    outline = shapely.MultiPolygon([OUTLINE.difference(lake), island])
    points = {"a": LonLat(lon=107.1, lat=21.1), "b": LonLat(lon=107.45, lat=21.1)}
    units = approximate_units(points, outline)
    assert sum(map(area_m2, units.values())) == pytest.approx(area_m2(outline), rel=1e-6)
    assert units["b"].covers(island)
    assert union(units).intersection(lake).area == pytest.approx(0)


def test_the_same_points_in_another_order_give_the_same_shapes() -> None:
    points = {
        f"u{n}": LonLat(lon=107 + n * 7 % 10 / 20 + 0.01, lat=21.1 + n / 50) for n in range(8)
    }
    one = approximate_units(points, OUTLINE)
    other = approximate_units(dict(reversed(points.items())), OUTLINE)
    assert {code: shape.wkb for code, shape in one.items()} == {
        code: shape.wkb for code, shape in other.items()
    }
