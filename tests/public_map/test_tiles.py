"""Tiles of counts: nothing is lost, nothing is counted twice, on any level; and what maps load."""

import random
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core import installation
from app.public_map import queries
from app.public_map.serializers import OPEN_WORDS, areas_document, tile_document
from app.public_map.tiles import read_tile
from app.tickets.listed import Filters
from app.tickets.models import Ticket
from app.tickets.words import MAP_WORDS, map_word
from geo.morton import MAX_POINTS, POINTS_FROM_Z, map_key, tile_box, tile_of
from geo.point import LonLat
from tests.factories.tickets import IN_WARD, MONDAY, routed_ticket

ALL = Filters()
NOW = MONDAY + timedelta(days=20)
SPREAD = random.Random(7)
METRE = 1e-5  # to which positions are rounded


def pinned(session: Session, at: LonLat | None, number: int, **values: object) -> Ticket:
    """A ticket's row at a place; what happened to it does not matter here."""
    row = Ticket(
        **{
            "reference": f"QN-26-P{number:05d}",
            "status": "assigned",
            "content": "pending",
            "category_code": "waste",
            "severity_code": "normal",
            "agency_code": "UBND-06685",
            "area_code": "06685",
            "map_key": map_key(at) if at else None,
            "received_at": MONDAY,
            "updated_at": MONDAY,
            **values,
        }
    )
    session.add(row)
    return row


def somewhere(spread: float = 0.2) -> LonLat:
    lon = IN_WARD.lon + SPREAD.uniform(-spread, spread)
    return LonLat(lon=lon, lat=IN_WARD.lat + SPREAD.uniform(-spread, spread))


def total(session: Session, tiles: set[tuple[int, int, int]], filters: Filters = ALL) -> int:
    return sum(
        cell.count for tile in tiles for cell in queries.tile(session, tile, filters, now=NOW)
    )


@pytest.mark.parametrize("z", [0, 5, 9, 13, POINTS_FROM_Z - 1, POINTS_FROM_Z, 20])
def test_the_counts_of_a_level_add_up_to_the_tickets(session: Session, z: int) -> None:
    places = [somewhere() for _ in range(60)] + [IN_WARD] * 7
    for number, place in enumerate(places):
        pinned(session, place, number)
    session.flush()
    tiles = {(z, *tile_of(place, z)) for place in places}
    assert total(session, tiles) == len(places)


@pytest.mark.parametrize("z", [4, 11, 16, 18])
def test_a_cells_sign_stands_in_its_tile(session: Session, z: int) -> None:
    places = [somewhere(0.01) for _ in range(30)]
    for number, place in enumerate(places):
        pinned(session, place, number)
    session.flush()
    for tile in {(z, *tile_of(place, z)) for place in places}:
        box = tile_box(*tile)
        for lon, lat, *_rest in tile_document(session, tile, ALL, now=NOW)["cells"]:
            assert box.west - METRE <= lon <= box.east + METRE
            assert box.south - METRE <= lat <= box.north + METRE


def test_a_clusters_sign_stands_between_its_tickets(session: Session) -> None:
    tile = (12, *tile_of(IN_WARD, 12))
    east = LonLat(lon=IN_WARD.lon + 0.001, lat=IN_WARD.lat)
    for number, place in enumerate((IN_WARD, IN_WARD, east)):
        pinned(session, place, number)
    session.flush()
    ((lon, lat, count, *_rest),) = tile_document(session, tile, ALL, now=NOW)["cells"]
    assert count == 3
    assert lon == pytest.approx(IN_WARD.lon + 0.001 / 3, abs=METRE)
    assert lat == pytest.approx(IN_WARD.lat, abs=METRE)


def test_a_deep_tile_with_too_many_positions_loses_none(session: Session) -> None:
    z = POINTS_FROM_Z
    tile = (z, *tile_of(IN_WARD, z))
    box = tile_box(*tile)
    many = MAX_POINTS + 40
    for number in range(many):
        lon = box.west + (box.east - box.west) * (number + 0.5) / many
        pinned(session, LonLat(lon=lon, lat=(box.south + box.north) / 2), number)
    session.flush()
    cells = queries.tile(session, tile, ALL, now=NOW)
    assert len(cells) == 8
    assert sum(cell.count for cell in cells) == many


def test_a_deep_tile_shows_single_tickets_with_their_word(session: Session) -> None:
    pinned(session, IN_WARD, 1, status="resolved", outcome_code="fixed")
    session.flush()
    tile = (18, *tile_of(IN_WARD, 18))
    ((_lon, _lat, count, reference, word, overdue, category),) = tile_document(
        session, tile, ALL, now=NOW
    )["cells"]
    assert (count, reference, word, overdue) == (1, "QN-26-P00001", "resolved", 0)
    assert category


