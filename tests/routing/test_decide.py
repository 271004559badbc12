"""Routing rules: the order is total, nobody judges themselves, nothing stays without an owner."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.routing.decide import (
    AreaFact,
    Bodies,
    Body,
    Decision,
    Facts,
    Place,
    PlaceKind,
    Reason,
    Rule,
    decide,
    find_place,
)

TODAY = date(2026, 11, 23)
UNIT = AreaFact(code="u1", kind="unit", area_m2=100.0)
OTHER = AreaFact(code="u2", kind="unit", area_m2=100.0)
PROVINCE = AreaFact(code="p", kind="province", area_m2=1000.0)
BAY = AreaFact(code="bay", kind="water", area_m2=500.0)
ABROAD = AreaFact(code="abroad", kind="neighbour", area_m2=900.0)


def body(code: str, **changes: object) -> Body:
    values = {"parent": None, "area": None, "valid_from": None, "valid_to": None, "successor": None}
    return Body(code=code, **(values | changes))  # type: ignore[arg-type]


BODIES = Bodies(
    by_code={
        "ward1": body("ward1", parent="office", area="u1"),
        "ward2": body("ward2", parent="office", area="u2"),
        "office": body("office"),
        "roads": body("roads", parent="office"),
        "bayboard": body("bayboard", parent="office"),
        "inspectors": body("inspectors", parent="office"),
        "old": body("old", valid_to=date(2026, 1, 1), successor="roads"),
        "gone": body("gone", valid_to=date(2026, 1, 1)),
    },
    coordinator="office",
    oversight="inspectors",
    by_area={"u1": "ward1", "u2": "ward2"},
)

_numbers = itertools.count(1)


def rule(**changes: object) -> Rule:
    values: dict[str, object] = {
        "id": next(_numbers),
        "category": None,
        "group": None,
        "area": None,
        "area_kind": None,
        "severity": None,
        "agency": None,
        "covering": None,
        "cooperating": (),
        "priority": 0,
        "valid_from": None,
        "valid_to": None,
    }
    return Rule(**(values | changes))  # type: ignore[arg-type]


def facts(place: Place | None = None, **changes: object) -> Facts:
    values: dict[str, object] = {
        "category": "waste",
        "group": "env",
        "severity": "normal",
        "place": place or Place(kind=PlaceKind.UNIT, area=UNIT, covering=(UNIT, PROVINCE)),
        "about_agency": None,
        "on": TODAY,
    }
    return Facts(**(values | changes))  # type: ignore[arg-type]


def place(*areas: AreaFact, nearest_m: float | None = None) -> Place:
    return find_place(
        areas,
        nearest=OTHER if nearest_m is not None else None,
        nearest_m=nearest_m,
        shore_limit_m=500,
    )


@pytest.mark.parametrize(
    ("areas", "nearest_m", "kind", "code"),
    [
        ((UNIT,), None, PlaceKind.UNIT, "u1"),
        ((UNIT, ABROAD, BAY), None, PlaceKind.UNIT, "u1"),
        ((ABROAD, BAY), 10.0, PlaceKind.NEIGHBOUR, "abroad"),
        ((BAY,), 500.0, PlaceKind.NEAR, "u2"),
        ((BAY,), 500.1, PlaceKind.WATER, "bay"),
        ((), 499.0, PlaceKind.NEAR, "u2"),
        ((), 501.0, PlaceKind.OUTSIDE, None),
        ((), None, PlaceKind.OUTSIDE, None),
    ],
)
def test_place_order(
    areas: tuple[AreaFact, ...], nearest_m: float | None, kind: PlaceKind, code: str | None
) -> None:
    found = place(*areas, nearest_m=nearest_m)
    assert found.kind is kind
    assert (found.area.code if found.area else None) == code


def test_the_agency_of_the_covering_unit() -> None:
    found = decide(facts(), [rule(category="waste", covering="unit")], BODIES)
    assert (found.agency, found.reason, found.area) == ("ward1", Reason.RULE_AREA, "u1")


def test_category_beats_group_beats_any() -> None:
    rules = [
        rule(agency="office", priority=9),
        rule(group="env", agency="roads", priority=9),
        rule(category="waste", covering="unit"),
    ]
    assert decide(facts(), rules, BODIES).agency == "ward1"
    assert decide(facts(category="x"), rules, BODIES).agency == "roads"
    assert decide(facts(category="x", group="y"), rules, BODIES).agency == "office"


def test_smaller_area_then_severity_then_priority_then_id() -> None:
    big = rule(area="p", agency="office", severity="normal", priority=9)
    small = rule(area="u1", agency="roads")
    assert decide(facts(), [big, small], BODIES).agency == "roads"
    severe = rule(area="u1", agency="bayboard", severity="normal")
    assert decide(facts(), [small, severe], BODIES).agency == "bayboard"
    first, second = rule(agency="roads"), rule(agency="office")
    assert decide(facts(), [second, first], BODIES).rule == first.id
    preferred = rule(agency="bayboard", priority=1)
    assert decide(facts(), [first, second, preferred], BODIES).rule == preferred.id


def test_water_goes_to_its_board_and_to_triage_without_a_rule() -> None:
    at_sea = facts(place(BAY, nearest_m=2_000))
    rules = [rule(category="waste", covering="unit"), rule(area="bay", agency="bayboard")]
    assert decide(at_sea, rules, BODIES).agency == "bayboard"
    assert decide(at_sea, rules, BODIES).reason is Reason.RULE_WATER
    assert decide(at_sea, rules[:1], BODIES).agency is None


def test_near_an_approximate_border_a_person_decides() -> None:
    near = Place(kind=PlaceKind.UNIT, area=UNIT, covering=(UNIT,), border="u2", border_m=300.0)
    found = decide(facts(near), [rule(covering="unit")], BODIES)
    assert (found.agency, found.reason) == (None, Reason.NEAR_BORDER)
    assert (found.area, found.other_area) == ("u1", "u2")
    # A rule for this very unit is as doubtful as the unit.
    found = decide(facts(near), [rule(area="u1", agency="roads")], BODIES)
    assert (found.agency, found.reason) == (None, Reason.NEAR_BORDER)
    # An agency for the whole city does not depend on the border.
    assert decide(facts(near), [rule(agency="roads")], BODIES).agency == "roads"


def test_unknown_place_needs_a_rule_without_place() -> None:
    unknown = facts(Place(kind=PlaceKind.UNKNOWN))
    assert decide(unknown, [rule(covering="unit")], BODIES).reason is Reason.NO_PLACE
    assert decide(unknown, [rule(agency="roads")], BODIES).agency == "roads"


def test_never_to_the_agency_complained_about() -> None:
    rules = [rule(covering="unit", cooperating=("covering:unit", "roads"))]
    found = decide(facts(about_agency="ward1"), rules, BODIES)
    assert (found.agency, found.reason) == ("office", Reason.ABOUT_PARENT)
    assert found.cooperating == ("roads",)
    top = decide(facts(about_agency="office"), [rule(agency="office")], BODIES)
    assert (top.agency, top.reason) == ("inspectors", Reason.ABOUT_OVERSIGHT)


@pytest.mark.parametrize(
    ("place", "rules"),
    [
        (None, []),
        (Place(kind=PlaceKind.UNKNOWN), [rule(covering="unit")]),
        (Place(kind=PlaceKind.OUTSIDE), []),
        (Place(kind=PlaceKind.UNIT, area=UNIT, covering=(UNIT,), border="u2"),
         [rule(covering="unit")]),
    ],
)  # fmt: skip
def test_the_coordinator_sorts_nothing_about_itself(place: Place | None, rules: list[Rule]) -> None:
    assert decide(facts(place), rules, BODIES).agency is None
    found = decide(facts(place, about_agency=BODIES.coordinator), rules, BODIES)
    assert (found.agency, found.reason) == ("inspectors", Reason.ABOUT_OVERSIGHT)


def test_successors_are_followed_and_dead_ends_skipped() -> None:
    assert decide(facts(), [rule(agency="old")], BODIES).agency == "roads"
    rules = [rule(category="waste", agency="gone"), rule(covering="unit")]
    assert decide(facts(), rules, BODIES).agency == "ward1"


def test_validity_of_rules() -> None:
    ended = rule(agency="roads", valid_to=TODAY)
    later = rule(agency="roads", valid_from=date(2027, 1, 1))
    assert decide(facts(), [ended, later], BODIES).reason is Reason.NO_RULE


def test_a_place_that_became_foreign_goes_to_triage() -> None:
    found = decide(facts(place(ABROAD)), [rule(agency="roads")], BODIES)
    assert (found.agency, found.reason) == (None, Reason.OUTSIDE)


CODES = st.sampled_from([None, "waste", "noise"])
RULES = st.lists(
    st.builds(
        lambda number, category, area, severity, target, priority: Rule(
            id=number,
            category=category,
            group=None,
            area=area,
            area_kind=None,
            severity=severity,
            agency=None if target == "unit" else target,
            covering="unit" if target == "unit" else None,
            cooperating=(),
            priority=priority,
            valid_from=None,
            valid_to=None,
        ),
        st.integers(1, 1000),
        CODES,
        st.sampled_from([None, "u1", "p", "bay"]),
        st.sampled_from([None, "normal", "urgent"]),
        st.sampled_from(["unit", "roads", "ward1", "gone"]),
        st.integers(-2, 2),
    ),
    max_size=8,
    unique_by=lambda item: item.id,
)


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (Place(kind=PlaceKind.UNKNOWN), Reason.NO_PLACE),
        (Place(kind=PlaceKind.UNIT, area=UNIT, covering=(UNIT,), border="u2"), Reason.NEAR_BORDER),
        (Place(kind=PlaceKind.OUTSIDE), Reason.OUTSIDE),
    ],
)
def test_what_is_about_the_coordinator_is_not_sorted_by_it(place: Place, reason: Reason) -> None:
    rules = [rule(covering="unit")]
    assert decide(facts(place), rules, BODIES).reason is reason
    found = decide(facts(place, about_agency="office"), rules, BODIES)
    assert (found.agency, found.reason) == ("inspectors", Reason.ABOUT_OVERSIGHT)


@given(RULES, st.sampled_from([None, "ward1", "roads", "office"]), st.randoms())
def test_the_order_of_rules_does_not_matter(rules, about, random) -> None:
    asked = facts(about_agency=about)
    first: Decision = decide(asked, rules, BODIES)
    shuffled = list(rules)
    random.shuffle(shuffled)
    assert decide(asked, shuffled, BODIES) == first
    assert first.agency is None or first.agency != about
