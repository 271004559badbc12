"""GeoJSON in: every flaw is named with its place. GeoJSON out: small, without gaps."""

import json
import math
from typing import Any

import pytest
import shapely

from geo.features import Flaw, check_features, check_geometry, feature_collection, simplified
from geo.morton import Box
from geo.plane import area_m2
from geo.point import LonLat

CITY = Box(west=106, south=20, east=109, north=22)
SQUARE = [[107.0, 21.0], [107.1, 21.0], [107.1, 21.1], [107.0, 21.1], [107.0, 21.0]]
HOLE = [[107.02, 21.02], [107.04, 21.02], [107.04, 21.04], [107.02, 21.02]]
BOW_TIE = [[107.0, 21.0], [107.1, 21.1], [107.1, 21.0], [107.0, 21.1], [107.0, 21.0]]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def feature(code: Any = "06652", geometry: Any = None, **more: Any) -> dict[str, Any]:
    shape = polygon(SQUARE) if geometry is None else geometry
    return {"type": "Feature", "properties": {"code": code}, "geometry": shape} | more


def flaw_of(geometry: Any) -> Flaw:
    found = check_geometry(geometry, within=CITY)
    assert isinstance(found, Flaw), found
    return found


def test_a_polygon_becomes_a_multipolygon() -> None:
    shape = check_geometry(polygon(SQUARE, HOLE), within=CITY)
    assert isinstance(shape, shapely.MultiPolygon)
    assert [len(part.interiors) for part in shape.geoms] == [1]
    assert shape.bounds == (107.0, 21.0, 107.1, 21.1)


def test_a_multipolygon_keeps_its_parts_and_heights_are_dropped() -> None:
    islet = [[lon + 1, lat, 12.5] for lon, lat in SQUARE]
    shape = check_geometry({"type": "MultiPolygon", "coordinates": [[SQUARE], [islet]]})
    assert isinstance(shape, shapely.MultiPolygon)
    assert len(shape.geoms) == 2
    assert not shape.has_z


def test_whole_numbers_are_degrees_too() -> None:
    ring = [[107, 21], [108, 21], [108, 22], [107, 21]]
    assert not isinstance(check_geometry(polygon(ring), within=CITY), Flaw)


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (None, "no_geometry"),
        ("POLYGON", "no_geometry"),
        ({}, "not_polygon"),
        ({"type": "Point", "coordinates": [107, 21]}, "not_polygon"),
        ({"type": "GeometryCollection", "geometries": []}, "not_polygon"),
        ({"type": "Polygon"}, "malformed"),
        ({"type": "Polygon", "coordinates": {"0": SQUARE}}, "malformed"),
        (polygon(), "empty"),
        ({"type": "MultiPolygon", "coordinates": []}, "empty"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "empty"),
        ({"type": "MultiPolygon", "coordinates": [SQUARE[0][0]]}, "malformed"),
        (polygon("ring"), "malformed"),
        (polygon([["107", "21"]] * 4), "malformed"),
        (polygon([[True, 21.0]] * 4), "malformed"),
        (polygon([[None, None]] * 4), "malformed"),
        (polygon([[107.0]] * 4), "malformed"),
        (polygon([*SQUARE[:2], [107.05, math.nan], *SQUARE[2:]]), "not_finite"),
        (polygon([*SQUARE[:2], [math.inf, 21.05], *SQUARE[2:]]), "not_finite"),
        (polygon([*SQUARE[:2], [10**400, 21.05], *SQUARE[2:]]), "not_finite"),
        (polygon([]), "too_short"),
        (polygon(SQUARE[:3]), "too_short"),
        (polygon(SQUARE[:4]), "not_closed"),
        (polygon(SQUARE, [*HOLE[:3], [107.03, 21.03]]), "not_closed"),
        (polygon([[lat, lon] for lon, lat in SQUARE]), "swapped"),
        (polygon([[lon - 20, lat] for lon, lat in SQUARE]), "elsewhere"),
        (polygon([[lon * 1e4, lat * 1e4] for lon, lat in SQUARE]), "out_of_range"),
        (polygon([[700000, 2300000], [700100, 2300000], [700000, 2300100], [700000, 2300000]]),
         "out_of_range"),
        (polygon(BOW_TIE), "self_intersection"),
        (polygon(SQUARE, [[lon + 1, lat] for lon, lat in HOLE]), "hole_lies_outside_shell"),
        (polygon([SQUARE[0]] * 4), "too_few_points_in_geometry_component"),
    ],
)  # fmt: skip
def test_flaws(geometry: Any, code: str) -> None:
    assert flaw_of(geometry).code == code
    assert str(flaw_of(geometry))


def test_a_flaw_says_where() -> None:
    bow_tie = flaw_of(polygon(BOW_TIE))
    assert bow_tie.at is not None
    assert bow_tie.at.distance_m(LonLat(lon=107.05, lat=21.05)) < 0.01
    assert str(bow_tie) == "is invalid: self intersection at 107.050000, 21.050000"
    open_ring = flaw_of(polygon(SQUARE[:4]))
    assert open_ring.at == LonLat(lon=107.0, lat=21.0)
    assert flaw_of(polygon([[999, 999], *SQUARE])).at is None  # a place that does not exist


def test_overlapping_parts_are_refused_not_repaired() -> None:
    parts = [[SQUARE], [[[lon + 0.05, lat] for lon, lat in SQUARE]]]
    assert flaw_of({"type": "MultiPolygon", "coordinates": parts}).code == "self_intersection"


def test_without_bounds_the_world_is_asked() -> None:
    far = polygon([[lon - 100, lat] for lon, lat in SQUARE])
    assert not isinstance(check_geometry(far), Flaw)


