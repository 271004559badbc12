"""`locate` against the oracle: first with the simplified boundaries imported, then with the full.

1. With the file imported from which the oracle reads, every answer must be a right one.
2. With the simplified file, an answer may differ only as far from the real border (or from the
   shore limit) as simplifying moved it: at most `SIMPLIFIED_M`.
"""

import csv
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import create_app
from app.core.db import db
from app.core.errors import Rejection
from app.core.time import now
from app.reports.service import submit
from app.routing.decide import Place
from app.routing.queries import located_places
from app.routing.service import route_pending
from app.tickets.models import Ticket
from config import Settings
from geo.point import InvalidPoint, LonLat
from tests import oracles
from tests.acceptance.exact_shapes import (
    GRID,
    SHORE_M,
    Point,
    Province,
    Right,
    read,
)
from tests.acceptance.point_kinds import all_kinds
from tests.factories.tickets import command
from tests.installation import ROOT, Installation, new_database

DATA = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data")) / "quang_ninh"
# How far simplifying moved a border: of all vertices of the full file, the one farthest from its
# unit's simplified border lies 65.8 m away (each simplified vertex is one of the full file).
SIMPLIFIED_M = 66.0
CAUTION_M = 1_000.0
BATCH = 200
WATER_AGENCY = {"QN-VHL": "BQLVHL"}
OUTCOMES = {"unit": "inside", "near": "near", "water": "water", "neighbour": "neighbour",
            "outside": "outside"}  # fmt: skip
NO_PLACES = [
    ("", ""), ("20.951", ""), ("", "107.08"), ("nan", "107.08"), ("20.951", "NaN"),
    ("inf", "107.08"), ("20.951", "-inf"), ("1e2", "107.08"), ("20.951", "1e999"),
    ("107.08", "20.951"), ("90.0001", "107.08"), ("-91", "107.08"), ("20.951", "180.0001"),
    ("20.951", "-181"), ("20°57", "107.08"), ("20.951N", "107.08"), ("２０.951", "107.08"),
    ("20.95.1", "107.08"), ("20 951", "107.08"), ("--20", "107.08"), ("0x14", "107.08"),
    ("true", "107.08"), ("20.951;107.08", ""), ("null", "null"),
]  # fmt: skip


@dataclass
class Looked:
    """The points, and all right answers to each (they are the same for both imports)."""

    province: Province
    kinds: list[str] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    rights: list[Right] = field(default_factory=list)

    def add(self, kind: str, point: Point) -> None:
        self.kinds.append(kind)
        self.points.append(point)
        self.rights.append(self.province.right(point))

    @property
    def positions(self) -> list[LonLat]:
        return [position(point) for point in self.points]


def position(point: Point) -> LonLat:
    return LonLat(lon=point[0] / GRID, lat=point[1] / GRID)


@pytest.fixture(scope="module")
def looked() -> Looked:
    coarse = read(ROOT / "cities" / "quang_ninh" / "coarse.geojson")
    found = Looked(Province(read(DATA / "areas_full.geojson.gz"), coarse))
    for kind, point in all_kinds(found.province, oracles.times(1)):
        found.add(kind, point)
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation without its processes: database and commands."""
    with new_database("hoi_am_oracle") as url:
        found = Installation(tmp_path_factory.mktemp("oracle"), url, os.environ["REDIS_URL"])
        found.flask("migrate")
        found.flask("load-pack")
        yield found


def imported(place: Installation, file: str) -> None:
    printed = place.flask(
        "import-areas", str(DATA / file),
        "--source", "vietnamese-provinces-database, MIT", "--valid-from", "2025-07-01",
    )  # fmt: skip
    assert "loaded 54 units" in printed


@pytest.fixture(scope="module")
def application(place: Installation) -> Iterator[Flask]:
    made = create_app(Settings.from_env(place.env))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def asked(points: Sequence[LonLat]) -> list[tuple[Place, str | None]]:
    """Ask the verb that intake and router use, in batches of the router's size."""
    session = db.session()
    return [
        found
        for first in range(0, len(points), BATCH)
        for found in located_places(
            session, points[first : first + BATCH], shore_limit_m=SHORE_M, caution_m=CAUTION_M
        )
    ]


def answer(place: Place) -> tuple[str, str]:
    return OUTCOMES[place.kind.value], place.area.code if place.area else ""


@pytest.fixture(scope="module")
def simplified(place: Installation, application: Flask, looked: Looked) -> list[tuple[str, str]]:
    """What is answered while the simplified boundaries are the current ones."""
    imported(place, "areas.geojson")
    return [answer(found) for found, _nearest in asked(looked.positions)]


@pytest.fixture(scope="module")
def full(place: Installation, simplified: list[tuple[str, str]], looked: Looked) -> Looked:
    """The points, and where the shapes were cut, once the full boundaries supersede the others."""
    imported(place, "areas_full.geojson.gz")
    found = Looked(looked.province, [*looked.kinds], [*looked.points], [*looked.rights])
    for point in cuts(db.session(), oracles.times(400)):
        found.add("cuts", point)
    return found


