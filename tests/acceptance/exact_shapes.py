"""An oracle for places: every edge of every shape, in whole numbers. It shares no code with ours.

1. A position is two whole numbers, in 1/100,000,000 degree (1 mm). The files have six decimals, so
   shapes are exact, and a point is inside or not by 64-bit integers alone: nothing is rounded, no
   library of geometry is asked, no index, no piece of a shape.
2. On a border means within one such unit of an edge. There either side is right.
3. Distances are measured to all edges, in a plane at the middle latitude of point and edge.
4. The order of the house: unit, neighbour, within the shore limit of a unit, water, outside.
"""

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

GRID = 100_000_000
EQUATOR_M, ECCENTRICITY2 = 6_378_137.0, 0.006_694_379_990_14
SHORE_M = 500.0
LONGEST_EDGE = GRID // 40  # of a unit, in degrees of the grid: 2.8 km; checked when shapes are read
# What two ways of measuring may differ by: metres near the shore limit, part of a long distance.
SAME_M = 0.02

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
Point = tuple[int, int]  # lon, lat


def read(path: Path) -> list[dict[str, Any]]:
    """Return the features of a GeoJSON file."""
    raw = path.read_bytes()
    return json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)["features"]


def rings(feature: dict[str, Any]) -> list[Numbers]:
    """Return the rings of a feature in whole units."""
    shape = feature["geometry"]
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    found = [np.array(ring, dtype=np.float64)[:, :2] for polygon in polygons for ring in polygon]
    return [np.rint(ring * GRID).astype(np.int64) for ring in found]


class Shapes:
    """Some areas as one long list of edges; `codes[owner[i]]` has edge i."""

    def __init__(self, areas: dict[str, list[Numbers]]) -> None:
        self.codes = sorted(areas)
        parts = [(n, ring) for n, code in enumerate(self.codes) for ring in areas[code]]
        self.start = np.concatenate([ring[:-1] for _n, ring in parts])
        self.end = np.concatenate([ring[1:] for _n, ring in parts])
        self.owner = np.concatenate([np.full(len(ring) - 1, n) for n, ring in parts])
        low, high = np.minimum(self.start, self.end), np.maximum(self.start, self.end)
        (self.west, self.south), (self.east, self.north) = low.T.copy(), high.T.copy()
        self.from_x, self.from_y = self.start.T.astype(np.float64)
        self.longest = float(np.hypot(*(high - low).T).max())
        self.bounds = (self.west.min(), self.south.min(), self.east.max(), self.north.max())

    def cover(self, point: Point) -> tuple[set[str], set[str]]:
        """Return the codes that have the point inside, and those that have it on their border."""
        x, y = point
        west, south, east, north = self.bounds
        if not (west - 1 <= x <= east + 1 and south - 1 <= y <= north + 1):
            return set(), set()  # farther away the products would not fit into 64 bits
        level = np.flatnonzero((self.south - 1 <= y) & (y <= self.north + 1))
        start, end = self.start[level], self.end[level]
        side = self._side(level, x, y)
        rises = end[:, 1] > start[:, 1]
        right = ((start[:, 1] <= y) != (end[:, 1] <= y)) & ((side > 0) == rises)
        counts = np.bincount(self.owner[level[right]], minlength=len(self.codes))
        inside = {self.codes[n] for n in np.flatnonzero(counts % 2)}
        beside = (self.west[level] - 1 <= x) & (x <= self.east[level] + 1)
        on = beside & (np.abs(side) <= np.hypot(*(end - start).T.astype(np.float64)))
        border = {self.codes[n] for n in self.owner[level[on]].tolist()}
        return inside - border, border

    def _side(self, edges: Numbers, x: int, y: int) -> Numbers:
        """Return on which side of its line each edge has the point, exactly (0: on it)."""
        start, end = self.start[edges], self.end[edges]
        along, off = end - start, np.array((x, y)) - start
        return along[:, 0] * off[:, 1] - along[:, 1] * off[:, 0]

    def nearest(self, point: Point) -> tuple[str, float, Point]:
        """Return the nearest area, the metres to it, and the place on its border."""
        edges, metres, where = self._measured(point)
        first = int(metres.argmin())
        lon, lat = where[first].tolist()
        return self.codes[self.owner[edges[first]]], float(metres[first]), (round(lon), round(lat))

    def near(self, point: Point, more_m: float) -> tuple[set[str], float]:
        """Return the areas that are as near as the nearest, within `more_m`, and its metres."""
        edges, metres, _where = self._measured(point)
        least = float(metres.min())
        owners = set(self.owner[edges[metres <= least + more_m]].tolist())
        return {self.codes[n] for n in owners}, least

    def _measured(self, point: Point) -> tuple[Numbers, Floats, Floats]:
        """Measure the edges that begin about as near as the nearest beginning: one is nearest."""
        origin = np.array(point, dtype=np.float64)
        squash = np.cos(np.radians(origin[1] / GRID))
        begin = ((self.from_x - origin[0]) * squash) ** 2 + (self.from_y - origin[1]) ** 2
        edges = np.flatnonzero(begin <= (begin.min() ** 0.5 * 1.05 + LONGEST_EDGE) ** 2)
        start, end = self.start[edges] - origin, self.end[edges] - origin
        middle = np.radians((start[:, 1] / 2 + origin[1]) / GRID)
        flat = 1 - ECCENTRICITY2 * np.sin(middle) ** 2
        east = np.radians(1 / GRID) * EQUATOR_M / np.sqrt(flat) * np.cos(middle)
        north = np.radians(1 / GRID) * EQUATOR_M * (1 - ECCENTRICITY2) / flat**1.5
        scale = np.column_stack((east, north))
        a, b = start * scale, end * scale
        along = b - a
        length2 = np.maximum((along**2).sum(axis=1), 1e-12)
        share = np.clip(-(a * along).sum(axis=1) / length2, 0, 1)[:, None]
        closest = a + share * along
        return edges, np.hypot(closest[:, 0], closest[:, 1]), start + share * (end - start) + origin


