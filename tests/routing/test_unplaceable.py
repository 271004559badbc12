"""A ticket without a possible promise has an owner all the same, or at least blocks nobody."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.agencies.models import AgencyTimetable
from app.catalog.models import Category, ServiceTarget
from app.core.words.i18n import use_language
from app.routing.models import RoutingDecision
from app.routing.service import route_pending
from app.tickets.models import Ticket
from app.tickets.words.names import Names
from app.tickets.words.view import reason_words
from tests.factories.tickets import (
    MONDAY,
    WARD,
    act,
    coordinator,
    events,
    kinds,
    routed_ticket,
    submitted,
    wrong,
)

OFFICE = "VP-UBND"
MINUTE = timedelta(minutes=1)


def no_target(session: Session, category: str) -> None:
    session.execute(delete(ServiceTarget).where(ServiceTarget.category_code == category))


def never_open(session: Session, agency: str) -> None:
    """Hours of an agency's own, none."""
    week = {"valid_from": None, "valid_to": None, "days": [[] for _ in range(7)]}
    session.add(
        AgencyTimetable(
            agency_code=agency, version=1, document={"periods": [week]}, created_at=MONDAY,
            illustrative=False,
        )
    )  # fmt: skip
    session.flush()


@pytest.mark.parametrize("fault", ["target", "hours"])
def test_what_cannot_be_promised_is_sorted_by_a_person(session: Session, fault: str) -> None:
    if fault == "target":
        no_target(session, "waste")
    else:
        never_open(session, WARD)
    ticket = routed_ticket(session)
    assert (ticket.status, ticket.in_triage, ticket.agency_code) == ("received", True, OFFICE)
    assert ticket.outcome_due_at is not None
    assert kinds(session, ticket) == ["open", "triage"]
    assert events(session, ticket)[-1].params["reason"] == "no_promise"
    decision = session.scalars(select(RoutingDecision)).one()
    assert (decision.agency_code, decision.reason) == (None, "no_promise")
    for lang, words in (("vi", "Chưa xác định được thời hạn"), ("en", "No promise could be made")):
        with use_language(lang):
            assert words in reason_words(session, ticket, Names.load(session))
    act(session, ticket, "assign", coordinator(session), agency_code=WARD)
    assert (ticket.status, ticket.agency_code) == ("assigned", WARD)
    assert wrong(session) == []


def nothing_can_be_promised(session: Session) -> None:
    for category in session.scalars(select(Category.code)).all():
        no_target(session, category)


def test_what_can_be_placed_nowhere_blocks_nobody(session: Session) -> None:
    stuck = [submitted(session, category="power").ticket for _ in range(3)]
    good = submitted(session).ticket
    no_target(session, "power")
    no_target(session, "other")
    assert [route_pending(session, now=MONDAY, limit=2) for _ in range(3)] == [2, 2, 0]
    assert good.agency_code == WARD
    session.expire_all()
    assert {ticket.route_after for ticket in stuck} == {MONDAY + MINUTE}
    assert [ticket.events_count for ticket in stuck] == [1, 1, 1]


def test_it_waits_longer_each_time_and_is_found_and_placed_in_the_end(session: Session) -> None:
    ticket = submitted(session).ticket
    kept = (
        session.execute(
            select(ServiceTarget.__table__).where(ServiceTarget.category_code == "waste")
        )
        .mappings()
        .all()
    )
    nothing_can_be_promised(session)
    waits, at = [], MONDAY
    for _ in range(8):
        assert route_pending(session, now=at) == 1
        assert route_pending(session, now=at) == 0
        session.refresh(ticket)
        assert ticket.route_after is not None
        waits.append((ticket.route_after - at) // MINUTE)
        at = ticket.route_after
    assert waits == [1, 1, 2, 4, 8, 16, 32, 60]
    assert wrong(session, at) == [f"{ticket.reference} has waited too long to be routed"]
    ticket = session.get_one(Ticket, ticket.id)
    session.execute(ServiceTarget.__table__.insert(), [dict(row) for row in kept])
    assert route_pending(session, now=at) == 1
    assert (ticket.status, ticket.agency_code) == ("assigned", WARD)
    assert wrong(session, at) == []
