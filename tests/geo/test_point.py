"""Positions: what is one, how it is read and written, and how far apart two are."""

import math
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
import shapely
from geoalchemy2 import WKBElement
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.point import SRID, InvalidPoint, LonLat

PLACE = LonLat(lon=107.08, lat=20.951)
POINTS = st.builds(LonLat, lon=st.floats(-180, 180), lat=st.floats(-90, 90))
modestly = settings(deadline=None, max_examples=100)


def code_of(**wrong: Any) -> tuple[str, str]:
    with pytest.raises(InvalidPoint) as caught:
        LonLat(**({"lon": 107.0, "lat": 21.0} | wrong))
    return caught.value.code, caught.value.field


def test_a_position_is_made_with_keywords_and_never_changes() -> None:
    with pytest.raises(TypeError):
        LonLat(107.08, 20.951)  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        PLACE.lon = 0.0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"lon": 180.0000001}, ("lon_range", "lon")),
        ({"lon": -181}, ("lon_range", "lon")),
        ({"lat": 90.0000001}, ("lat_range", "lat")),
        ({"lat": 107.0}, ("lat_range", "lat")),
        ({"lon": math.nan}, ("not_finite", "lon")),
        ({"lat": math.inf}, ("not_finite", "lat")),
        ({"lon": 10**400}, ("not_finite", "lon")),
        ({"lon": True}, ("not_a_number", "lon")),
        ({"lat": "21"}, ("not_a_number", "lat")),
        ({"lat": None}, ("not_a_number", "lat")),
    ],
)
def test_no_position(wrong: dict[str, Any], code: tuple[str, str]) -> None:
    assert code_of(**wrong) == code


def test_the_error_names_the_field() -> None:
    assert str(InvalidPoint("lat_range", "lat")) == "lat_range (lat)"
    assert str(InvalidPoint("not_a_point")) == "not_a_point"


def test_the_ends_of_the_world_are_in_it() -> None:
    assert LonLat(lon=180, lat=-90) == LonLat(lon=180.0, lat=-90.0)


def test_equal_positions_look_equal() -> None:
    assert repr(LonLat(lon=-0.0, lat=-0.0)) == repr(LonLat(lon=0, lat=0))
    assert LonLat(lon=-0.0, lat=0).ewkt() == "SRID=4326;POINT(0.0 0.0)"


@pytest.mark.parametrize(
    ("typed", "degrees"),
    [
        ("20.951", 20.951),
        ("20,951", 20.951),
        (" 20.951\n", 20.951),
        ("+7", 7.0),
        ("-7.5", -7.5),
        ("020.5", 20.5),
        ("20.12345678901234567", 20.12345678901234567),
    ],
)
def test_typed_numbers(typed: str, degrees: float) -> None:
    assert LonLat.parse(lon="107,08", lat=typed) == LonLat(lon=107.08, lat=degrees)


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", ".", "20.", ".5", "20.951.1", "20,951,1", "1,234.5", "2e1", "0x14", "20°57'", "nan",
        "inf", "20 951", "1_0", "--7", "- 7", "２０", "٢٠", "२०", "0000021", "20.123456789012345678",
        "20;21", "20\x00",
    ],
)  # fmt: skip
def test_nothing_cleverer_is_read(typed: str) -> None:
    with pytest.raises(InvalidPoint) as caught:
        LonLat.parse(lon="107.08", lat=typed)
    assert (caught.value.code, caught.value.field) == ("not_a_number", "lat")


def test_a_typed_number_out_of_range() -> None:
    with pytest.raises(InvalidPoint) as caught:
        LonLat.parse(lon="999", lat="21")
    assert (caught.value.code, caught.value.field) == ("lon_range", "lon")


@modestly
@given(st.text("0123456789.,+- e٢\u3000", max_size=8))
def test_any_text_is_a_number_or_refused(typed: str) -> None:
    try:
        read = LonLat.parse(lon=typed, lat="0").lon
    except InvalidPoint:
        return
    assert read == float(typed.strip().replace(",", "."))
    assert typed.strip().isascii()


@modestly
@given(POINTS)
def test_a_position_is_read_back_from_every_form(point: LonLat) -> None:
    assert LonLat.from_shape(point.shape()) == point
    assert LonLat.from_wkb(point.wkb()) == point
    assert LonLat.from_wkb(shapely.to_wkb(point.shape())) == point  # plain, without an SRID
    assert LonLat.from_wkb(point.element()) == point
    srid, wkt = point.ewkt().split(";")
    assert srid == f"SRID={SRID}"
    assert LonLat.from_shape(shapely.from_wkt(wkt)) == point


def test_the_database_value_carries_the_srid() -> None:
    element = PLACE.element()
    assert isinstance(element, WKBElement)
    assert element.srid == SRID
    assert shapely.get_srid(shapely.from_wkb(PLACE.wkb())) == SRID
    assert PLACE.wkb()[0] == 1  # little-endian, whatever the machine


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Point(),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.MultiPoint([(0, 0)]),
        None,
    ],
)
def test_only_a_point_is_a_position(shape: Any) -> None:
    with pytest.raises(InvalidPoint) as caught:
        LonLat.from_shape(shape)
    assert caught.value.code == "not_a_point"


@pytest.mark.parametrize("wkb", [b"", b"\x01", b"POINT(1 2)", shapely.to_wkb(shapely.Point())])
def test_what_is_no_wkb_of_a_point(wkb: bytes) -> None:
    with pytest.raises(InvalidPoint) as caught:
        LonLat.from_wkb(wkb)
    assert caught.value.code == "not_a_point"


def test_a_shape_beyond_the_world_is_none() -> None:
    with pytest.raises(InvalidPoint) as caught:
        LonLat.from_shape(shapely.Point(20.951, 107.08))
    assert caught.value.code == "lat_range"


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        # Lengths of one degree on WGS 84: along the equator and the meridian.
        ((0, 0), (1, 0), 111_319.49),
        ((0, 0), (0, 1), 110_574.39),
        ((0, 89), (0, 90), 111_693.86),
        ((107, 21), (108, 21), 103_970.0),
        # Meeus, Astronomical Algorithms, example 11.c: Paris and Washington.
        ((2.337222, 48.836389), (-77.065556, 38.921389), 6_181_630.0),
    ],
)  # fmt: skip
def test_distances(one: tuple[float, float], other: tuple[float, float], metres: float) -> None:
    here, there = LonLat(lon=one[0], lat=one[1]), LonLat(lon=other[0], lat=other[1])
    assert here.distance_m(there) == pytest.approx(metres, rel=3e-5)


def test_next_to_nothing_is_nothing() -> None:
    here = LonLat(lon=0, lat=0)
    for degrees in (5e-324, 1e-159, 1e-100, 1e-20):
        assert here.distance_m(LonLat(lon=degrees, lat=degrees)) == 0
    assert here.distance_m(LonLat(lon=0, lat=1e-12)) == pytest.approx(1.1e-7, rel=0.01)


def test_the_antipode_is_half_way_round() -> None:
    far = LonLat(lon=0, lat=0).distance_m(LonLat(lon=180, lat=0))
    assert far == pytest.approx(20_015_000, rel=1e-3)


@modestly
@given(POINTS, POINTS)
def test_distance_is_symmetric_and_bounded(one: LonLat, other: LonLat) -> None:
    assert one.distance_m(one) == 0
    assert one.distance_m(other) == pytest.approx(other.distance_m(one), rel=1e-9, abs=1e-6)
    assert 0 <= one.distance_m(other) <= 20_100_000