@dataclass(frozen=True)
class Right:
    """All right answers to a point: (outcome, area) pairs, and the metres to the nearest unit."""

    answers: frozenset[tuple[str, str]]
    nearest_m: float | None
    nearest: frozenset[str] = frozenset()


class Province:
    """Units, and the pack's coarse neighbours and waters."""

    def __init__(self, units: Iterable[dict[str, Any]], coarse: Iterable[dict[str, Any]]) -> None:
        wards = {f["properties"]["code"]: rings(f) for f in units}
        self.units = Shapes({code: shape for code, shape in wards.items() if code != "22"})
        assert self.units.longest <= LONGEST_EDGE
        drawn = [(f["properties"]["kind"], f["properties"]["code"], rings(f)) for f in coarse]
        self.neighbours = Shapes({code: r for kind, code, r in drawn if kind == "neighbour"})
        self.waters = Shapes({code: r for kind, code, r in drawn if kind == "water"})

    def right(self, point: Point) -> Right:
        """Return every answer that may be given to a point."""
        inside, border = self.units.cover(point)
        if inside or len(border) > 1:
            return Right(frozenset(("inside", code) for code in inside | border), None)
        nearest, metres = self.units.near(point, SAME_M)
        beyond = {("inside", code) for code in border} | self._beyond(point, nearest, metres)
        return Right(frozenset(beyond), metres, frozenset(nearest))

    def _beyond(self, point: Point, nearest: set[str], metres: float) -> set[tuple[str, str]]:
        foreign, edge = self.neighbours.cover(point)
        found = {("neighbour", code) for code in foreign | edge}
        if foreign or len(edge) > 1:
            return found
        if metres <= SHORE_M + SAME_M:
            found |= {("near", code) for code in nearest}
        if metres < SHORE_M - SAME_M:
            return found
        water, edge = self.waters.cover(point)
        found |= {("water", code) for code in water | edge}
        return found if water or len(edge) > 1 else found | {("outside", "")}