def test_with_simplified_borders_only_what_they_moved_differs(
    simplified: list[tuple[str, str]], looked: Looked
) -> None:
    counts = oracles.tally("locate, simplified file")
    farthest = 0.0
    for point, right, given in zip(looked.points, looked.rights, simplified, strict=True):
        if given in right.answers:
            counts["agree"] += 1
            continue
        counts["differ within the tolerance"] += 1
        _code, border_m, _where = looked.province.units.nearest(point)
        moved = min(border_m, abs(border_m - SHORE_M)) if right.nearest_m else border_m
        assert moved <= SIMPLIFIED_M, (position(point), given, right, border_m)
        farthest = max(farthest, moved)
    counts["farthest, centimetres"] = round(farthest * 100)


def cuts(session: Session, many: int) -> list[Point]:
    """Return corners that only the look-up's pieces have: where a cut meets a border."""
    found = session.execute(
        text(
            """
            WITH corner AS (
                SELECT DISTINCT (ST_DumpPoints(geom)).geom AS g FROM area_piece WHERE kind = 'unit'
            )
            SELECT ST_X(g), ST_Y(g) FROM corner
            WHERE ST_X(g) <> round(ST_X(g)::numeric, 6) OR ST_Y(g) <> round(ST_Y(g)::numeric, 6)
            ORDER BY md5(ST_AsText(g, 15)) LIMIT :many
            """
        ),
        {"many": many},
    )
    return [(round(lon * GRID), round(lat * GRID)) for lon, lat in found]


def test_with_full_borders_every_answer_is_right(full: Looked) -> None:
    counts = oracles.tally("locate, full file")
    wrong = []
    batch = asked(full.positions)
    for kind, point, right, (place, nearest) in zip(
        full.kinds, full.points, full.rights, batch, strict=True
    ):
        given = answer(place)
        counts[f"{kind} → {given[0]}"] += 1
        counts["all"] += 1
        metres = place.nearest_m
        if given not in right.answers or not is_near(given, nearest, metres, right):
            wrong.append((kind, position(point), given, nearest, metres, right))
    assert wrong == []


def is_near(
    given: tuple[str, str], nearest: str | None, metres: float | None, right: Right
) -> bool:
    """Tell whether nearest unit and distance are right: 1 in 1,000 near the city."""
    if given[0] == "inside":
        return nearest is None
    if metres is None or right.nearest_m is None:
        return False
    if right.nearest_m > 100_000:
        return metres > 90_000
    return nearest in right.nearest and abs(metres - right.nearest_m) < 0.02 + metres / 1_000


def test_one_by_one_is_the_same_as_all_at_once(full: Looked) -> None:
    counts = oracles.tally("locate, one by one")
    chosen = full.positions[:: max(1, len(full.points) // oracles.times(250))]
    for one, other in zip(chosen, asked(chosen), strict=True):
        assert asked([one]) == [other]
        counts["points"] += 1
    backwards = asked(full.positions[::-1])[::-1]
    assert backwards == asked(full.positions)


def test_the_command_says_the_same_and_who_must_act(
    full: Looked, place: Installation, tmp_path: Path
) -> None:
    counts = oracles.tally("flask city locate --csv")
    file = tmp_path / "points.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["lat", "lon", "category"])
        writer.writerows((p.lat, p.lon, "waste") for p in full.positions)
        writer.writerows((lat, lon, "waste") for lat, lon in NO_PLACES)
    rows = list(csv.DictReader(io.StringIO(place.flask("locate", "--csv", str(file)))))
    assert len(rows) == len(full.points) + len(NO_PLACES)
    for row, right in zip(rows, full.rights, strict=False):
        given = (row["outcome"], row["area_code"])
        assert given in right.answers, row
        assert row["agency_code"] == owner(*given), row
        counts[row["outcome"]] += 1
    for row in rows[len(full.points) :]:
        assert (row["outcome"], row["agency_code"]) == ("invalid", ""), row
        counts["invalid"] += 1


def owner(outcome: str, area: str) -> str:
    """The agency for waste: the ward's, the bay's, nobody outside, else the coordinator."""
    if outcome in ("inside", "near"):
        return f"UBND-{area}"
    return WATER_AGENCY.get(area, "VP-UBND") if outcome == "water" else ""


@pytest.mark.parametrize(("lat", "lon"), NO_PLACES)
def test_what_is_no_place_is_no_position(lat: str, lon: str) -> None:
    with pytest.raises(InvalidPoint):
        LonLat.parse(lon=lon, lat=lat)


def test_intake_and_router_do_what_the_oracle_says(full: Looked) -> None:
    counts = oracles.tally("submit and route_pending")
    session = db.session()
    sent: list[tuple[Ticket, Right]] = []
    step = max(1, len(full.points) // oracles.times(120))
    for point, right in list(zip(full.positions, full.rights, strict=True))[::step]:
        outcomes = {outcome for outcome, _area in right.answers}
        if outcomes & {"neighbour", "outside"} and len(outcomes) == 1:
            with pytest.raises(Rejection) as refusal:
                submit(session, command(place=point), now=now())
            assert {refusal.value.code} == outcomes
            counts[f"refused: {refusal.value.code}"] += 1
        elif not outcomes & {"neighbour", "outside"}:
            sent.append((submit(session, command(place=point), now=now()).ticket, right))
    while route_pending(session, now=now()):
        pass
    for ticket, right in sent:
        owners = {(area, owner(outcome, area)) for outcome, area in right.answers}
        assert (ticket.area_code, ticket.agency_code) in owners
        counts["routed"] += 1
    session.rollback()
