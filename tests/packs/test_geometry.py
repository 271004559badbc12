"""The hand-drawn shapes of the home pack name the right place for well-known points."""

from itertools import combinations
from pathlib import Path

import pytest
from shapely import Point, Polygon, union_all

from app.packs.content import PackContent
from app.packs.reader import read_pack

KM2 = 11_550  # square kilometres in a square degree at this latitude
HOME = Path(__file__).parents[2] / "cities" / "quang_ninh"


@pytest.fixture(scope="module")
def home() -> PackContent:
    return read_pack(HOME)


def shapes(home: PackContent, *kinds: str) -> dict[str, Polygon]:
    return {area.code: area.shape for area in home.areas if area.shape and area.kind in kinds}


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        (20.727, 107.048, "VN-HP"),    # Cát Bà town
        (20.86, 106.68, "VN-HP"),      # Hải Phòng, centre
        (20.80, 106.89, "VN-HP"),      # Cát Hải
        (20.94, 106.33, "VN-HP"),      # Hải Dương
        (21.13, 106.39, "VN-HP"),      # Chí Linh
        (21.547, 107.972, "CN-GX"),    # Dongxing, centre
        (21.5408, 107.9725, "CN-GX"),  # Dongxing, the river bank
        (21.69, 108.35, "CN-GX"),      # Fangchenggang
        (21.334, 106.85, "VN-BN"),     # Sơn Động
        (21.546, 107.095, "VN-LS"),    # Đình Lập
        (20.88, 107.10, "QN-VHL"),
        (20.858, 107.083, "QN-VHL"),   # off Ti Tốp
        (20.80, 107.16, "QN-VHL"),     # Cửa Vạn
        (20.94, 107.04, "QN-VHL"),     # off Bãi Cháy
        (21.05, 107.50, "QN-BTL"),
        (20.95, 107.90, "QN-BCT"),     # off Cô Tô
        (21.42, 107.86, "QN-BDB"),
        (20.87, 106.90, "QN-BQY"),
    ],
)  # fmt: skip
def test_known_points(home: PackContent, lat: float, lon: float, code: str) -> None:
    coarse = shapes(home, "water", "neighbour")
    assert [name for name, shape in coarse.items() if shape.covers(Point(lon, lat))] == [code]


@pytest.mark.parametrize(("lat", "lon"), [(21.03, 105.85), (22.82, 108.32), (16.07, 108.22)])
def test_far_away_is_nowhere(home: PackContent, lat: float, lon: float) -> None:
    everything = union_all(list(shapes(home, "water", "neighbour").values()))
    assert not everything.covers(Point(lon, lat))


def test_coarse_shapes_do_not_overlap(home: PackContent) -> None:
    for (one, first), (two, second) in combinations(shapes(home, "water", "neighbour").items(), 2):
        assert first.intersection(second).area * KM2 < 0.01, (one, two)


def test_the_outline_meets_neighbours_without_entering_them(home: PackContent) -> None:
    outline = union_all([part.shape for part in home.outline])
    neighbours = union_all(list(shapes(home, "neighbour").values()))
    assert outline.intersection(neighbours).area * KM2 < 0.01
    border = outline.boundary.intersection(neighbours.boundary)
    assert border.length > 2.9  # degrees: the whole land border is shared


def test_each_unit_point_lies_in_the_outline_and_in_no_neighbour(home: PackContent) -> None:
    neighbours = union_all(list(shapes(home, "neighbour").values()))
    for area in home.areas:
        if area.kind == "unit":
            assert not neighbours.covers(Point(area.lon, area.lat)), area.code
