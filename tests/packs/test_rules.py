"""The home pack's rules, under the real router: who gets what, on land, on the bay, at sea."""

from datetime import date
from pathlib import Path

import pytest

from app.packs.content import PackContent
from app.packs.reader import read_pack
from app.packs.service.responsibility import timetable_document
from app.routing.decide import (
    AreaFact,
    Bodies,
    Body,
    Decision,
    Facts,
    Place,
    PlaceKind,
    Rule,
    decide,
)
from app.tickets.clock import Timetable

HOME = Path(__file__).parents[2] / "cities" / "quang_ninh"
TODAY = date(2026, 11, 23)
UNIT = AreaFact(code="06685", kind="unit", area_m2=31e6)
BAY = AreaFact(code="QN-VHL", kind="water", area_m2=786e6)
SEA = AreaFact(code="QN-BCT", kind="water", area_m2=3952e6)
WARD = "UBND-06685"

# The coarse shape of the bay also covers some of the shore.
LAND = Place(kind=PlaceKind.UNIT, area=UNIT, covering=(UNIT,))
SHORE = Place(kind=PlaceKind.UNIT, area=UNIT, covering=(UNIT, BAY))
NEAR = Place(kind=PlaceKind.NEAR, area=UNIT, covering=(UNIT, BAY), nearest_m=100)
ON_BAY = Place(kind=PlaceKind.WATER, area=BAY, covering=(BAY,))
AT_SEA = Place(kind=PlaceKind.WATER, area=SEA, covering=(SEA,))
STATED = Place(kind=PlaceKind.STATED, area=UNIT, covering=(UNIT,))
UNKNOWN = Place(kind=PlaceKind.UNKNOWN)

LEADS = {
    "road": WARD, "lighting": WARD, "drainage": WARD, "trees": WARD, "waste": WARD, "air": WARD,
    "noise": WARD, "construction": WARD, "safety": WARD, "water": "QUAWACO", "power": "PCQN",
    "traffic": "SXD", "food": "SYT", "admin": "TTPVHCC", "tourism": "SVHTTDL", "other": None,
    "procedures": "VP-UBND",
}  # fmt: skip


@pytest.fixture(scope="module")
def home() -> PackContent:
    return read_pack(HOME)


def choose(home: PackContent, category: str, place: Place, about: str | None = None) -> Decision:
    part = next(item for item in home.categories if item.code == category)
    rules = [
        Rule(
            id=number, category=rule.category, group=rule.group, area=rule.area,
            area_kind=rule.area_kind, severity=rule.severity, agency=rule.agency,
            covering=rule.covering, cooperating=rule.cooperating, priority=rule.priority,
            valid_from=rule.valid_from, valid_to=rule.valid_to,
        )
        for number, rule in enumerate(home.rules)
    ]  # fmt: skip
    bodies = Bodies(
        by_code={
            a.code: Body(code=a.code, parent=a.parent, area=a.area, valid_from=a.valid_from,
                         valid_to=a.valid_to, successor=a.successor)
            for a in home.agencies
        },
        coordinator="VP-UBND", oversight="TTRA",
        by_area={a.area: a.code for a in home.agencies if a.area},
    )  # fmt: skip
    facts = Facts(
        category=category, group=part.group, severity="normal", place=place,
        about_agency=about, on=TODAY,
    )  # fmt: skip
    return decide(facts, rules, bodies)


def test_all_categories_are_expected(home: PackContent) -> None:
    problems = {part.code for part in home.categories if part.kind == "problem"}
    assert problems == LEADS.keys()


@pytest.mark.parametrize("category", LEADS)
@pytest.mark.parametrize(
    "place", [LAND, SHORE, NEAR, STATED], ids=["land", "shore", "near", "stated"]
)
def test_on_land(home: PackContent, category: str, place: Place) -> None:
    assert choose(home, category, place).agency == LEADS[category]


@pytest.mark.parametrize("category", LEADS)
def test_on_the_bay_its_board_answers(home: PackContent, category: str) -> None:
    special = {"admin": "TTPVHCC", "procedures": "VP-UBND", "other": None}
    assert choose(home, category, ON_BAY).agency == special.get(category, "BQLVHL")


@pytest.mark.parametrize("place", [AT_SEA, UNKNOWN], ids=["sea", "unknown"])
@pytest.mark.parametrize("category", LEADS)
def test_where_no_unit_is_a_person_decides(home: PackContent, category: str, place: Place) -> None:
    expected = LEADS[category] if LEADS[category] != WARD else None
    if category == "tourism" and place is AT_SEA:
        expected = "BQLVHL"
    assert choose(home, category, place).agency == expected


def test_cooperation(home: PackContent) -> None:
    assert choose(home, "safety", LAND).cooperating == ("CAT",)
    assert choose(home, "construction", LAND).cooperating == ("SNNMT",)
    assert choose(home, "power", LAND).cooperating == (WARD,)
    assert choose(home, "power", AT_SEA).cooperating == ()


def test_nobody_judges_itself(home: PackContent) -> None:
    assert choose(home, "waste", LAND, about=WARD).agency == "VP-UBND"
    assert choose(home, "admin", UNKNOWN, about="TTPVHCC").agency == "VP-UBND"
    assert choose(home, "power", LAND, about="PCQN").agency == "TTRA"
    assert choose(home, "procedures", LAND, about="TTPVHCC").agency == "VP-UBND"
    assert choose(home, "procedures", LAND, about="VP-UBND").agency != "VP-UBND"


def test_hours_are_what_the_clock_reads(home: PackContent) -> None:
    timetable = Timetable.from_document(timetable_document(home.hours))
    assert timetable.to_document() == timetable_document(home.hours)
    monday = timetable.periods[0].week[0]
    assert sum(end - start for start, end in monday) == 450
    tiny = read_pack(Path(__file__).parent / "tiny_city")
    for agency in tiny.agencies:
        if agency.hours:
            Timetable.from_document(timetable_document(agency.hours))