def test_good_features_and_refused_ones() -> None:
    good, refused = check_features(
        [
            feature("1"),
            feature("2", polygon(BOW_TIE)),
            feature("1"),
            feature("3", properties={"name": "no code"}),
            feature(properties=None, id="4"),
            "nothing",
            feature("5", properties=["a", "list"]),
            {"type": "Feature", "properties": {"code": "6"}},
        ],
        within=CITY,
    )
    assert [(each.number, each.code) for each in good] == [(1, "1"), (5, "4")]
    assert [(each.number, each.code, each.flaw.code) for each in refused] == [
        (2, "2", "self_intersection"),
        (3, "1", "duplicate_code"),
        (4, "", "no_code"),
        (6, "", "not_a_feature"),
        (7, "", "not_a_feature"),
        (8, "6", "no_geometry"),
    ]


@pytest.mark.parametrize("code", [6652, 6652.0, None, "", "  ", True, ["06652"]])
def test_a_code_is_text(code: Any) -> None:
    good, refused = check_features([feature(code)])
    assert good == ()
    assert [each.flaw.code for each in refused] == ["no_code"]


def test_the_property_of_the_code_may_be_another_and_properties_stay() -> None:
    named = feature(properties={"ma": "06652", "ten": "Hà"})
    good, _refused = check_features([named], code_property="ma")
    assert good[0].code == "06652"
    assert good[0].properties == {"ma": "06652", "ten": "Hà"}


def test_a_code_whose_first_feature_was_bad_may_come_again() -> None:
    good, refused = check_features([feature("1", polygon(BOW_TIE)), feature("1")])
    assert [each.number for each in good] == [2]
    assert [each.number for each in refused] == [1]


# For the screen


def wavy_wards() -> dict[str, shapely.Polygon]:
    """Two wards with a shared border of many small waves, drawn alike in both."""
    border = [(107.1 + 0.0005 * math.sin(n), 21.0 + n / 1000) for n in range(101)]
    return {
        "west": shapely.Polygon([(107.0, 21.0), *border, (107.0, 21.1)]),
        "east": shapely.Polygon([(107.2, 21.0), *border, (107.2, 21.1)]),
    }


def test_shared_borders_are_simplified_together() -> None:
    wards = wavy_wards()
    drawn = simplified(wards, tolerance_m=200)
    assert list(drawn) == ["west", "east"]
    vertices = {code: shapely.get_num_coordinates(shape) for code, shape in drawn.items()}
    assert all(count < 30 for count in vertices.values())
    assert drawn["west"].intersection(drawn["east"]).area == 0
    whole = shapely.union_all(list(drawn.values()))
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    for code, ward in wards.items():
        assert area_m2(drawn[code]) == pytest.approx(area_m2(ward), rel=0.02)


def test_a_tolerance_of_nothing_changes_nothing() -> None:
    wards = wavy_wards()
    same = simplified(wards, tolerance_m=0)
    for code, ward in wards.items():
        assert shapely.normalize(same[code]).equals(shapely.normalize(ward))


def test_islets_are_left_out_but_never_the_whole_unit() -> None:
    main, islet = shapely.box(107, 21, 107.01, 21.01), shapely.box(107.5, 21, 107.5001, 21.0001)
    units = {
        "coast": shapely.MultiPolygon([islet, main]),
        "reef": shapely.MultiPolygon([islet, shapely.box(108, 21, 108.0002, 21.0002)]),
    }
    drawn = simplified(units, tolerance_m=1, smallest_m2=10_000)
    assert shapely.get_num_geometries(drawn["coast"]) == 1
    assert area_m2(drawn["coast"]) == pytest.approx(area_m2(main), rel=1e-3)
    assert drawn["reef"].bounds[0] == pytest.approx(108)  # its largest part
    kept = simplified(units, tolerance_m=1)
    assert shapely.get_num_geometries(kept["coast"]) == 2


def test_nothing_to_simplify() -> None:
    assert simplified({}, tolerance_m=10) == {}


def test_what_the_screen_gets() -> None:
    holed = shapely.Polygon(SQUARE, [HOLE])
    units = {"a": shapely.MultiPolygon([holed, shapely.box(108, 21, 108.01, 21.01)]), "b": holed}
    collection = feature_collection(units, {"a": {"name": 'Ward "A"'}}, digits=3)
    assert json.loads(json.dumps(collection)) == collection
    one, other = collection["features"]
    assert one["properties"]["code"] == "a"
    assert one["properties"]["name"] == 'Ward "A"'
    assert "name" not in other["properties"]
    assert one["geometry"]["type"] == "MultiPolygon"
    assert [len(part) for part in one["geometry"]["coordinates"]] == [2, 1]
    numbers = shapely.get_coordinates(shapely.from_geojson(json.dumps(one["geometry"]))).ravel()
    assert all(round(number, 3) == number for number in numbers.tolist())


def test_a_label_stands_well_inside_the_largest_part() -> None:
    horseshoe = shapely.box(107, 21, 107.3, 21.3).difference(shapely.box(107.1, 21, 107.2, 21.2))
    units = {"u": shapely.MultiPolygon([shapely.box(108, 21, 108.01, 21.01), horseshoe])}
    label = feature_collection(units, {})["features"][0]["properties"]
    point = shapely.Point(label["label"])
    assert horseshoe.contains(point)
    room = label["room"] / 2
    assert 0 < room <= horseshoe.exterior.distance(point) + 1e-3
    assert room > 0.04


def test_no_units_no_features() -> None:
    assert feature_collection({}, {}) == {"type": "FeatureCollection", "features": []}
