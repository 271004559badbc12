"""GeoJSON in and out: what is loaded is checked by feature, what is drawn is small.

1. Positions are longitude, latitude in degrees (RFC 7946); a height is dropped.
2. Only polygons and multipolygons; rings are closed in the file itself.
3. Bad geometry is refused with a code and the place of the flaw, never repaired silently: a
   repaired border is another border.
4. Latitude and longitude in the wrong order are recognised and named as such.
5. For the screen, shared borders are simplified together: no gaps or overlaps arise between units.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from geo.morton import Box
from geo.plane import Shape, area_m2
from geo.point import EQUATOR_M, LonLat, is_finite

WORLD: Final = Box(west=-180, south=-90, east=180, north=90)

_WORDS: Final = {
    "not_a_feature": "is not a GeoJSON feature",
    "no_code": "has no code that is text",
    "duplicate_code": "has a code that an earlier feature has",
    "no_geometry": "has no geometry",
    "not_polygon": "is not a Polygon or MultiPolygon",
    "malformed": "has coordinates that are not lists of numbers",
    "empty": "has no ring",
    "not_finite": "has a coordinate that is not a finite number",
    "too_short": "has a ring of fewer than four positions",
    "not_closed": "has a ring that does not end where it began",
    "swapped": "has latitude and longitude in the wrong order",
    "out_of_range": "is not in degrees of longitude and latitude",
    "elsewhere": "lies outside the bounds of the city",
}
_REASON = re.compile(r"(?P<what>[^\[]+)\[(?P<x>\S+) (?P<y>\S+?)\]")


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """Why a feature is refused. code: a key of the list above, or GEOS's reason in snake_case."""

    code: str
    at: LonLat | None = None

    def __str__(self) -> str:
        """Return an English half sentence that follows "The feature"."""
        words = _WORDS.get(self.code) or f"is invalid: {self.code.replace('_', ' ')}"
        return words if self.at is None else f"{words} at {self.at.lon:.6f}, {self.at.lat:.6f}"