def test_filters_are_those_of_the_list(session: Session) -> None:
    pinned(session, IN_WARD, 1, overdue_at=MONDAY)
    pinned(session, IN_WARD, 2, category_code="road", agency_code="SXD", area_code="06673",
           received_at=NOW - timedelta(days=7))  # fmt: skip
    pinned(session, IN_WARD, 3, status="closed", outcome_code="fixed", overdue_at=MONDAY)
    session.flush()
    world = {(0, 0, 0)}
    for filters, expected in (
        (Filters(), 3),
        (Filters(category="road"), 1),
        (Filters(agency="SXD"), 1),
        (Filters(area="06685"), 2),
        (Filters(word="resolved"), 1),
        (Filters(word="waiting"), 2),
        (Filters(word="nonsense"), 0),
        (Filters(overdue=True), 1),
        (Filters(overdue=True, category="road"), 0),
        (Filters(days=30), 3),
        (Filters(days=7), 1),
        (Filters(days=7, word="waiting", category="road"), 1),
        (Filters(days=30, overdue=True), 1),
    ):
        listed, _older = queries.page(session, filters, None, now=NOW)
        assert total(session, world, filters) == len(listed) == expected, filters
        unfinished = [row for row in listed if row.status != "closed"]
        counted = queries.numbers(session, filters, OPEN_WORDS, now=NOW)
        shown = listed if filters.word else unfinished
        assert sum(one.count for one in counted.values()) == len(shown), filters


@pytest.mark.parametrize(("status", "outcome"), sorted(MAP_WORDS, key=str))
def test_the_database_knows_the_same_words(
    session: Session, status: str, outcome: str | None
) -> None:
    pinned(session, IN_WARD, 1, status=status, outcome_code=outcome)
    session.flush()
    cells = tile_document(session, (0, 0, 0), ALL, now=NOW)["cells"]
    word = map_word(status, outcome)
    assert [cell[4] for cell in cells] == ([word] if word else [])


def test_what_is_private_or_has_no_public_place_is_not_counted(session: Session) -> None:
    routed_ticket(session, category="safety")
    routed_ticket(session, place=None)
    assert total(session, {(0, 0, 0)}) == 0


# What maps load


def script_address(page: str) -> str:
    (address,) = re.findall(r'src="(/map/reports-[^"]+\.js)"', page)
    return str(address)


def test_the_script_is_the_same_every_time_and_kept(client: FlaskClient) -> None:
    first = script_address(client.get("/map?lang=vi").text)
    assert script_address(client.get("/map?lang=vi").text) == first
    english = script_address(client.get("/map?lang=en").text)
    assert english != first
    one, two = client.get(first), client.get(first)
    assert one.data == two.data
    assert "immutable" in one.headers["Cache-Control"]
    stale = re.sub(r"\.[0-9a-f]+\.js$", ".0000.js", first)
    old = client.get(stale)
    assert (old.status_code, old.data) == (200, one.data)
    assert old.headers["Cache-Control"] == "no-store"


def test_a_tile_is_not_sent_twice(client: FlaskClient, session: Session) -> None:
    pinned(session, IN_WARD, 1)
    session.commit()
    first = client.get("/map/tiles/vi/0/0/0.json")
    again = client.get("/map/tiles/vi/0/0/0.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    pinned(session, somewhere(), 2)
    session.commit()
    changed = client.get(
        "/map/tiles/vi/0/0/0.json", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert changed.status_code == 200


def test_shapes_are_drawn_once_for_each_detail(session: Session, app) -> None:
    with app.test_request_context():
        coarse = areas_document(session, fine=False)
        fine = areas_document(session, fine=True)
        assert areas_document(session, fine=False) is coarse
        assert areas_document(session, fine=True) is fine
    assert len(coarse["features"]) == len(fine["features"]) == 54


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A map archive with one tile of each kind; its name is one that addresses trip over."""
    path = tmp_path / "đường phố #1?.mbtiles"
    rows = [(1, 0, 1, b"\x89PNG\r\n"), (1, 1, 1, b"\xff\xd8\xff\xe1"), (1, 0, 0, b"RIFFxxxxWEBP")]
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)"
        )
        connection.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    connection.close()
    return path


def test_an_archive_counts_rows_from_the_south(archive: Path) -> None:
    assert read_tile(archive, 1, 0, 0) == (b"\x89PNG\r\n", "image/png")
    assert read_tile(archive, 1, 1, 0) == (b"\xff\xd8\xff\xe1", "image/jpeg")
    assert read_tile(archive, 1, 0, 1) == (b"RIFFxxxxWEBP", "image/webp")
    assert read_tile(archive, 1, 1, 1) is None


@pytest.fixture
def streets(archive: Path) -> Iterator[None]:
    before = installation.settings()
    basemap = replace(before.basemap, kind="mbtiles", mbtiles=archive)
    installation.configure(replace(before, basemap=basemap))
    yield
    installation.configure(before)


@pytest.mark.usefixtures("streets")
def test_streets_are_served_from_the_archive(client: FlaskClient) -> None:
    tile = client.get("/basemap/1/0/0")
    assert (tile.status_code, tile.mimetype) == (200, "image/png")
    assert "max-age" in tile.headers["Cache-Control"]
    assert client.get("/basemap/1/1/1").status_code == 404
    assert client.get("/basemap/1/2/0").status_code == 404
    assert "/basemap/{z}/{x}/{y}" in client.get(script_address(client.get("/map").text)).text


def test_without_an_archive_there_are_no_streets(client: FlaskClient) -> None:
    assert client.get("/basemap/1/0/0").status_code == 404
