"""Where reports go, with the home pack's own shapes and rules; and why, in words."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.catalog.locate import locate
from app.core.words.i18n import use_language
from app.routing.models import RoutingDecision, RoutingRule
from app.routing.service import route_pending
from app.tickets.models import Cooperation, Ticket
from app.tickets.queries import lock
from app.tickets.words.names import Names
from app.tickets.words.view import reason_words
from geo.point import LonLat
from tests.factories.tickets import (
    BAY,
    DAY,
    MONDAY,
    ON_BAY,
    WARD,
    WARD_AREA,
    events,
    routed_ticket,
    submitted,
    wrong,
)

OFFICE = "VP-UBND"


def decision(session: Session, ticket: Ticket) -> RoutingDecision:
    query = select(RoutingDecision).where(RoutingDecision.ticket_id == ticket.id)
    return session.scalars(query.order_by(RoutingDecision.id.desc()).limit(1)).one()


def why(session: Session, ticket: Ticket, lang: str = "en") -> str:
    with use_language(lang):
        return reason_words(session, ticket, Names.load(session))


@pytest.mark.parametrize(
    ("changes", "agency", "reason"),
    [
        ({}, WARD, "rule_area"),
        ({"category": "power"}, "PCQN", "rule"),
        ({"category": "power", "place": None}, "PCQN", "rule"),
        ({"category": "admin", "place": None}, "TTPVHCC", "rule"),
        ({"place": ON_BAY}, BAY, "rule_water"),
        ({"place": None, "stated_area": WARD_AREA}, WARD, "rule_stated"),
        ({"category": "power", "about_agency": "PCQN"}, "TTRA", "about_oversight"),
        ({"about_agency": WARD}, OFFICE, "about_parent"),
        ({"about_agency": "SXD"}, WARD, "rule_area"),
    ],
)
def test_who_gets_it(session: Session, changes, agency, reason) -> None:
    ticket = routed_ticket(session, **changes)
    assert (ticket.status, ticket.agency_code) == ("assigned", agency)
    found = decision(session, ticket)
    assert (found.agency_code, found.reason) == (agency, reason)
    assert session.get_one(RoutingRule, found.rule_id).valid_from is not None
    told = events(session, ticket)[-1]
    assert (told.kind, told.params["agency"], told.params["reason"]) == ("assign", agency, reason)
    assert wrong(session) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"category": "other"}, "no_rule"),
        ({"category": "other", "place": None}, "no_place"),
        ({"place": None}, "no_place"),
        ({"place": None, "category": "other", "stated_area": WARD_AREA}, "no_rule"),
    ],
)
def test_what_no_rule_fits_goes_to_a_person(session: Session, changes, reason) -> None:
    ticket = routed_ticket(session, **changes)
    assert (ticket.status, ticket.in_triage, ticket.agency_code) == ("received", True, OFFICE)
    assert (ticket.first_reply_due_at is None, ticket.outcome_due_at is None) == (False, False)
    found = decision(session, ticket)
    assert (found.agency_code, found.reason) == (None, reason)
    assert events(session, ticket)[-1].kind == "triage"
    assert wrong(session) == []


def border(session: Session) -> tuple[LonLat, str, str]:
    """A place near an approximate border, with its unit and the one beyond."""
    line = [LonLat(lon=107.08, lat=20.951 + step * 0.001) for step in range(120)]
    for point, found in zip(line, locate(session, line, caution_m=1000), strict=True):
        unit = found.of_kind("unit")
        if unit is not None and unit.approximate and found.border is not None:
            return point, unit.code, found.border
    raise AssertionError("the line crosses no border")


def test_near_an_approximate_border_a_person_is_told_both_units(session: Session) -> None:
    point, unit, beyond = border(session)
    ticket = routed_ticket(session, place=point)
    assert ticket.in_triage
    told = events(session, ticket)[-1].params
    assert (told["reason"], told["area"], told["other_area"]) == ("near_border", unit, beyond)
    names = Names.load(session)
    for lang in ("vi", "en"):
        with use_language(lang):
            both = (names.area(unit), names.area(beyond))
        assert all(name in why(session, ticket, lang) for name in both)


def off_the_shore(session: Session) -> tuple[LonLat, str, str]:
    """A place in no unit, near two approximate ones, with both."""
    grid = [
        LonLat(lon=107.0 + east * 0.01, lat=20.92 + north * 0.005)
        for east in range(20) for north in range(8)
    ]  # fmt: skip
    for point, found in zip(grid, locate(session, grid, caution_m=1000), strict=True):
        near = found.nearest_m is not None and found.nearest_m <= 500
        if near and found.border is not None and found.of_kind("neighbour") is None:
            assert found.nearest is not None
            return point, found.nearest, found.border
    raise AssertionError("no such place")


def test_off_an_approximate_shore_a_person_is_told_both_units(session: Session) -> None:
    point, nearest, beyond = off_the_shore(session)
    assert nearest != beyond
    ticket = routed_ticket(session, place=point)
    assert ticket.in_triage
    told = events(session, ticket)[-1].params
    assert (told["reason"], told["area"], told["other_area"]) == ("near_border", nearest, beyond)


def test_near_a_border_a_rule_for_the_whole_city_is_trusted(session: Session) -> None:
    ticket = routed_ticket(session, place=border(session)[0], category="power")
    assert (ticket.status, ticket.agency_code) == ("assigned", "PCQN")


def test_the_decision_keeps_what_it_rests_on(session: Session) -> None:
    ticket = routed_ticket(session, category="road", answers={"what": "sinkhole"})
    facts = decision(session, ticket).facts
    assert (facts["category"], facts["group"], facts["severity"]) == ("road", "streets", "urgent")
    assert facts["place"]["kind"] == "unit"
    assert facts["place"]["area"]["code"] == WARD_AREA
    assert (facts["about_agency"], facts["on"]) == (None, "2026-10-05")


def test_rules_hold_by_the_citys_calendar(session: Session) -> None:
    night = MONDAY.replace(hour=18)  # already Tuesday in the city
    ticket = routed_ticket(session, at=night)
    assert decision(session, ticket).facts["on"] == "2026-10-06"


def test_who_helps_is_asked_once_until_the_leads_date(session: Session) -> None:
    ticket = routed_ticket(session, category="construction")
    (asked,) = session.scalars(select(Cooperation).where(Cooperation.ticket_id == ticket.id))
    assert (asked.agency_code, asked.asked_at) == ("SNNMT", MONDAY)
    assert asked.due_at == ticket.outcome_due_at
    assert decision(session, ticket).cooperating == ["SNNMT"]


def test_nobody_helps_against_itself(session: Session) -> None:
    ticket = routed_ticket(session, category="construction", about_agency="SNNMT")
    query = select(Cooperation).where(Cooperation.ticket_id == ticket.id)
    assert session.scalars(query).all() == []


def test_an_agency_that_has_ended_is_followed_by_its_successor(session: Session) -> None:
    heir = "UBND-06673"
    former = session.get_one(Agency, WARD)
    former.valid_to, former.successor_code = MONDAY.date(), heir
    session.flush()
    assert routed_ticket(session).agency_code == heir


def test_a_decision_is_added_never_replaced(session: Session) -> None:
    ticket = routed_ticket(session)
    first = decision(session, ticket)
    ticket = lock(session, ticket.id)
    ticket.agency_code, ticket.status = None, "received"  # as `correct` leaves it
    session.flush()
    assert route_pending(session, now=MONDAY + DAY) == 1
    assert decision(session, ticket).id > first.id


def test_the_oldest_come_first(session: Session) -> None:
    tickets = [submitted(session).ticket for _ in range(3)]
    assert route_pending(session, now=MONDAY, limit=2) == 2
    assert [ticket.status for ticket in tickets] == ["assigned", "assigned", "received"]


@pytest.mark.parametrize(
    ("changes", "vi", "en"),
    [
        ({}, "Hồng Gai", "Hong Gai"),
        ({"category": "power"}, "Điện lực", "Power"),
        ({"place": ON_BAY}, "Vịnh Hạ Long", "Ha Long Bay"),
        ({"category": "other"}, "Văn phòng", "Office"),
    ],
)
def test_the_reason_is_told_in_both_languages(session: Session, changes, vi, en) -> None:
    ticket = routed_ticket(session, **changes)
    assert vi in why(session, ticket, "vi")
    assert en in why(session, ticket, "en")
