"""The outlook is what then happens: the same agency, reason and dates as after routing."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.catalog.models import ServiceTarget
from app.catalog.queries import category, forget_kept
from app.reports.answers import subject_of
from app.routing.models import RoutingDecision
from app.routing.outlook import Question, outlook
from app.tickets.models import Ticket
from geo.point import LonLat
from tests.factories.tickets import (
    ACROSS_BORDER,
    HOUR,
    IN_NEXT_CITY,
    IN_NEXT_WARD,
    IN_WARD,
    MONDAY,
    ON_BAY,
    WARD,
    WARD_AREA,
    count,
    events,
    routed_ticket,
    statements,
)

NIGHT = MONDAY + 12 * HOUR  # 21:00 on the wall
FRIDAY_LATE = MONDAY + timedelta(days=4, hours=7, minutes=59)  # a minute before closing
HOLIDAY = datetime.fromisoformat("2026-09-02T03:00:00+00:00")
NEAR_BORDER = LonLat(lon=107.0975, lat=20.951)
REPORTS = [
    {},
    {"category": "road", "answers": {"what": "sinkhole"}},
    {"category": "power"},
    {"category": "power", "place": None},
    {"category": "traffic", "place": IN_NEXT_WARD},
    {"category": "admin", "place": None},
    {"category": "admin", "place": None, "answers": {"matter": "rules"}},
    {"category": "admin", "answers": {"matter": "rules"}, "about_agency": "VP-UBND"},
    {"category": "admin", "answers": {"matter": "conduct"}, "about_agency": "TTPVHCC"},
    {"category": "other"},
    {"place": None},
    {"place": ON_BAY},
    {"place": NEAR_BORDER},
    {"category": "tourism", "place": ON_BAY},
    {"place": None, "stated_area": WARD_AREA},
    {"category": "construction", "place": None, "stated_area": WARD_AREA},
    {"about_agency": WARD},
    {"category": "power", "about_agency": "PCQN"},
    {"category": "other", "about_agency": "VP-UBND"},
    {"category": "safety"},
]


def asked(session: Session, **changes) -> Question:
    chosen = category(session, changes.get("category", "waste"))
    subject = subject_of(session, chosen, changes.get("answers", {}))
    return Question(
        category=subject.category,
        severity=subject.severity,
        place=changes.get("place", IN_WARD),
        stated_area=changes.get("stated_area"),
        about_agency=changes.get("about_agency"),
    )


@pytest.mark.parametrize("at", [MONDAY, NIGHT, FRIDAY_LATE, HOLIDAY], ids=str)
@pytest.mark.parametrize("changes", REPORTS, ids=str)
def test_it_happens_as_foretold(session: Session, changes, at: datetime) -> None:
    found = outlook(session, asked(session, **changes), now=at)
    ticket = routed_ticket(session, at=at, **changes)
    told = events(session, ticket)[-1].params
    assert (found.agency, found.by_hand) == (ticket.agency_code, ticket.in_triage)
    assert (found.first_reply_due_at, found.outcome_due_at) == (
        ticket.first_reply_due_at,
        ticket.outcome_due_at,
    )
    assert (found.reason, found.area, found.other_area) == (
        told["reason"],
        told.get("area"),
        told.get("other_area"),
    )


def test_the_samples_hold_a_border_and_an_urgent_one(session: Session) -> None:
    """Otherwise the comparison above would miss them."""
    assert outlook(session, asked(session, place=NEAR_BORDER), now=MONDAY).reason == "near_border"
    urgent = asked(session, category="road", answers={"what": "sinkhole"})
    due = outlook(session, urgent, now=NIGHT).outcome_due_at
    assert due == NIGHT + 8 * HOUR


def test_what_cannot_be_promised_is_foretold_too(session: Session) -> None:
    session.execute(delete(ServiceTarget).where(ServiceTarget.category_code == "waste"))
    found = outlook(session, asked(session), now=MONDAY)
    ticket = routed_ticket(session)
    assert (found.reason, found.by_hand) == ("no_promise", True)
    assert found.outcome_due_at == ticket.outcome_due_at is not None


@pytest.mark.parametrize("place", [ACROSS_BORDER, IN_NEXT_CITY, LonLat(lon=0, lat=0)])
def test_outside_nobody_gets_it(session: Session, place: LonLat) -> None:
    found = outlook(session, asked(session, place=place), now=MONDAY)
    assert found.refused
    assert (found.agency, found.outcome_due_at) == (None, None)


def test_without_a_subject_there_is_a_place_only(session: Session) -> None:
    found = outlook(session, Question(place=IN_WARD), now=MONDAY)
    assert (found.area, found.agency, found.reason) == (WARD_AREA, None, "")


@pytest.mark.parametrize("changes", [{}, {"place": None, "stated_area": WARD_AREA}], ids=str)
def test_it_writes_nothing_and_asks_little(session: Session, changes) -> None:
    question = asked(session, **changes)
    outlook(session, question, now=MONDAY)
    forget_kept()
    with statements() as seen:
        outlook(session, question, now=MONDAY)
    assert len(seen) <= 5
    assert all(statement.lstrip().upper().startswith(("SELECT", "WITH")) for statement in seen)
    assert not session.new
    assert not session.dirty
    assert count(session, Ticket) == count(session, RoutingDecision) == 0
