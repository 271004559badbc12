"""Map keys: each tile is one range of keys, and the tiles of a level partition the world."""

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo.morton import (
    BITS,
    CELLS_PER_SIDE,
    MAX_TILE_Z,
    POINTS_FROM_Z,
    Box,
    cell_shift,
    is_tile,
    map_key,
    point_of,
    tile_box,
    tile_of,
    tile_range,
)
from geo.point import LonLat

EDGE = 85.0511287798066  # where web-mercator ends
ALL_KEYS = 1 << 2 * BITS
POINTS = st.builds(LonLat, lon=st.floats(-180, 179.99999), lat=st.floats(-85, 85))
LEVELS = st.integers(0, MAX_TILE_Z)
modestly = settings(deadline=None, max_examples=80)


@st.composite
def tiles(draw: st.DrawFn) -> tuple[int, int, int]:
    z = draw(LEVELS)
    number = st.integers(0, (1 << z) - 1)
    return z, draw(number), draw(number)


def interleaved(column: int, row: int) -> int:
    """The definition, bit by bit."""
    return sum(
        (column >> bit & 1) << 2 * bit | (row >> bit & 1) << 2 * bit + 1 for bit in range(BITS)
    )


def usual_position(point: LonLat, z: int) -> tuple[float, float]:
    """The formula of the OpenStreetMap wiki, not yet rounded down to the tile."""
    lat = math.radians(point.lat)
    y = (1 - math.asinh(math.tan(lat)) / math.pi) / 2
    return (point.lon + 180) / 360 * 2**z, y * 2**z


@modestly
@given(POINTS)
def test_a_key_interleaves_column_and_row(point: LonLat) -> None:
    column, row = tile_of(point, MAX_TILE_Z)
    assert map_key(point) >> 2 * (BITS - MAX_TILE_Z) == interleaved(column, row)


@modestly
@given(st.integers(0, ALL_KEYS - 1))
def test_the_middle_of_a_keys_square_has_that_key(key: int) -> None:
    assert map_key(point_of(key)) == key


@modestly
@given(POINTS)
def test_a_key_says_the_place_to_a_hand(point: LonLat) -> None:
    assert point_of(map_key(point)).distance_m(point) < 0.15


@pytest.mark.parametrize("key", [-1, ALL_KEYS, 1 << 62])
def test_no_key(key: int) -> None:
    with pytest.raises(ValueError, match="not a map key"):
        point_of(key)


@pytest.mark.parametrize("lat", [90, 89, EDGE, -EDGE, -89.9, -90])
@pytest.mark.parametrize("lon", [-180, 0, 180])
def test_the_ends_of_the_world_count_to_the_edge(lon: float, lat: float) -> None:
    key = map_key(LonLat(lon=lon, lat=lat))
    assert 0 <= key < ALL_KEYS < 1 << 63
    x, y = tile_of(LonLat(lon=lon, lat=lat), 3)
    assert x == {-180: 0, 0: 4, 180: 7}[lon]
    assert y == (0 if lat > 0 else 7)


@modestly
@given(POINTS, LEVELS)
def test_tiles_are_the_usual_ones(point: LonLat, z: int) -> None:
    for number, position in zip(tile_of(point, z), usual_position(point, z), strict=True):
        assert number - 1e-6 <= position <= number + 1 + 1e-6  # on an edge either will do


@modestly
@given(POINTS, LEVELS)
def test_a_position_lies_in_exactly_the_tile_that_holds_its_key(point: LonLat, z: int) -> None:
    x, y = tile_of(point, z)
    low, high = tile_range(z, x, y)
    assert low <= map_key(point) < high
    box = tile_box(z, x, y)
    slack = 1e-9
    assert box.west - slack <= point.lon <= box.east + slack
    assert box.south - slack <= point.lat <= box.north + slack


@pytest.mark.parametrize("z", range(5))
def test_the_tiles_of_a_level_partition_the_keys(z: int) -> None:
    ranges = sorted(tile_range(z, x, y) for x in range(1 << z) for y in range(1 << z))
    assert ranges[0][0] == 0
    assert ranges[-1][1] == ALL_KEYS
    assert all(one[1] == other[0] for one, other in pairwise(ranges))


