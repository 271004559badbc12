"""An agency ends: its open tickets go to the successor, uncounted, with their dates."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.core.errors import Rejection
from app.core.time import now
from app.packs.service import succeed
from app.reports.schemas import parse_report
from app.reports.service import submit
from app.routing.service import route_pending
from app.tickets.models import Ticket
from app.tickets.queries import events_of
from app.tickets.service import hand_over
from app.tickets.verify import Checked, problems
from tests.factories.tickets import DAY, MONDAY, act, officer, routed_ticket

FORMER, HEIR, NEXT = "UBND-06685", "UBND-06673", "UBND-06676"


def routed(session: Session) -> Ticket:
    body = {"category": "waste", "text": "x", "lat": 20.951, "lon": 107.08}
    command = parse_report(body, key=uuid.uuid4(), lang="vi", channel="web", photos_expected=False)
    done = submit(session, command, now=now())
    route_pending(session, now=now())
    assert done.ticket.agency_code == FORMER
    return done.ticket


def test_open_tickets_follow_the_successor_from_the_day_on(session: Session) -> None:
    ticket, at = routed(session), now()
    due, status = ticket.outcome_due_at, ticket.status
    assert hand_over(session, now=at) == 0
    today = at.date()
    succeed(session, FORMER, HEIR, on=today + timedelta(days=3), today=today)
    assert hand_over(session, now=at) == 0

    later = at + timedelta(days=4)
    assert hand_over(session, now=later) == 1
    assert hand_over(session, now=later) == 0
    assert (ticket.agency_code, ticket.status, ticket.outcome_due_at) == (HEIR, status, due)
    assert ticket.transfers == 0
    last = events_of(session, ticket.id)[-1]
    assert (last.kind, last.actor_role, last.params["agency"]) == ("succeed", "system", HEIR)
    assert list(problems(session, later, Checked())) == []


def test_an_agency_gets_tickets_by_hand_until_the_day_it_ends(session: Session) -> None:
    today = MONDAY.date()
    succeed(session, NEXT, HEIR, on=today + timedelta(days=3), today=today)
    first, second = routed_ticket(session), routed_ticket(session)
    act(session, first, "transfer", officer(session), agency_code=NEXT)
    assert first.agency_code == NEXT
    with pytest.raises(Rejection) as refused:
        act(session, second, "transfer", officer(session), agency_code=NEXT, at=MONDAY + 3 * DAY)
    assert refused.value.code == "unknown_agency"


def test_an_agency_that_does_not_exist_yet_gets_nothing(session: Session) -> None:
    session.get_one(Agency, NEXT).valid_from = MONDAY.date() + timedelta(days=1)
    with pytest.raises(Rejection) as refused:
        act(session, routed_ticket(session), "transfer", officer(session), agency_code=NEXT)
    assert refused.value.code == "unknown_agency"


def test_new_reports_go_to_the_successor(session: Session) -> None:
    today = now().date()
    succeed(session, FORMER, HEIR, on=today, today=today)
    body = {"category": "waste", "text": "x", "lat": 20.951, "lon": 107.08}
    command = parse_report(body, key=uuid.uuid4(), lang="vi", channel="web", photos_expected=False)
    done = submit(session, command, now=now())
    route_pending(session, now=now())
    assert done.ticket.agency_code == HEIR
