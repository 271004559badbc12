"""Areas and distances in metres, against integrals and long formulas."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.plane import ECCENTRICITY2, area_m2, offsets_m, to_segment_m
from geo.point import EQUATOR_M, LonLat

modestly = settings(deadline=None, max_examples=80)
LONS, LATS = st.floats(-179, 178), st.floats(-80, 79)


def band_m2(south: float, north: float, degrees: float) -> float:
    """Sum the ellipsoid's small rectangles between two parallels."""
    steps = 20_000
    lat = np.radians(np.linspace(south, north, steps, endpoint=False) + (north - south) / steps / 2)
    flat = 1 - ECCENTRICITY2 * np.sin(lat) ** 2
    east = np.cos(lat) * EQUATOR_M / np.sqrt(flat)
    along = EQUATOR_M * (1 - ECCENTRICITY2) / flat**1.5
    return float(np.sum(east * along)) * math.radians(north - south) / steps * math.radians(degrees)


@pytest.mark.parametrize(
    ("west", "south", "east", "north"),
    [(107, 20, 108, 21), (0, -1, 1, 1), (-75, -60, -70, -40), (10, 79, 20, 80)],
)
def test_the_area_of_a_box(west: float, south: float, east: float, north: float) -> None:
    box = shapely.box(west, south, east, north)
    assert area_m2(box) == pytest.approx(band_m2(south, north, east - west), rel=1e-7)


def test_the_whole_earth() -> None:
    earth = shapely.box(-180, -90, 180, 90)
    # One edge runs from pole to pole, so the height's middle is no parabola: it is cut.
    cut = shapely.segmentize(earth, 0.5)
    assert area_m2(cut) == pytest.approx(510_065_621_724_089, rel=1e-7)


def test_a_ward_that_one_can_pace_out() -> None:
    metre = 1 / 110_574  # of latitude, at the equator
    assert area_m2(shapely.box(0, 0, 1000 / 111_319.49, 1000 * metre)) == pytest.approx(
        1e6, rel=1e-4
    )


def test_holes_and_parts() -> None:
    outer, hole = shapely.box(107, 20, 108, 21), shapely.box(107.2, 20.2, 107.4, 20.4)
    ring = shapely.Polygon(outer.exterior, [hole.exterior])
    assert area_m2(ring) == pytest.approx(area_m2(outer) - area_m2(hole))
    both = shapely.MultiPolygon([ring, hole])
    assert area_m2(both) == pytest.approx(area_m2(outer))
    assert area_m2(shapely.Polygon()) == area_m2(shapely.MultiPolygon()) == 0


@modestly
@given(LONS, LATS, st.floats(0.01, 1), st.floats(0.01, 1))
def test_the_direction_of_a_ring_does_not_matter(
    lon: float, lat: float, w: float, h: float
) -> None:
    triangle = [(lon, lat), (lon + w, lat), (lon, lat + h)]
    one, other = shapely.Polygon(triangle), shapely.Polygon(triangle[::-1])
    assert area_m2(one) == pytest.approx(area_m2(other), rel=1e-9)
    assert area_m2(one) > 0


@modestly
@given(LONS, LATS, st.floats(0.05, 1), st.floats(0.05, 1), st.floats(0.1, 0.9))
def test_vertices_on_a_straight_border_change_nothing(lon, lat, w, h, share) -> None:
    corners = [(lon, lat), (lon + w, lat + h / 3), (lon + w / 2, lat + h)]
    on_edge = tuple(a + share * (b - a) for a, b in zip(corners[0], corners[1], strict=True))
    plain = area_m2(shapely.Polygon(corners))
    drawn = area_m2(shapely.Polygon([corners[0], on_edge, *corners[1:]]))
    assert drawn == pytest.approx(plain, rel=1e-6, abs=1)


@modestly
@given(LONS, LATS, st.floats(-0.05, 0.05), st.floats(-0.05, 0.05))
def test_offsets_are_distances(lon: float, lat: float, east: float, north: float) -> None:
    here, there = LonLat(lon=lon, lat=lat), LonLat(lon=lon + east, lat=lat + north)
    offset = offsets_m(np.array([[here.lon, here.lat]]), np.array([[there.lon, there.lat]]))[0]
    assert math.hypot(*offset) == pytest.approx(here.distance_m(there), rel=1e-4, abs=1e-3)


def test_offsets_point_east_and_north() -> None:
    origin = np.array([[107.0, 21.0], [107.0, -21.0]])
    there = np.array([[107.1, 20.9], [106.9, -20.9]])
    assert np.sign(offsets_m(origin, there)).tolist() == [[1, -1], [-1, 1]]


@pytest.mark.parametrize(
    ("start", "end", "metres"),
    [
        ((-1, 3), (1, 3), 3),  # passes by
        ((3, 4), (6, 8), 5),  # ends nearest
        ((6, 8), (3, 4), 5),
        ((-1, -1), (1, 1), 0),  # runs through
        ((3, 4), (3, 4), 5),  # is a point
        ((0, 0), (0, 0), 0),
    ],
)
def test_the_distance_to_a_segment(start, end, metres: float) -> None:
    found = to_segment_m(np.array([start], dtype=float), np.array([end], dtype=float))
    assert found.tolist() == [pytest.approx(metres)]