@modestly
@given(tiles())
def test_a_tile_is_its_four_children(tile: tuple[int, int, int]) -> None:
    z, x, y = tile
    assume(z < MAX_TILE_Z)
    children = sorted(tile_range(z + 1, 2 * x + dx, 2 * y + dy) for dx in (0, 1) for dy in (0, 1))
    low, high = tile_range(z, x, y)
    assert [children[0][0], children[-1][1]] == [low, high]
    assert all(one[1] == other[0] for one, other in pairwise(children))


@modestly
@given(tiles())
def test_a_tile_has_sixty_four_cells(tile: tuple[int, int, int]) -> None:
    z, x, y = tile
    low, high = tile_range(z, x, y)
    shift = cell_shift(z)
    assert shift >= 0
    assert (high - low) >> shift == CELLS_PER_SIDE**2
    assert low % (1 << shift) == 0


@modestly
@given(tiles(), POINTS)
def test_a_cell_is_a_tile_three_levels_deeper(tile: tuple[int, int, int], point: LonLat) -> None:
    z = tile[0]
    assume(z + 3 <= MAX_TILE_Z)
    low, high = tile_range(z + 3, *tile_of(point, z + 3))
    assert map_key(point) >> cell_shift(z) == low >> cell_shift(z) == (high - 1) >> cell_shift(z)


@modestly
@given(tiles())
def test_neighbours_share_their_edge(tile: tuple[int, int, int]) -> None:
    z, x, y = tile
    box = tile_box(z, x, y)
    if is_tile(z, x + 1, y):
        assert tile_box(z, x + 1, y).west == box.east
    if is_tile(z, x, y + 1):
        assert tile_box(z, x, y + 1).north == box.south


def test_the_one_tile_of_level_zero_is_the_world() -> None:
    box = tile_box(0, 0, 0)
    assert (box.west, box.east) == (-180, 180)
    assert (box.south, box.north) == (pytest.approx(-EDGE), pytest.approx(EDGE))


def test_levels_that_are_used_exist() -> None:
    assert 0 < POINTS_FROM_Z <= MAX_TILE_Z
    assert cell_shift(MAX_TILE_Z) >= 0


@pytest.mark.parametrize(
    "tile", [(-1, 0, 0), (MAX_TILE_Z + 1, 0, 0), (0, 1, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0), (3, 0, -1)]
)  # fmt: skip
def test_no_tile(tile: tuple[int, int, int]) -> None:
    assert not is_tile(*tile)
    for question in (tile_range, tile_box):
        with pytest.raises(ValueError, match="no such tile"):
            question(*tile)


@pytest.mark.parametrize("z", [-1, MAX_TILE_Z + 1])
def test_no_level(z: int) -> None:
    with pytest.raises(ValueError, match="no such tile"):
        cell_shift(z)
    with pytest.raises(ValueError, match="no such tile"):
        tile_of(LonLat(lon=0, lat=0), z)


# Boxes

BOX = Box(west=106, south=20, east=108, north=22)


@pytest.mark.parametrize(
    "wrong",
    [
        {"west": 108},
        {"west": 109},
        {"south": 22},
        {"east": 181},
        {"north": 91},
        {"west": -181},
        {"south": -91},
        {"west": math.nan},
    ],
)
def test_no_box(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="not a box"):
        Box(**({"west": 106, "south": 20, "east": 108, "north": 22} | wrong))


def test_a_box_covers_its_edge() -> None:
    assert BOX.covers(LonLat(lon=106, lat=22))
    assert BOX.covers(LonLat(lon=107, lat=21))
    assert not BOX.covers(LonLat(lon=105.999999, lat=21))
    assert not BOX.covers(LonLat(lon=107, lat=22.000001))


@modestly
@given(POINTS)
def test_clamping_leads_inside_and_leaves_what_is_inside(point: LonLat) -> None:
    assert BOX.covers(BOX.clamp(point))
    assert (BOX.clamp(point) == point) == BOX.covers(point)


def test_boxes_meet_even_at_a_corner() -> None:
    assert BOX.meets(Box(west=108, south=22, east=109, north=23))
    assert BOX.meets(Box(west=0, south=0, east=180, north=90))
    for far in (
        Box(west=108.1, south=20, east=109, north=22),
        Box(west=106, south=22.1, east=108, north=23),
    ):
        assert not BOX.meets(far)
        assert not far.meets(BOX)
