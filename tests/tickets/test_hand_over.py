"""An agency ends: its open tickets go to the successor, uncounted, with their dates."""

import uuid
from datetime import timedelta

from sqlalchemy.orm import Session

from app.core.time import now
from app.packs.service import succeed
from app.reports.schemas import parse_report
from app.reports.service import submit
from app.routing.service import route_pending
from app.tickets.models import Ticket
from app.tickets.queries import events_of
from app.tickets.service import hand_over
from app.tickets.verify import Checked, problems

FORMER, HEIR = "UBND-06685", "UBND-06673"


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


def test_new_reports_go_to_the_successor(session: Session) -> None:
    today = now().date()
    succeed(session, FORMER, HEIR, on=today, today=today)
    body = {"category": "waste", "text": "x", "lat": 20.951, "lon": 107.08}
    command = parse_report(body, key=uuid.uuid4(), lang="vi", channel="web", photos_expected=False)
    done = submit(session, command, now=now())
    route_pending(session, now=now())
    assert done.ticket.agency_code == HEIR