@dataclass(frozen=True, kw_only=True)
class Feature:
    """A feature that may be loaded. `number` counts from 1."""

    number: int
    code: str
    properties: Mapping[str, Any]
    shape: shapely.MultiPolygon


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A feature that may not be loaded; `code` is empty when it has none."""

    number: int
    code: str
    flaw: Flaw


def check_features(
    features: Sequence[object], *, code_property: str = "code", within: Box = WORLD
) -> tuple[tuple[Feature, ...], tuple[Refused, ...]]:
    """Return the good features and the refused ones, each in the order of the file.

    A feature's code is its property, else its id; text only (`"06652"`). `within`: the bounds that
    each shape must meet.
    """
    good: dict[str, Feature] = {}
    refused: list[Refused] = []
    for number, feature in enumerate(features, start=1):
        code, flaw = _code(feature, code_property, good)
        shape = flaw or check_geometry(_geometry(feature), within=within)
        if isinstance(shape, Flaw):
            refused.append(Refused(number=number, code=code, flaw=shape))
        elif isinstance(feature, Mapping):
            properties = feature.get("properties") or {}
            good[code] = Feature(number=number, code=code, properties=properties, shape=shape)
    return tuple(good.values()), tuple(refused)


def check_geometry(geometry: object, *, within: Box = WORLD) -> shapely.MultiPolygon | Flaw:
    """Return the shape of a parsed GeoJSON geometry, or what is wrong with it."""
    if not isinstance(geometry, Mapping):
        return Flaw(code="no_geometry")
    kind, nested = geometry.get("type"), geometry.get("coordinates")
    if kind not in {"Polygon", "MultiPolygon"}:
        return Flaw(code="not_polygon")
    if not isinstance(nested, list):
        return Flaw(code="malformed")
    polygons = [nested] if kind == "Polygon" else nested
    flaw = _ring_flaw(polygons)
    if flaw:
        return flaw
    shape = shapely.MultiPolygon(
        [(_flat(rings[0]), [_flat(hole) for hole in rings[1:]]) for rings in polygons]
    )
    return _range_flaw(shape, within) or _validity_flaw(shape) or shape


def simplified(
    units: Mapping[str, Shape], *, tolerance_m: float, smallest_m2: float = 0.0
) -> dict[str, Shape]:
    """Simplify the shapes of neighbouring units together, for drawing only.

    `tolerance_m`: about how far a border may move. Parts under `smallest_m2` are left out (islets),
    but each unit keeps its largest part. Shapes that share a border should match vertex by vertex.
    """
    if not units:
        return {}
    kept = [_without_islets(shape, smallest_m2) for shape in units.values()]
    degrees = tolerance_m / (EQUATOR_M * math.pi / 180)
    shapes = shapely.coverage_simplify(np.array(kept, dtype=object), degrees)
    return dict(zip(units, shapes.tolist(), strict=True))


def feature_collection(
    units: Mapping[str, Shape], properties: Mapping[str, Mapping[str, Any]], *, digits: int = 4
) -> dict[str, Any]:
    """Return GeoJSON for the screen, coordinates rounded to `digits` decimals of a degree.

    Each feature has its `properties`, `code`, and `label`: a position (lon, lat) well inside its
    largest part, with `room`, the degrees of longitude that a name has there.
    """
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": code, **properties.get(code, {}), **_label(shape, digits)},
                "geometry": {"type": "MultiPolygon", "coordinates": _rounded(shape, digits)},
            }
            for code, shape in units.items()
        ],
    }


def _code(
    feature: object, code_property: str, known: Mapping[str, Feature]
) -> tuple[str, Flaw | None]:
    if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
        return "", Flaw(code="not_a_feature")
    properties = feature.get("properties") or {}
    if not isinstance(properties, Mapping):
        return "", Flaw(code="not_a_feature")
    code = properties.get(code_property, feature.get("id"))
    if not isinstance(code, str) or not code.strip():
        return "", Flaw(code="no_code")
    return code, Flaw(code="duplicate_code") if code in known else None


def _geometry(feature: object) -> object:
    return feature.get("geometry") if isinstance(feature, Mapping) else None


def _ring_flaw(polygons: list[Any]) -> Flaw | None:
    if not polygons:
        return Flaw(code="empty")
    for rings in polygons:
        if not isinstance(rings, list):
            return Flaw(code="malformed")
        if not rings:
            return Flaw(code="empty")
        for ring in rings:
            flaw = _positions_flaw(ring)
            if flaw:
                return flaw
    return None


def _positions_flaw(ring: object) -> Flaw | None:
    if not isinstance(ring, list) or not all(_is_position(position) for position in ring):
        return Flaw(code="malformed")
    if not all(is_finite(number) for position in ring for number in position[:2]):
        return Flaw(code="not_finite")
    if len(ring) < 4:
        return Flaw(code="too_short")
    return None if ring[0][:2] == ring[-1][:2] else Flaw(code="not_closed", at=_at(*ring[0][:2]))


def _is_position(position: object) -> bool:
    return (
        isinstance(position, list)
        and len(position) >= 2
        and all(isinstance(n, int | float) and not isinstance(n, bool) for n in position)
    )


def _range_flaw(shape: shapely.MultiPolygon, within: Box) -> Flaw | None:
    west, south, east, north = shape.bounds
    if _meets(within, west, south, east, north):
        return None
    if _meets(within, south, west, north, east):
        return Flaw(code="swapped")
    inside = _inside(west, south, east, north)
    return Flaw(code="elsewhere" if inside else "out_of_range")


def _inside(west: float, south: float, east: float, north: float) -> bool:
    return west >= -180 and east <= 180 and south >= -90 and north <= 90


def _meets(box: Box, west: float, south: float, east: float, north: float) -> bool:
    overlap = west <= box.east and box.west <= east and south <= box.north and box.south <= north
    return overlap and _inside(west, south, east, north)


def _validity_flaw(shape: shapely.MultiPolygon) -> Flaw | None:
    if shape.is_valid:
        return None
    reason = str(shapely.is_valid_reason(shape))
    found = _REASON.fullmatch(reason)
    what = found["what"] if found else reason
    at = _at(float(found["x"]), float(found["y"])) if found else None
    return Flaw(code=re.sub(r"[^a-z]+", "_", what.strip().lower()), at=at)


def _at(lon: float, lat: float) -> LonLat | None:
    return LonLat(lon=lon, lat=lat) if _inside(lon, lat, lon, lat) else None


def _flat(ring: list[Any]) -> list[tuple[float, float]]:
    return [(float(position[0]), float(position[1])) for position in ring]


def _parts(shape: Shape) -> list[shapely.Polygon]:
    return list(shape.geoms) if isinstance(shape, shapely.MultiPolygon) else [shape]


def _without_islets(shape: Shape, smallest_m2: float) -> Shape:
    sized = sorted(((area_m2(part), n, part) for n, part in enumerate(_parts(shape))), reverse=True)
    kept = [part for area, _, part in sized[1:] if area >= smallest_m2]
    return shapely.MultiPolygon([sized[0][2], *kept])


def _label(shape: Shape, digits: int) -> dict[str, Any]:
    largest = max(_parts(shape), key=lambda part: part.area)
    west, south, east, north = largest.bounds
    middle = shapely.maximum_inscribed_circle(
        largest, tolerance=max(east - west, north - south) / 50
    )
    centre = shapely.get_coordinates(middle)[0].tolist()
    return {
        "label": [round(number, digits) for number in centre],
        "room": round(shapely.length(middle) * 2, digits),
    }


def _rounded(shape: Shape, digits: int) -> list[list[list[list[float]]]]:
    return [
        [
            np.round(shapely.get_coordinates(ring), digits).tolist()
            for ring in (part.exterior, *part.interiors)
        ]
        for part in _parts(shape)
    ]
