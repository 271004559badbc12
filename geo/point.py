"""The one type of a position.

1. A position is always a `LonLat`, made with keywords: nobody swaps two numbers by accident.
2. A `LonLat` that exists is valid: WGS 84 degrees, finite, in range, never a boolean.
3. Distances are metres on the ellipsoid, never degrees.
4. Text is read in the two spellings that people type (`20.951`, `20,951`), nothing cleverer:
   no exponents, no degree signs, no digits of other scripts.
"""

import math
import re
from dataclasses import dataclass
from typing import Final, Self

import shapely
from geoalchemy2 import WKBElement
from geoalchemy2.shape import from_shape, to_shape

SRID: Final = 4326
EQUATOR_M: Final = 6_378_137.0
FLATTENING: Final = 1 / 298.257223563

_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(?:[.,][0-9]{1,17})?")


class InvalidPoint(ValueError):  # noqa: N818 - says what it is
    """A position that does not exist.

    code: not_a_number, not_finite, lat_range, lon_range or not_a_point. field: lat, lon or "".
    """

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(f"{code} ({field})" if field else code)
        self.code = code
        self.field = field


@dataclass(frozen=True, kw_only=True, slots=True)
class LonLat:
    """A position in WGS 84 degrees. Raises `InvalidPoint`."""

    lon: float
    lat: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "lon", _degrees(self.lon, "lon", 180))
        object.__setattr__(self, "lat", _degrees(self.lat, "lat", 90))

    @classmethod
    def parse(cls, *, lon: str, lat: str) -> Self:
        """Read typed numbers; a comma may stand for the decimal point. Raises `InvalidPoint`."""
        return cls(lon=_typed(lon, "lon"), lat=_typed(lat, "lat"))

    @classmethod
    def from_shape(cls, shape: shapely.Geometry) -> Self:
        """Take the position of a shapely point (x is the longitude). Raises `InvalidPoint`."""
        if not isinstance(shape, shapely.Point) or shape.is_empty:
            raise InvalidPoint("not_a_point")
        return cls(lon=shape.x, lat=shape.y)

    @classmethod
    def from_wkb(cls, wkb: bytes | WKBElement) -> Self:
        """Read WKB or EWKB, or a database value. Raises `InvalidPoint`."""
        if isinstance(wkb, WKBElement):
            return cls.from_shape(to_shape(wkb))
        try:
            return cls.from_shape(shapely.from_wkb(wkb))
        except shapely.GEOSException as error:
            raise InvalidPoint("not_a_point") from error

    def shape(self) -> shapely.Point:
        """Return a shapely point, x = longitude."""
        return shapely.Point(self.lon, self.lat)

    def wkb(self) -> bytes:
        """Return little-endian EWKB with the SRID."""
        return shapely.to_wkb(shapely.set_srid(self.shape(), SRID), include_srid=True, byte_order=1)

    def ewkt(self) -> str:
        """Return EWKT, exact to the last bit."""
        return f"SRID={SRID};POINT({self.lon!r} {self.lat!r})"

    def element(self) -> WKBElement:
        """Return a value for a PostGIS column."""
        return from_shape(self.shape(), srid=SRID, extended=True)

    def distance_m(self, other: "LonLat") -> float:
        """Return the metres between two positions.

        Andoyer and Lambert's first-order formula for the ellipsoid (as in Meeus, Astronomical
        Algorithms, chapter 11): metres exact to about 1 in 100,000; near the antipode, where it
        does not hold, half a mean circumference.
        """
        mean = math.radians(self.lat + other.lat) / 2
        half_lat = math.radians(self.lat - other.lat) / 2
        half_lon = math.radians(self.lon - other.lon) / 2
        lat_sin2, mean_sin2, lon_sin2 = (math.sin(v) ** 2 for v in (half_lat, mean, half_lon))
        lat_cos2, mean_cos2, lon_cos2 = 1 - lat_sin2, 1 - mean_sin2, 1 - lon_sin2
        near = lat_sin2 * lon_cos2 + mean_cos2 * lon_sin2
        far = lat_cos2 * lon_cos2 + mean_sin2 * lon_sin2
        if near < 1e-30:  # closer than an atom; the formula would divide nothing by nothing
            return 0.0
        if far < 1e-6:
            return math.pi * EQUATOR_M * (1 - FLATTENING / 3)
        angle = math.atan2(math.sqrt(near), math.sqrt(far))
        ratio = 3 * math.sqrt(near * far) / angle
        bulge = (ratio - 1) / (2 * far) * mean_sin2 * lat_cos2
        bulge -= (ratio + 1) / (2 * near) * mean_cos2 * lat_sin2
        return 2 * angle * EQUATOR_M * (1 + FLATTENING * bulge)


def _degrees(value: float, field: str, limit: int) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidPoint("not_a_number", field)
    if not is_finite(value):
        raise InvalidPoint("not_finite", field)
    if abs(value) > limit:
        raise InvalidPoint(f"{field}_range", field)
    return float(value) + 0.0  # no negative zero: equal positions look equal


def is_finite(number: float) -> bool:
    """Tell whether a number is one that a float can hold (JSON knows longer integers)."""
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


def _typed(text: str, field: str) -> float:
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped):
        raise InvalidPoint("not_a_number", field)
    return float(stripped.replace(",", "."))
