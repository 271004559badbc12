"""The map's counts are those of the tickets: whatever changes, folded or not, in any order."""

import random
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, event, func, select, text, update
from sqlalchemy.orm import Session

from app.map_index import statements
from app.map_index.models import MapArea, MapCell, MapChange
from app.map_index.queries import DEEPEST_Z, Single, Wanted, areas, cells
from app.map_index.service import differing, fold, rebuild
from app.tickets.models import Ticket
from app.tickets.queries import OPEN_STATUSES
from app.tickets.words import MAP_WORDS
from geo.morton import cell_level, map_key, tile_of, tile_range
from geo.point import LonLat
from tests.factories.tickets import IN_WARD, MONDAY

WORLD = (0, 0, 0)
IDEA = "idea_streets"  # of suggestions: not counted among problems
CATEGORIES = ("waste", "road", "lighting", IDEA)
AREAS = ("06685", "06673", None)
AGENCIES = ("UBND-06685", "SXD", None)


def row(number: int, chance: random.Random) -> dict[str, object]:
    """Draw a ticket's columns."""
    status, outcome = chance.choice(sorted(MAP_WORDS, key=str))
    place = LonLat(
        lon=IN_WARD.lon + chance.uniform(-0.02, 0.02), lat=IN_WARD.lat + chance.uniform(-0.02, 0.02)
    )
    return {
        "reference": f"QN-26-M{number:05d}",
        "status": status,
        "content": "pending",
        "category_code": chance.choice(CATEGORIES),
        "severity_code": "normal",
        "agency_code": chance.choice(AGENCIES),
        "area_code": chance.choice(AREAS),
        "private": chance.random() < 0.1,
        "outcome_code": outcome,
        "overdue_at": chance.choice((None, MONDAY)),
        "map_key": chance.choice((None, map_key(place), map_key(place), map_key(IN_WARD))),
        "received_at": MONDAY,
        "updated_at": MONDAY,
    }


def change(session: Session, chance: random.Random, numbers: list[int]) -> None:
    """Do to the tickets whatever may be done to them, one or many at a time."""
    new = row(0, chance)
    names = chance.sample(["status", "category_code", "area_code", "agency_code"], 2)
    values = {name: new[name] for name in (*names, "private", "overdue_at", "map_key")}
    if "status" in names:
        values["outcome_code"] = new["outcome_code"]
    some = chance.sample(numbers, chance.choice((1, 1, 5)))
    session.execute(update(Ticket).where(Ticket.id.in_(some)).values(values))


@pytest.mark.parametrize("seed", range(6))
def test_folded_now_and_then_they_stay_exact(session: Session, seed: int) -> None:
    chance = random.Random(seed)
    numbers: list[int] = []
    for number in range(60):
        ticket = Ticket(**row(number, chance))
        session.add(ticket)
        session.flush()
        numbers.append(ticket.id)
        if number > 5:
            change(session, chance, numbers)
        if chance.random() < 0.2:
            fold(session, limit=chance.choice((3, 1_000)))
        if number % 10 == 0:
            assert differing(session) == 0
    while fold(session, limit=7):
        pass
    assert differing(session) == 0
    assert session.scalar(select(func.count()).select_from(MapChange)) == 0
    folded = pyramid(session)
    rebuild(session)
    assert differing(session) == 0
    assert pyramid(session) == folded


def pyramid(session: Session) -> list[tuple[object, ...]]:
    """Return all rows of both tables."""
    found: list[tuple[object, ...]] = []
    for model in (MapCell, MapArea):
        table = model.__table__
        found += [tuple(each) for each in session.execute(select(table).order_by(*table.c))]
    return found


def test_a_wrong_count_is_found(session: Session) -> None:
    session.add(Ticket(**row(1, random.Random(2)) | {"map_key": map_key(IN_WARD), "private": False,
                       "status": "assigned", "area_code": "06685"}))  # fmt: skip
    session.flush()
    fold(session, limit=10)
    assert differing(session) == 0
    session.execute(update(MapCell).where(MapCell.level == 13).values(n=MapCell.n + 1))
    assert differing(session) == 2  # the part and the whole
    session.execute(update(MapArea).values(n=MapArea.n + 1))
    assert differing(session) == 3
    rebuild(session)
    assert differing(session) == 0


