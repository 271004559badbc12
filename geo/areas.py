"""Units beside each other: overlaps, gaps, their union, and shapes made from points alone.

1. Sizes are square metres on the ellipsoid.
2. Nothing is repaired here: what does not fit is listed for a person to decide.
3. Approximate units divide a coarse outline by nearness to the units' points. They share their
   borders exactly and fill the outline; what they say about real borders is nothing.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.plane import Shape, area_m2
from geo.point import LonLat

LEAST_M2: Final = 1.0
"""Smaller overlaps and gaps are rounding of coordinates."""


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """Two units that both claim some ground; `first` < `second`. `at` lies in the largest part."""

    first: str
    second: str
    area_m2: float
    at: LonLat


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Ground that no unit claims. units: whom it touches, sorted. `at` lies in it."""

    units: tuple[str, ...]
    area_m2: float
    at: LonLat


def find_overlaps(units: Mapping[str, Shape], *, least_m2: float = LEAST_M2) -> list[Overlap]:
    """Return every pair of valid shapes that share ground, the largest overlap first."""
    codes, shapes = _columns(units)
    found: list[Overlap] = []
    for one, other in _touching(shapes):
        common = polygons_of(shapely.intersection(shapes[one], shapes[other]))
        size = sum(area_m2(part) for part in common)
        if size >= least_m2:
            first, second = sorted((codes[one], codes[other]))
            at = _inside_of(max(common, key=lambda part: part.area))
            found.append(Overlap(first=first, second=second, area_m2=size, at=at))
    return sorted(found, key=lambda overlap: (-overlap.area_m2, overlap.first, overlap.second))


def find_gaps(
    units: Mapping[str, Shape], frame: Shape | None = None, *, least_m2: float = LEAST_M2
) -> list[Gap]:
    """Return ground between units that none of them claims, the largest first.

    With a frame (a province): what of it no unit covers. Without: what units enclose on all sides.
    """
    codes, shapes = _columns(units)
    whole = union(units)
    if frame is not None:
        holes = polygons_of(shapely.difference(frame, whole))
    else:
        holes = [shapely.Polygon(ring) for part in whole.geoms for ring in part.interiors]
        # An island within a hole is ground that somebody claims.
        holes = [part for hole in holes for part in polygons_of(shapely.difference(hole, whole))]
    tree = shapely.STRtree(shapes)
    gaps = [
        Gap(
            units=tuple(sorted(codes[i] for i in tree.query(hole, predicate="intersects"))),
            area_m2=size,
            at=_inside_of(hole),
        )
        for hole in holes
        if (size := area_m2(hole)) >= least_m2
    ]
    return sorted(gaps, key=lambda gap: (-gap.area_m2, gap.at.lon, gap.at.lat))


def union(units: Mapping[str, Shape]) -> shapely.MultiPolygon:
    """Return the ground that any unit claims."""
    return shapely.MultiPolygon(polygons_of(shapely.union_all(list(units.values()))))


def polygons_of(geometry: shapely.Geometry) -> list[shapely.Polygon]:
    """Return the polygons in a result; lines and points where shapes only touch are left out."""
    parts = geometry.geoms if isinstance(geometry, _COLLECTIONS) else (geometry,)
    return [
        polygon
        for part in parts
        for polygon in (
            polygons_of(part)
            if isinstance(part, _COLLECTIONS)
            else [part]
            if isinstance(part, shapely.Polygon) and not part.is_empty
            else []
        )
    ]


def approximate_units(
    points: Mapping[str, LonLat], outline: Shape
) -> dict[str, shapely.MultiPolygon]:
    """Divide the outline among the points: each gets the ground that is nearest to it.

    A unit whose ground lies wholly outside the outline is left out. Raises ValueError for two
    units at one point.
    """
    codes = sorted(points)
    seeds = np.array([(points[code].lon, points[code].lat) for code in codes]).reshape(-1, 2)
    if len(np.unique(seeds, axis=0)) < len(seeds):
        raise ValueError("two units have the same point")
    if len(codes) < 2:
        return {code: shapely.MultiPolygon(polygons_of(outline)) for code in codes}
    # Nearness is judged where a degree of longitude is as short as it is there in metres.
    squeeze = (math.cos(math.radians(float(seeds[:, 1].mean()))), 1.0)
    plane = seeds * squeeze
    borders = shapely.voronoi_polygons(
        shapely.MultiPoint(plane),
        # Beyond the outline: a border that only just reached it might not cut it.
        extend_to=shapely.transform(outline.buffer(1), lambda degrees: degrees * squeeze),
        only_edges=True,
    )
    borders = shapely.transform(borders, lambda squeezed: squeezed / squeeze)
    owned: dict[str, list[shapely.Polygon]] = {code: [] for code in codes}
    for piece, inside in _pieces(outline, borders):
        distances = np.hypot(*(plane - np.array((inside.lon, inside.lat)) * squeeze).T)
        owned[codes[int(np.argmin(distances))]].append(piece)
    return {
        code: shapely.MultiPolygon(polygons_of(shapely.coverage_union_all(pieces)))
        for code, pieces in owned.items()
        if pieces
    }


def _pieces(outline: Shape, borders: shapely.Geometry) -> list[tuple[shapely.Polygon, LonLat]]:
    """Cut the outline once along all borders: neighbours then share their vertices exactly."""
    lines = shapely.union_all([borders, outline.boundary])
    pieces = polygons_of(shapely.polygonize(list(shapely.get_parts(lines))))
    inner = [(piece, _inside_of(piece)) for piece in pieces]
    shapely.prepare(outline)
    return [(piece, inside) for piece, inside in inner if outline.covers(inside.shape())]


_COLLECTIONS = (shapely.GeometryCollection, shapely.MultiPolygon)


def _columns(units: Mapping[str, Shape]) -> tuple[list[str], NDArray[np.object_]]:
    return list(units), np.array(list(units.values()), dtype=object)


def _touching(shapes: NDArray[np.object_]) -> list[tuple[int, int]]:
    rows, others = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = zip(rows.tolist(), others.tolist(), strict=True)
    return [(one, other) for one, other in pairs if one < other]


def _inside_of(polygon: shapely.Polygon) -> LonLat:
    return LonLat.from_shape(shapely.point_on_surface(polygon))
