"""Map keys and map tiles: one number orders all positions so that a tile is one range of it.

1. A key interleaves the web-mercator column and row, `BITS` bits each (about 0.15 m at the
   equator), x in the even bits. It is never negative and fits a signed 64-bit column.
2. Tiles are the usual z/x/y pyramid (2^z x 2^z tiles, y from the north) drawn 512 px wide, so a
   tile level z is seen at map zoom z + 1. A tile holds 8 x 8 cells of 64 px.
3. The keys of a tile are `low <= key < high`; `key >> cell_shift(z)` names the cell.
4. Web-mercator ends at about 85.05 degrees of latitude: beyond it positions count to the edge.
"""

import math
from dataclasses import dataclass
from typing import Final

from geo.point import LonLat

BITS: Final = 28
TILE_PX: Final = 512
CELLS_PER_SIDE: Final = 8
MAX_TILE_Z: Final = 20
"""The deepest tile level that is served (map zoom 21)."""
POINTS_FROM_Z: Final = 17
"""From this tile level on (map zoom 18) a tile lists single tickets."""
MAX_POINTS: Final = 300
"""More single tickets than this in a tile: cells instead."""

_SIDE = 1 << BITS
_CELL_BITS = CELLS_PER_SIDE.bit_length() - 1
_SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """West, south, east, north in degrees; does not cross the date line. Raises ValueError."""

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        good_lon = -180 <= self.west < self.east <= 180
        if not (good_lon and -90 <= self.south < self.north <= 90):
            raise ValueError(f"not a box: {self.west}, {self.south}, {self.east}, {self.north}")

    def covers(self, point: LonLat) -> bool:
        """Tell whether the point lies inside or on the edge."""
        return self.west <= point.lon <= self.east and self.south <= point.lat <= self.north

    def clamp(self, point: LonLat) -> LonLat:
        """Return the nearest position within the box (by degrees)."""
        return LonLat(
            lon=min(max(point.lon, self.west), self.east),
            lat=min(max(point.lat, self.south), self.north),
        )

    def meets(self, other: "Box") -> bool:
        """Tell whether the two boxes share at least an edge point."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )


def map_key(point: LonLat) -> int:
    """Return the key of a position, 0 <= key < 2^56."""
    column, row = _column_row(point)
    return _spread(column) | _spread(row) << 1


def point_of(key: int) -> LonLat:
    """Return the middle of the key's square. Raises ValueError."""
    if not 0 <= key < _SIDE * _SIDE:
        raise ValueError(f"not a map key: {key}")
    return point_at(_gather(key), _gather(key >> 1))


def point_at(column: float, row: float) -> LonLat:
    """Return the position of a mean column and row of keys (their squares' middles)."""
    return LonLat(lon=_lon((column + 0.5) / _SIDE), lat=_lat((row + 0.5) / _SIDE))


def between(first: int, last: int) -> LonLat:
    """Return the position half-way between those of two keys (in degrees)."""
    one, other = point_of(first), point_of(last)
    return LonLat(lon=(one.lon + other.lon) / 2, lat=(one.lat + other.lat) / 2)


def is_tile(z: int, x: int, y: int) -> bool:
    """Tell whether the tile exists and is served."""
    return 0 <= z <= MAX_TILE_Z and 0 <= x < 1 << z and 0 <= y < 1 << z


def tile_range(z: int, x: int, y: int) -> tuple[int, int]:
    """Return (low, high), the half-open range of keys of a tile. Raises ValueError."""
    _check(z, x, y)
    shift = 2 * (BITS - z)
    tile = _spread(x) | _spread(y) << 1
    return tile << shift, (tile + 1) << shift


def cell_shift(z: int) -> int:
    """Return how far to shift a key right to name its cell in tiles of level z."""
    _check(z, 0, 0)
    return 2 * (BITS - cell_level(z))


def cell_level(z: int) -> int:
    """Return how many bits an axis the cells of tiles of level z have."""
    return z + _CELL_BITS


def tile_box(z: int, x: int, y: int) -> Box:
    """Return the degrees that a tile spans. Raises ValueError."""
    _check(z, x, y)
    side = 1 << z
    return Box(
        west=_lon(x / side),
        south=_lat((y + 1) / side),
        east=_lon((x + 1) / side),
        north=_lat(y / side),
    )


def tile_of(point: LonLat, z: int) -> tuple[int, int]:
    """Return (x, y) of the tile of level z that holds the position. Raises ValueError."""
    _check(z, 0, 0)
    column, row = _column_row(point)
    return column >> (BITS - z), row >> (BITS - z)


def _check(z: int, x: int, y: int) -> None:
    if not is_tile(z, x, y):
        raise ValueError(f"no such tile: {z}/{x}/{y}")


def _column_row(point: LonLat) -> tuple[int, int]:
    fraction_x = point.lon / 360 + 0.5
    sine = math.sin(math.radians(point.lat))
    # At a pole the logarithm is infinite; the clamp below keeps the edge row.
    sine = min(max(sine, -0.9999), 0.9999)
    fraction_y = 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    return _whole(fraction_x), _whole(fraction_y)


def _whole(fraction: float) -> int:
    return min(max(math.floor(fraction * _SIDE), 0), _SIDE - 1)


def _lon(fraction: float) -> float:
    return fraction * 360 - 180


def _lat(fraction: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * fraction))))


def _spread(number: int) -> int:
    for shift, mask in _SPREAD:
        number = (number | number << shift) & mask
    return number


def _gather(number: int) -> int:
    number &= _SPREAD[-1][1]
    for shift, mask in (
        (1, 0x3333333333333333),
        (2, 0x0F0F0F0F0F0F0F0F),
        (4, 0x00FF00FF00FF00FF),
        (8, 0x0000FFFF0000FFFF),
        (16, 0x00000000FFFFFFFF),
    ):
        number = (number | number >> shift) & mask
    return number