@pytest.mark.parametrize("z", range(DEEPEST_Z + 1))
@pytest.mark.parametrize("folded", [0, 40, 1_000])
def test_a_tile_is_what_grouping_the_tickets_gives(session: Session, z: int, folded: int) -> None:
    chance = random.Random(z)
    session.add_all(Ticket(**row(number, chance)) for number in range(80))
    session.flush()
    fold(session, limit=folded)
    tile = (z, *tile_of(IN_WARD, z))
    low, high = tile_range(*tile)
    for wanted in (
        Wanted(),
        Wanted(words=("waiting",)),
        Wanted(category="road"),
        Wanted(overdue=True),
        Wanted(words=("in_progress", "waiting"), category="waste", overdue=True),
        Wanted(words=("nonsense",)),
        Wanted(area="06685"),
        Wanted(agency="SXD", category="waste"),
        Wanted(area="06673", agency="UBND-06685", words=("waiting",)),
    ):
        states = [
            (ticket.map_key, late)
            for ticket in session.scalars(select(Ticket))
            if ticket.map_key is not None
            and low <= ticket.map_key < high
            and (shown := counts_as(ticket)) is not None
            and shown[0] in (wanted.words or (shown[0],))
            and ticket.category_code != IDEA
            and wanted.category in ("", ticket.category_code)
            and wanted.area in ("", ticket.area_code)
            and wanted.agency in ("", ticket.agency_code)
            and (not wanted.overdue or shown[1])
            for late in [shown[1]]
        ]
        expected: dict[int, list[int]] = {}
        for key, late in states:
            one = expected.setdefault(key >> 2 * (28 - cell_level(z)), [0, 0])
            one[0] += 1
            one[1] += late
        found = cells(session, tile, wanted)
        assert sorted([cell.count, cell.overdue] for cell in found) == sorted(expected.values())


def counts_as(ticket: Ticket) -> tuple[str, bool] | None:
    """Return the ticket's word and lateness, written without the code that is looked at."""
    ended = ticket.status if ticket.status != "closed" else ticket.outcome_code
    word = {
        "received": "waiting", "assigned": "waiting", "in_progress": "in_progress",
        "waiting": "in_progress", "resolved": "resolved", "fixed": "resolved",
        "enforced": "resolved", "answered": "answered", "explained": "answered",
        "nothing_found": "answered", "planned": "answered", "declined": "declined",
        "in_delivery": "in_progress", "delivered": "resolved", "dropped": "answered",
        "expired": "answered",
    }.get(ended or "")  # fmt: skip
    if word is None or ticket.private:
        return None
    return word, ticket.overdue_at is not None and ticket.status in OPEN_STATUSES


def test_a_single_tickets_cell_names_it_and_stands_where_it_is(session: Session) -> None:
    chance = random.Random(3)
    values = {"status": "assigned", "outcome_code": None, "private": False,
              "category_code": "road"}  # fmt: skip
    alone = Ticket(**row(1, chance) | values | {"map_key": map_key(IN_WARD)})
    session.add(alone)
    session.flush()
    for _ in range(2):
        (cell,) = cells(session, WORLD, Wanted())
        assert (cell.count, cell.single) == (1, Single(alone.reference, "road", "waiting"))
        assert cell.middle.lon == pytest.approx(IN_WARD.lon, abs=1e-5)
        assert cell.middle.lat == pytest.approx(IN_WARD.lat, abs=1e-5)
        assert fold(session, limit=10) == 1 or not session.scalar(select(MapChange.id))
    other = Ticket(**row(2, chance) | values | {"map_key": map_key(IN_WARD)})
    session.add(other)
    session.flush()
    (cell,) = cells(session, WORLD, Wanted())
    assert (cell.count, cell.single) == (2, None)
    session.execute(update(Ticket).where(Ticket.id == alone.id).values(private=True))
    (cell,) = cells(session, WORLD, Wanted())
    assert (cell.count, cell.single) == (1, Single(other.reference, "road", "waiting"))


