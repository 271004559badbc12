"""The home pack against real boundaries (kept outside the project)."""

import os
from pathlib import Path

import numpy as np
import pytest
from shapely import MultiPolygon, Point, contains_xy, union_all

from app.packs.boundary_file import read_features
from app.packs.reader import read_pack
from geo.areas import find_gaps, find_overlaps
from geo.coverage import Coverage
from geo.features import check_features
from geo.plane import area_m2
from geo.point import LonLat

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data")) / "quang_ninh"
SHORE_M = 500


@pytest.fixture(scope="module")
def units() -> dict[str, MultiPolygon]:
    good, refused = check_features(read_features(DATA / "areas_full.geojson.gz"))
    assert refused == ()
    return {item.code: item.shape for item in good if item.code != "22"}


@pytest.fixture(scope="module")
def coverage(units: dict[str, MultiPolygon]) -> Coverage:
    pack = read_pack(ROOT / "cities" / "quang_ninh")
    coarse = [(a.code, a.kind, a.shape) for a in pack.areas if a.shape is not None]
    return Coverage([*((code, "unit", shape) for code, shape in units.items()), *coarse])


def found(coverage: Coverage, lat: float, lon: float) -> str | None:
    """The order of the house: unit, neighbour, near shore, water, outside."""
    place = coverage.locate([LonLat(lon=lon, lat=lat)], limit_m=SHORE_M)[0]
    for kind in ("unit", "neighbour"):
        area = place.of_kind(kind)
        if area is not None:
            return area.code
    if place.nearest is not None:
        return f"near {place.nearest.code}"
    water = place.of_kind("water")
    return water.code if water else None


def test_the_file_is_a_clean_coverage_of_the_packs_units(units: dict[str, MultiPolygon]) -> None:
    pack = read_pack(ROOT / "cities" / "quang_ninh")
    assert units.keys() == {area.code for area in pack.areas if area.kind == "unit"}
    assert find_overlaps(units, least_m2=100) == []
    assert [gap for gap in find_gaps(units, least_m2=10_000) if len(gap.units) > 1] == []


def test_each_unit_point_lies_in_its_unit(units: dict[str, MultiPolygon]) -> None:
    for area in read_pack(ROOT / "cities" / "quang_ninh").areas:
        if area.kind == "unit":
            assert units[area.code].covers(Point(area.lon, area.lat)), area.code


@pytest.mark.parametrize(
    ("lat", "lon", "expected"),
    [
        (20.951, 107.08, "06685"),
        (20.88, 107.10, "QN-VHL"),
        (20.727, 107.048, "VN-HP"),
        (20.86, 106.68, "VN-HP"),
        (21.547, 107.972, "CN-GX"),
        (21.5408, 107.9725, "CN-GX"),
        (20.45, 107.80, None),
        (21.03, 105.85, None),
    ],
)
def test_known_points(coverage: Coverage, lat: float, lon: float, expected: str | None) -> None:
    assert found(coverage, lat, lon) == expected


def test_no_foreign_land_near_the_border_falls_to_a_unit(
    units: dict[str, MultiPolygon], coverage: Coverage
) -> None:
    """From 60 to 1,500 m outside the land border, every point belongs to a neighbour."""
    pack = read_pack(ROOT / "cities" / "quang_ninh")
    neighbours = union_all([a.shape for a in pack.areas if a.kind == "neighbour" and a.shape])
    outline = union_all([part.shape for part in pack.outline])
    border = outline.boundary.intersection(neighbours.boundary)
    land = union_all(list(units.values()))
    band = border.buffer(0.014).difference(land.buffer(0.0005))
    # The two river mouths, where sea begins, are the ends of the border.
    mouths = [Point(106.838, 20.818).buffer(0.02), Point(108.046, 21.538).buffer(0.02)]
    band = band.difference(union_all(mouths))
    west, south, east, north = band.bounds
    grid = np.random.default_rng(7).uniform((west, south), (east, north), (60_000, 2))
    grid = grid[contains_xy(band, grid[:, 0], grid[:, 1])]
    assert len(grid) > 500
    places = coverage.locate([LonLat(lon=x, lat=y) for x, y in grid.tolist()], limit_m=SHORE_M)
    lost = [point for point, place in zip(grid.tolist(), places, strict=True)
            if place.of_kind("neighbour") is None]  # fmt: skip
    assert lost == []


def test_neighbours_enter_the_land_only_a_little(units: dict[str, MultiPolygon]) -> None:
    pack = read_pack(ROOT / "cities" / "quang_ninh")
    land = union_all(list(units.values()))
    for area in pack.areas:
        if area.kind == "neighbour" and area.shape is not None:
            inside = area.shape.intersection(land)
            assert sum(area_m2(part) for part in getattr(inside, "geoms", [inside])
                       if part.geom_type == "Polygon") < 80e6, area.code  # fmt: skip


def test_the_whole_sea_of_the_bay_is_somebodys(coverage: Coverage) -> None:
    """On a grid over the bay no point is outside: unit, shore, water or neighbour."""
    lat, lon = np.meshgrid(np.arange(20.72, 20.95, 0.01), np.arange(106.95, 107.32, 0.01))
    points = [LonLat(lon=x, lat=y) for x, y in zip(lon.ravel(), lat.ravel(), strict=True)]
    names = [found(coverage, point.lat, point.lon) for point in points]
    assert None not in names
    assert names.count("QN-VHL") > 200
