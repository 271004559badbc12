"""Positions as people type and paste them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.coordinates import read_coordinates
from geo.morton import Box
from geo.point import LonLat

BOUNDS = Box(west=106.4, south=20.6, east=108.18, north=21.7)
HERE = LonLat(lat=20.951, lon=107.08)

GOOD = [
    "20.951, 107.08", "20.951 107.08", "20.951;107.08", "20.951/107.08", "(20.951,107.08)",
    "20,951 107,08", "20,951, 107,08", "20,951;107,08", "20,951,107,08", "20.951\n107.08",
    "20.951° 107.08°", "20.951N 107.08E", "20,951N, 107,08E", "  20.951 ,  107.08  ",
    "20°57'3.6\"N 107°04'48\"E", "20°57′3.6″B, 107°04′48″Đ", "N20°57'3.6\" E107°04'48\"",
    "20° 57.06' N, 107° 4.8' E", "107°04'48\"E 20°57'3.6\"N", "20°57'3.6'' 107°4'48''",
    "https://maps.example/maps/@20.951,107.08,17z", "geo:20.951,107.08?z=17",
    "https://maps.example/place/X/@20.9,107.0,15z/data=!3m1!8m2!3d20.951!4d107.08",
    "https://maps.example/?q=20.951,107.08", "https://maps.example/?q=20.951%2C107.08",
    "https://maps.example/maps?ll=20.951,107.08&z=3", "https://osm.example/#map=17/20.951/107.08",
    "https://osm.example/?mlat=20.951&mlon=107.08#map=15/20.9/107",
]  # fmt: skip
NONE = [
    "", "20.951", "abc 20.951 107.08", "95.1 200.2", "20°61'03\"N 107°04'48\"E", "1" * 5000,
    "20°57'N 20°58'N", "https://maps.example/short", "٢٠.٩ ١٠٧.٠", "nan nan", "1e1 1e2", "- -",
    "20 57 03 107 04 48", "20.951, 107.08, 5", "12 Trần Phú",
]  # fmt: skip


@pytest.mark.parametrize("typed", GOOD)
def test_one_position_in_many_spellings(typed: str) -> None:
    found = read_coordinates(typed, BOUNDS)
    assert found is not None
    assert found.place.distance_m(HERE) < 1
    assert not found.swapped


@pytest.mark.parametrize(
    "typed", ["107.08, 20.951", "107,08 20,951", "https://m.example/@107.08,20.951,5z"]
)
def test_the_other_order_is_turned_round(typed: str) -> None:
    found = read_coordinates(typed, BOUNDS)
    assert found is not None
    assert found.swapped
    assert found.place.distance_m(HERE) < 1


def test_what_lies_elsewhere_either_way_is_left_as_it_is() -> None:
    found = read_coordinates("48.1, 11.5", BOUNDS)
    assert found is not None
    assert (found.place, found.swapped) == (LonLat(lat=48.1, lon=11.5), False)


@pytest.mark.parametrize("typed", NONE)
def test_what_is_no_position(typed: str) -> None:
    assert read_coordinates(typed, BOUNDS) is None


@given(st.text(max_size=60))
def test_any_text_is_read_or_not(typed: str) -> None:
    read_coordinates(typed, BOUNDS)


@given(st.floats(20.7, 21.6), st.floats(106.5, 108.1))
def test_what_is_written_is_read_back(lat: float, lon: float) -> None:
    found = read_coordinates(f"{lat:.6f}, {lon:.6f}", BOUNDS)
    assert found is not None
    assert found.place.distance_m(LonLat(lat=lat, lon=lon)) < 0.2


@pytest.mark.parametrize("typed", ["1{}x", "1 1{}!", "1°{}x", "({}1 1", "1°{}1°{}!"])
def test_a_long_run_of_spaces_is_read_at_once(typed: str) -> None:
    """Minutes, where two patterns meet at the same spaces."""
    began = time.process_time()
    read_coordinates(typed.format(*[" " * 1_990] * 2), BOUNDS)
    assert time.process_time() - began < 10
