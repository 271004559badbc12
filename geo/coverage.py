"""Which areas cover a point, and which unit is nearest: in memory, for imports and previews.

1. A point on a border belongs to every area that touches it; areas are named smallest first,
   then by code, so that ties end the same way everywhere.
2. The unit that a point counts to is the first covering unit.
3. Distances are metres on the ellipsoid, from the point to the nearest edge; never degrees.
4. Points are looked up in bulk: boxes from one tree, then prepared polygons, then plain arithmetic.
5. Shapes are taken as they are; `geo.areas` decides what may be loaded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.plane import Floats, Shape, area_m2, offsets_m, to_segment_m
from geo.point import LonLat

_CHUNK: Final = 32
"""Edges of a border that one box of the tree holds."""
_BATCH: Final = 1024
_DEGREE_M: Final = 110_500.0
"""A little less than the shortest degree of latitude: a search box errs on the wide side."""


@dataclass(frozen=True, kw_only=True)
class Covering:
    """An area that covers a point."""

    code: str
    kind: str
    area_m2: float


@dataclass(frozen=True, kw_only=True)
class Near:
    """A unit and how far its nearest edge is; 0 where it covers the point."""

    code: str
    metres: float


@dataclass(frozen=True, kw_only=True)
class Located:
    """What is known of a point. covering: smallest first. nearest: within the asked limit."""

    covering: tuple[Covering, ...]
    nearest: Near | None

    def of_kind(self, kind: str) -> Covering | None:
        """Return the smallest covering area of a kind."""
        return next((area for area in self.covering if area.kind == kind), None)


class Coverage:
    """Named polygons to look points up in.

    areas: (code, kind, Polygon or MultiPolygon in degrees). `unit_kind` is the kind to which
    distances are measured. Raises ValueError for a code given twice or an empty shape.
    """

    def __init__(self, areas: Iterable[tuple[str, str, Shape]], *, unit_kind: str = "unit") -> None:
        triples = list(areas)
        codes = [code for code, _, _ in triples]
        if len(set(codes)) != len(codes):
            raise ValueError("an area code is given twice")
        if any(shape.is_empty for _, _, shape in triples):
            raise ValueError("an area has an empty shape")
        named = [
            (Covering(code=code, kind=kind, area_m2=area_m2(shape)), shape)
            for code, kind, shape in triples
        ]
        named.sort(key=lambda pair: (pair[0].area_m2, pair[0].code))
        self._areas = [area for area, _ in named]
        self._shapes = np.array([shape for _, shape in named], dtype=object)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)
        self._is_unit = np.array([area.kind == unit_kind for area in self._areas], dtype=bool)
        self._edges, self._edges_of = self._borders()
        self._edge_tree = shapely.STRtree(self._edges)

    def locate(self, points: Sequence[LonLat], *, limit_m: float) -> list[Located]:
        """Look up all points; the result has their order. Nearest unit: up to `limit_m` away."""
        covering = self._covering(points)
        outside = [i for i, found in enumerate(covering) if self._own(found) is None]
        near = dict(zip(outside, self._nearest([points[i] for i in outside], limit_m), strict=True))
        return [
            Located(
                covering=tuple(self._areas[area] for area in found), nearest=near.get(i, inside)
            )
            for i, found in enumerate(covering)
            for inside in [self._inside(found)]
        ]

    def border_distance_m(self, points: Sequence[LonLat], *, limit_m: float) -> list[Near | None]:
        """Return for each point the nearest unit other than the one that it counts to.

        A point on a shared border is 0 m from the other unit. None: there is none within `limit_m`.
        """
        own = [self._own(found) for found in self._covering(points)]
        return self._nearest(points, limit_m, apart_from=own)

    def _covering(self, points: Sequence[LonLat]) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in points]
        if not points:
            return found
        shapes = _points(_coordinates(points))
        rows, areas = self._tree.query(shapes)
        inside = shapely.covers(self._shapes[areas], shapes[rows])
        # Areas are stored smallest first, so the sort by number is the order of rule 1.
        for row, area in sorted(zip(rows[inside].tolist(), areas[inside].tolist(), strict=True)):
            found[row].append(area)
        return found

    def _own(self, found: list[int]) -> int | None:
        return next((area for area in found if self._is_unit[area]), None)

    def _inside(self, found: list[int]) -> Near | None:
        own = self._own(found)
        return None if own is None else Near(code=self._areas[own].code, metres=0.0)

    def _borders(self) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
        lines: list[Floats] = []
        owners: list[int] = []
        for area in np.flatnonzero(self._is_unit).tolist():
            for line in _rings(self._shapes[area]):
                ring = shapely.get_coordinates(line)
                starts = range(0, len(ring) - 1, _CHUNK)
                lines += [ring[start : start + _CHUNK + 1] for start in starts]
                owners += [area] * len(starts)
        edges = np.array([shapely.linestrings(line) for line in lines], dtype=object)
        return edges, np.array(owners, dtype=np.int64)

    def _nearest(
        self,
        points: Sequence[LonLat],
        limit_m: float,
        apart_from: Sequence[int | None] | None = None,
    ) -> list[Near | None]:
        """Take the points in batches: what is measured at once must fit the memory."""
        best: list[Near | None] = []
        for first in range(0, len(points) if len(self._edges) else 0, _BATCH):
            part = slice(first, first + _BATCH)
            best += self._nearest_of(
                points[part], limit_m, None if apart_from is None else apart_from[part]
            )
        return best or [None] * len(points)

    def _nearest_of(
        self, points: Sequence[LonLat], limit_m: float, apart_from: Sequence[int | None] | None
    ) -> list[Near | None]:
        """Measure every edge that may lie within the limit; ties go to the lower code."""
        best: list[Near | None] = [None] * len(points)
        origins = _coordinates(points)
        if apart_from is None:
            rows, edges = self._within(origins, self._bound(origins, limit_m))
        else:
            rows, edges = self._within(origins, np.full(len(points), limit_m))
            own = np.array([-1 if area is None else area for area in apart_from])
            others = self._edges_of[edges] != own[rows]
            rows, edges = rows[others], edges[others]
        metres = self._measure(origins[rows], edges)
        for row, edge, distance in zip(rows.tolist(), edges.tolist(), metres.tolist(), strict=True):
            near = Near(code=self._areas[self._edges_of[edge]].code, metres=distance)
            known = best[row]
            if distance <= limit_m and (
                known is None or (near.metres, near.code) < (known.metres, known.code)
            ):
                best[row] = near
        return best

    def _bound(self, origins: Floats, limit_m: float) -> Floats:
        """Return how far to look: the distance of an edge that is near by degrees."""
        rows, edges = self._edge_tree.query_nearest(_points(origins), all_matches=False)
        bound: Floats = np.full(len(origins), limit_m)
        bound[rows] = np.minimum(self._measure(origins[rows], edges) * 1.001 + 0.01, limit_m)
        return bound

    def _within(
        self, origins: Floats, reach_m: Floats
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return pairs of point and edge: all within reach, and some more."""
        lat = reach_m / _DEGREE_M
        farthest = np.minimum(np.abs(origins[:, 1]) + lat, 89.9)
        lon = lat / np.cos(np.radians(farthest)) * 1.01
        reach = np.column_stack((lon, lat))
        boxes = shapely.box(*(origins - reach).T, *(origins + reach).T)
        rows, edges = self._edge_tree.query(boxes)
        return rows, edges

    def _measure(self, origins: Floats, edges: NDArray[np.int64]) -> Floats:
        """Return the metres from each origin to the chunk of border at the same index."""
        if not len(edges):
            return np.empty(0)
        vertices, pair = shapely.get_coordinates(self._edges[edges], return_index=True)
        offsets = offsets_m(origins[pair], vertices)
        joined = pair[1:] == pair[:-1]
        distances = to_segment_m(offsets[:-1][joined], offsets[1:][joined])
        _, first = np.unique(pair[1:][joined], return_index=True)
        smallest: Floats = np.minimum.reduceat(distances, first)
        return smallest


def _coordinates(points: Sequence[LonLat]) -> Floats:
    return np.array([(point.lon, point.lat) for point in points], dtype=np.float64).reshape(-1, 2)


def _points(coordinates: Floats) -> NDArray[np.object_]:
    return np.array(shapely.points(coordinates), dtype=object)


def _rings(shape: Shape) -> list[shapely.LinearRing]:
    polygons = shape.geoms if isinstance(shape, shapely.MultiPolygon) else (shape,)
    return [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
