"""What the clock does by itself: once, oldest first, and no harm when it comes late or twice."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.reports.service import dispute
from app.tickets.models import Ticket
from app.tickets.service import expire, mark_due
from tests.factories.tickets import (
    DAY,
    HOUR,
    MONDAY,
    accepted_ticket,
    act,
    due,
    events,
    kinds,
    manager,
    officer,
    report_of,
    resolve,
    routed_ticket,
    submitted,
    wrong,
)

WEEK = 7 * DAY


def test_overdue_is_an_event_written_once(session: Session) -> None:
    ticket = routed_ticket(session)
    assert mark_due(session, now=due(ticket)) == 0
    late = due(ticket) + timedelta(seconds=1)
    assert mark_due(session, now=late) == 1
    assert mark_due(session, now=late + DAY) == 0
    assert kinds(session, ticket)[-1] == "overdue"
    assert (ticket.status, ticket.overdue_at) == ("assigned", ticket.outcome_due_at)
    assert events(session, ticket)[-1].actor_role == "system"
    assert wrong(session, late) == []


def test_triage_can_be_late_too(session: Session) -> None:
    ticket = routed_ticket(session, place=None)
    assert mark_due(session, now=due(ticket) + HOUR) == 1


def test_late_ones_come_oldest_first_in_batches(session: Session) -> None:
    young = routed_ticket(session, at=MONDAY + DAY)
    old = routed_ticket(session)
    late = due(young) + DAY
    assert mark_due(session, now=late, limit=1) == 1
    assert (old.overdue_at is None, young.overdue_at is None) == (False, True)
    assert mark_due(session, now=late, limit=1) == 1
    assert mark_due(session, now=late, limit=1) == 0


def test_nothing_is_overdue_that_waits_or_is_done_or_not_routed(session: Session) -> None:
    waiting, done = accepted_ticket(session), accepted_ticket(session)
    act(session, waiting, "pause", officer(session), code="weather", until=MONDAY + 30 * DAY)
    resolve(session, done)
    submitted(session)
    assert mark_due(session, now=MONDAY + 60 * DAY) == 0


def test_a_new_due_date_can_pass_again(session: Session) -> None:
    ticket = accepted_ticket(session)
    late = due(ticket) + HOUR
    mark_due(session, now=late)
    resolve(session, ticket, at=late + HOUR)
    dispute(session, report_of(session, ticket), "not_done", "", now=late + 2 * HOUR)
    assert ticket.overdue_at is None
    assert mark_due(session, now=due(ticket)) == 0
    assert mark_due(session, now=due(ticket) + HOUR) == 1
    assert kinds(session, ticket).count("overdue") == 2
    assert wrong(session, due(ticket) + HOUR) == []


def test_a_pause_ends_on_its_date(session: Session) -> None:
    ticket = accepted_ticket(session)
    until = MONDAY + 3 * DAY
    act(session, ticket, "pause", officer(session), code="other_body", until=until)
    assert expire(session, now=until - timedelta(seconds=1)) == 0
    assert ticket.status == "waiting"
    assert expire(session, now=until + 5 * HOUR) == 1
    assert (ticket.status, ticket.pause_code, ticket.paused_until) == ("in_progress", None, None)
    assert ticket.outcome_due_at is not None
    assert expire(session, now=until + 6 * HOUR) == 0
    assert wrong(session, until + DAY) == []


def planned(session: Session, until) -> Ticket:
    ticket = routed_ticket(session)
    by = manager(session)
    return act(session, ticket, "answer", by, code="planned", until=until, text="Sẽ làm")


def test_a_plan_comes_back_on_its_date_open_or_closed(session: Session) -> None:
    soon, later = planned(session, MONDAY + 3 * DAY), planned(session, MONDAY + 30 * DAY)
    assert expire(session, now=MONDAY + 3 * DAY) == 1
    assert (soon.status, soon.outcome_code, soon.planned_for) == ("in_progress", None, None)
    assert expire(session, now=MONDAY + WEEK + HOUR) == 1
    assert later.status == "closed"
    assert expire(session, now=MONDAY + 30 * DAY) == 1
    assert (later.status, later.closed_at) == ("in_progress", None)
    assert due(later) > MONDAY + 30 * DAY
    assert wrong(session, MONDAY + 31 * DAY) == []


def test_a_result_closes_after_its_rest(session: Session) -> None:
    ticket = resolve(session, accepted_ticket(session), at=MONDAY + HOUR)
    assert expire(session, now=MONDAY + HOUR + WEEK) == 0
    assert expire(session, now=MONDAY + 2 * HOUR + WEEK) == 1
    assert (ticket.status, ticket.confirmed) == ("closed", False)
    assert ticket.closed_at == MONDAY + 2 * HOUR + WEEK
    assert expire(session, now=MONDAY + 9 * WEEK) == 0
    assert wrong(session, MONDAY + 9 * WEEK) == []


def test_a_disputed_result_rests_for_nobody(session: Session) -> None:
    ticket = accepted_ticket(session)
    for number in range(1, 4):
        at = MONDAY + number * DAY
        resolve(session, ticket, at=at)
        dispute(session, report_of(session, ticket), "not_done", "", now=at + HOUR)
    assert expire(session, now=MONDAY + 60 * DAY) == 0
    assert ticket.status == "resolved"


def test_a_merged_ticket_is_left_alone(session: Session) -> None:
    ticket, other = accepted_ticket(session), routed_ticket(session)
    by = officer(session)
    act(session, ticket, "pause", by, code="weather", until=MONDAY + DAY)
    act(session, ticket, "merge", by, target_reference=other.reference)
    resolve(session, other)
    assert expire(session, now=MONDAY + 2 * DAY) == 0
    assert mark_due(session, now=MONDAY + 60 * DAY) == 0
    assert ticket.status == "merged"