def test_areas_count_what_has_no_public_place_too(session: Session) -> None:
    chance = random.Random(4)
    values = {"status": "assigned", "outcome_code": None, "private": False, "map_key": None,
              "area_code": "06685", "agency_code": "SXD", "category_code": "road"}  # fmt: skip
    for number, late in enumerate((None, MONDAY)):
        session.add(Ticket(**row(number, chance) | values | {"overdue_at": late}))
    session.flush()
    for _ in range(2):
        found = areas(session, Wanted())
        assert {code: (one.count, one.overdue) for code, one in found.items()} == {"06685": (2, 1)}
        assert areas(session, Wanted(agency="SXD")) == found
        assert areas(session, Wanted(area="06685", words=("waiting",))) == found
        assert areas(session, Wanted(agency="UBND-06685")) == {}
        assert areas(session, Wanted(area="06673")) == {}
        fold(session, limit=10)


def test_below_the_counts_there_is_no_tile(session: Session) -> None:
    with pytest.raises(ValueError, match="no counts"):
        cells(session, (DEEPEST_Z + 1, 0, 0), Wanted())


@pytest.fixture
def busy(app: Flask, migrated: str) -> Iterator[str]:
    """The database with tickets that are really there, and gone afterwards."""
    del app
    engine = create_engine(migrated)
    chance = random.Random(5)
    with Session(engine) as session, session.begin():
        session.add_all(Ticket(**row(number, chance)) for number in range(40))
    yield migrated
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM ticket WHERE reference LIKE 'QN-26-M%'"))
    with Session(engine) as session, session.begin():
        rebuild(session)
    engine.dispose()


def test_nothing_is_lost_between_writers_folders_and_a_rebuild(busy: str) -> None:
    engine = create_engine(busy, pool_size=8)
    ours = Ticket.reference.like("QN-26-M%")
    with Session(engine) as session:
        numbers = list(session.scalars(select(Ticket.id).where(ours)))
    failed: list[BaseException] = []

    def repeat(times: int, seed: int) -> None:
        chance = random.Random(seed)
        try:
            for _ in range(times):
                with Session(engine) as session, session.begin():
                    match seed:
                        case 0 | 1:
                            change(session, chance, sorted(chance.sample(numbers, 5)))
                            if chance.random() < 0.2:
                                session.rollback()
                        case 2 | 3:
                            fold(session, limit=20)
                        case _:
                            rebuild(session)
        except BaseException as error:
            failed.append(error)

    threads = [
        threading.Thread(target=repeat, args=(times, seed))
        for seed, times in enumerate((60, 60, 40, 40, 6))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Two writers of the same tickets in another order: what the database broke off did nothing.
    assert [error for error in failed if "deadlock" not in str(error)] == []
    with Session(engine) as session:
        assert differing(session) == 0
    with Session(engine) as session, session.begin():
        while fold(session, limit=1_000):
            pass
        assert differing(session) == 0
    engine.dispose()


def test_the_levels_serve_every_tile_that_is_not_deep() -> None:
    assert cell_level(DEEPEST_Z) == statements.FINEST


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(category="road")])
def test_a_tile_reads_its_own_cells_and_single_tickets_alone(
    session: Session, wanted: Wanted
) -> None:
    """Where an index could not be used, a scan would remain: none of all cells or all tickets."""
    session.execute(text("SET LOCAL enable_seqscan = off"))
    with statements_sent() as sent:
        cells(session, (14, *tile_of(IN_WARD, 14)), wanted)
    ((statement, values),) = sent
    plan = session.connection().exec_driver_sql(f"EXPLAIN {statement}", values)
    shown = "\n".join(plan.scalars())
    assert not re.search(r"Seq Scan on (ticket|map_cell)", shown)
    cell = re.search(r"pk_map_cell on map_cell.*\n *Index Cond: (.*)", shown)
    assert cell is not None
    assert {"whole", "level", "cell"} <= set(re.findall(r"\w+", cell[1]))


@contextmanager
def statements_sent() -> Iterator[list[tuple[str, object]]]:
    """Yield what goes to the database meanwhile, with its values."""
    sent: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_: object):
        sent.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)
