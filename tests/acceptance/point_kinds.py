"""Where the oracle looks: points by kind, the same in every run. Whole units of `exact_shapes`."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from random import Random

import numpy as np

from tests.acceptance.exact_shapes import GRID, Numbers, Point, Province, Shapes

SHORE_STEPS_M = (480.0, 499.0, 499.9, 500.1, 501.0, 520.0)
# West, south, east, north. Beyond the borders of the province, side by side.
ABROAD = {
    "Dongxing": (107.96, 21.52, 108.06, 21.62),
    "Fangchenggang": (108.20, 21.50, 108.50, 21.80),
    "Hai Phong": (106.55, 20.72, 106.85, 21.06),
    "Cat Ba": (106.90, 20.70, 107.14, 20.87),
    "Bac Giang": (106.45, 21.10, 107.05, 21.45),
    "Lang Son": (106.95, 21.30, 107.40, 21.65),
    "Hai Duong": (106.30, 20.95, 106.60, 21.20),
}
BAY = (106.85, 20.68, 108.15, 21.50)
EXTREMES = [
    (lon, lat)
    for lon in (-180.0, -179.999, -107.1, -72.9, 0.0, 72.9, 107.1, 108.0, 179.999, 180.0)
    for lat in (-90.0, -89.9, -20.95, -0.0, 20.95, 21.5, 89.9, 90.0)
    if (lon, lat) not in {(107.1, 20.95), (107.1, 21.5), (108.0, 20.95), (108.0, 21.5)}
]


def all_kinds(province: Province, times: int) -> Iterator[tuple[str, Point]]:
    """Yield every point with its kind; `times` multiplies all that is drawn."""
    chance = Random(20_250_701)
    units = province.units
    parts = _parts(units)
    yield from _inside(units, parts, chance, 24 * times)
    yield from (("islets", point) for own in parts.values() for point in map(_middle, own[1:]))
    yield from _borders(units, chance, 700 * times)
    yield from _metres_off(units, chance, 1_400 * times)
    yield from _shore(units, chance, 60 * times)
    yield from (("at sea", point) for point in _box(BAY, chance, 900 * times))
    for name, box in ABROAD.items():
        yield from ((name, point) for point in _box(box, chance, 110 * times))
    yield from (("extremes", _whole(*degrees)) for degrees in EXTREMES)


def _whole(lon: float, lat: float) -> Point:
    return round(lon * GRID), round(lat * GRID)


def _box(box: tuple[float, float, float, float], chance: Random, many: int) -> list[Point]:
    west, south, east, north = box
    return [_whole(chance.uniform(west, east), chance.uniform(south, north)) for _ in range(many)]


def _parts(units: Shapes) -> dict[str, list[Numbers]]:
    """Return the closed rings of each unit, the longest first."""
    found: dict[str, list[Numbers]] = defaultdict(list)
    breaks = np.flatnonzero((units.start[1:] != units.end[:-1]).any(axis=1)) + 1
    for ring, owner in zip(
        np.split(units.start, breaks), np.split(units.owner, breaks), strict=True
    ):
        found[units.codes[owner[0]]].append(ring)
    return {code: sorted(own, key=len, reverse=True) for code, own in found.items()}


def _inside(
    units: Shapes, parts: dict[str, list[Numbers]], chance: Random, each: int
) -> Iterator[tuple[str, Point]]:
    """Draw in the box of each unit's largest part until enough lie in it."""
    for code, own in parts.items():
        (west, south), (east, north) = own[0].min(axis=0).tolist(), own[0].max(axis=0).tolist()
        kept = 0
        while kept < each:
            point = (chance.randint(west, east), chance.randint(south, north))
            if units.cover(point)[0] == {code}:
                kept += 1
                yield "inside", point


def _middle(ring: Numbers) -> Point:
    """Return the middle of the widest stretch at half height; one unit off no vertex is met."""
    y = (int(ring[:, 1].min()) + int(ring[:, 1].max())) / 2 + 0.5
    start, end = ring.astype(float), np.roll(ring, -1, axis=0).astype(float)
    met = (start[:, 1] < y) != (end[:, 1] < y)
    a, b = start[met], end[met]
    xs = np.sort(a[:, 0] + (y - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0]))
    widest = int((xs[1::2] - xs[::2]).argmax()) * 2
    return round((xs[widest] + xs[widest + 1]) / 2), round(y)


def _shared(units: Shapes) -> tuple[list[tuple[Point, Point]], list[Point]]:
    """Return edges that two units have, and vertices that three have."""
    edges: dict[tuple[Point, Point], int] = Counter()
    at: dict[Point, set[int]] = defaultdict(set)
    for a, b, owner in zip(
        map(tuple, units.start.tolist()), map(tuple, units.end.tolist()), units.owner.tolist(),
        strict=True,
    ):  # fmt: skip
        edges[min(a, b), max(a, b)] += 1
        at[a].add(owner)
    return (
        [edge for edge, number in edges.items() if number == 2],
        [vertex for vertex, owners in at.items() if len(owners) > 2],
    )


def _borders(units: Shapes, chance: Random, many: int) -> Iterator[tuple[str, Point]]:
    edges, meetings = _shared(units)
    yield from (("where three meet", vertex) for vertex in meetings)
    for (ax, ay), (bx, by) in chance.sample(edges, min(many, len(edges))):
        yield "border vertex", (ax, ay)
        yield "border middle", ((ax + bx) // 2, (ay + by) // 2)


def _metres_off(units: Shapes, chance: Random, many: int) -> Iterator[tuple[str, Point]]:
    """Step 0.1 to 20 m off the middle of any edge, borders and coasts, to either side."""
    for edge in chance.choices(range(len(units.start)), k=many):
        a, b = units.start[edge], units.end[edge]
        east, north = (b - a).tolist()
        step = (
            chance.choice((-1, 1)) * chance.uniform(0.1, 20) * 960 / max(1.0, np.hypot(east, north))
        )
        x, y = ((a + b) // 2).tolist()
        yield "metres off", (round(x - north * step), round(y + east * step))


def _shore(units: Shapes, chance: Random, many: int) -> Iterator[tuple[str, Point]]:
    """Go out to sea until the nearest land is as far as wanted."""
    found = 0
    while found < many:
        edge = chance.randrange(len(units.start))
        east, north = (units.end[edge] - units.start[edge]).tolist()
        step = 500 * 960 / max(1.0, np.hypot(east, north))
        x, y = units.start[edge].tolist()
        point = (round(x - north * step), round(y + east * step))
        if any(units.cover(point)):
            point = (round(x + north * step), round(y - east * step))
        wanted = SHORE_STEPS_M[found % len(SHORE_STEPS_M)]
        for _ in range(6):
            _code, metres, (from_x, from_y) = units.nearest(point)
            if abs(metres - wanted) < 0.02 or any(units.cover(point)):
                break
            stretch = wanted / metres
            point = (
                round(from_x + (point[0] - from_x) * stretch),
                round(from_y + (point[1] - from_y) * stretch),
            )
        if abs(metres - wanted) < 0.05 and not any(units.cover(point)):
            found += 1
            yield "shore limit", point
