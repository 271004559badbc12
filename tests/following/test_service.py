"""Me too, it is fixed, it came back, joining after sending: counted once, and only what is public."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import db, transaction
from app.core.errors import Conflict, NotFound
from app.following import service as following
from app.following.models import FixedClaim, Supporter
from app.reports import service as reports
from app.reports.models import Report
from app.tickets.models import Ticket
from geo.morton import map_key
from tests.factories.tickets import (
    DAY,
    HOUR,
    IN_NEXT_WARD,
    IN_WARD,
    MONDAY,
    accepted_ticket,
    act,
    command,
    coordinator,
    count,
    events,
    kinds,
    officer,
    report_of,
    resolve,
    routed_ticket,
    submitted,
    wrong,
)
from tests.factories.wiping import wipe

LATER = MONDAY + HOUR
WRITTEN = (
    "event_outbox", "ticket_event", "routing_decision", "supporter", "fixed_claim", "report", "ticket",
)  # fmt: skip


def closed(session: Session, **changes: object) -> Ticket:
    ticket = resolve(session, accepted_ticket(session, **changes))
    reports.confirm(session, report_of(session, ticket), now=LATER)
    return ticket


# Me too


def test_a_device_counts_once(session: Session) -> None:
    ticket = routed_ticket(session)
    version = ticket.row_version
    assert following.support(session, ticket, "one")
    assert not following.support(session, ticket, "one")
    assert following.support(session, ticket, "two")
    session.refresh(ticket)
    assert (ticket.supporters_count, ticket.row_version) == (2, version)
    assert following.supports(session, ticket, "one")
    assert not following.supports(session, ticket, "three")


def test_marks_of_one_device_have_nothing_in_common(session: Session) -> None:
    one, other = routed_ticket(session), routed_ticket(session)
    following.support(session, one, "device")
    following.support(session, other, "device")
    marks = set(session.scalars(select(Supporter.mark)))
    assert len(marks) == 2
    assert "device" not in "".join(marks)


def test_who_reports_it_after_all_counts_as_that(session: Session) -> None:
    ticket = routed_ticket(session)
    following.support(session, ticket, "one")
    following.end_support(session, ticket, "one")
    following.end_support(session, ticket, "one")
    session.refresh(ticket)
    assert (ticket.supporters_count, count(session, Supporter)) == (0, 0)


@pytest.mark.parametrize("change", ["private", "hidden", "resolved"])
def test_only_what_is_public_and_open_is_supported(session: Session, change: str) -> None:
    ticket = accepted_ticket(session)
    if change == "private":
        ticket.private = True
    elif change == "hidden":
        act(session, ticket, "hide", coordinator(session), code="insult")
    else:
        resolve(session, ticket)
    with pytest.raises(Conflict if change == "resolved" else NotFound):
        following.support(session, ticket, "one")
    with pytest.raises(Conflict if change == "resolved" else NotFound):
        following.claim_fixed(session, ticket, "one", now=LATER)
    assert count(session, Supporter) == count(session, FixedClaim) == 0


# It is fixed


def test_somebody_says_that_it_is_fixed(session: Session) -> None:
    ticket = accepted_ticket(session)
    status, due = ticket.status, ticket.outcome_due_at
    following.claim_fixed(session, ticket, "one", now=LATER)
    following.claim_fixed(session, ticket, "one", now=LATER + HOUR)
    following.claim_fixed(session, ticket, "two", now=LATER + HOUR)
    assert (ticket.status, ticket.outcome_due_at, ticket.fixed_claimed_at) == (status, due, LATER)
    assert kinds(session, ticket).count("claim_fixed") == 1
    assert events(session, ticket)[-1].public
    assert count(session, FixedClaim) == 2
    assert wrong(session, LATER) == []


def test_the_staff_answers_the_claim(session: Session) -> None:
    ticket = accepted_ticket(session)
    by = officer(session, ticket.agency_code or "")
    with pytest.raises(Conflict):
        act(session, ticket, "refute", by, text="Chưa xong")
    following.claim_fixed(session, ticket, "one", now=LATER)
    with pytest.raises(Conflict, match="text_missing"):
        act(session, ticket, "refute", by)
    act(session, ticket, "refute", by, text="Đã kiểm tra, còn một đoạn", at=LATER)
    assert ticket.fixed_claimed_at is None
    assert kinds(session, ticket)[-2:] == ["claim_fixed", "refute"]
    following.claim_fixed(session, ticket, "two", now=LATER + HOUR)
    assert ticket.fixed_claimed_at == LATER + HOUR
    resolve(session, ticket, at=LATER + 2 * HOUR)
    assert ticket.fixed_claimed_at is None
    assert wrong(session, LATER + 2 * HOUR) == []


def test_who_reported_it_says_so_by_the_link(session: Session) -> None:
    ticket = accepted_ticket(session)
    report = report_of(session, ticket)
    following.claim_own_fixed(session, report, now=LATER)
    following.claim_own_fixed(session, report, now=LATER)
    assert events(session, ticket)[-1].actor_role == "reporter"
    assert kinds(session, ticket).count("claim_fixed") == 1
    joined = reports.join(session, command(), ticket, now=LATER).report
    act(session, ticket, "refute", officer(session, ticket.agency_code or ""), text="x", at=LATER)
    following.claim_own_fixed(session, joined, now=LATER)
    assert events(session, ticket)[-1].actor_role == "joined_reporter"
    resolve(session, ticket, at=LATER)
    with pytest.raises(Conflict):
        following.claim_own_fixed(session, joined, now=LATER)
    assert wrong(session, LATER) == []


# It came back


def test_what_came_back_is_a_new_ticket_that_names_the_earlier(session: Session) -> None:
    earlier = closed(session)
    sent = command(category="road", place=IN_NEXT_WARD, text="Rác lại chất đống")
    done = reports.come_back(session, sent, earlier, now=LATER + 40 * DAY)
    assert done.ticket.predecessor_id == earlier.id
    assert done.ticket.category_code == earlier.category_code
    assert done.ticket.map_key == earlier.map_key == map_key(IN_WARD)
    assert events(session, done.ticket)[0].params["came_back"] == earlier.reference
    assert earlier.status == "closed"
    again = reports.come_back(session, sent, earlier, now=LATER + 41 * DAY)
    assert (again.repeated, again.ticket.id) == (True, done.ticket.id)


def test_a_coarse_place_is_told_to_nobody(session: Session) -> None:
    earlier = closed(session)
    earlier.coarse, earlier.map_key = True, 1
    done = reports.come_back(session, command(), earlier, now=LATER + DAY)
    session.refresh(done.report)
    assert done.report.place is None
    assert done.ticket.place is None
    assert done.ticket.area_code == earlier.area_code


def test_what_is_open_or_private_does_not_come_back(session: Session) -> None:
    ticket = routed_ticket(session)
    with pytest.raises(Conflict):
        reports.come_back(session, command(), ticket, now=LATER)
    reports.withdraw(session, report_of(session, ticket), now=LATER)
    with pytest.raises(Conflict):
        reports.come_back(session, command(), ticket, now=LATER)
    hidden = closed(session)
    hidden.private = True
    with pytest.raises(NotFound):
        reports.come_back(session, command(), hidden, now=LATER)


# Joining after sending


def two(session: Session) -> tuple[Ticket, Report, Ticket]:
    into = routed_ticket(session)
    done = submitted(session, at=LATER)
    return done.ticket, done.report, into


def test_the_own_report_goes_to_those_of_others(session: Session) -> None:
    own, report, into = two(session)
    due = into.outcome_due_at
    assert reports.join_own(session, report, into, now=LATER) is into
    assert (own.status, own.merged_into_id, into.reports_count) == ("merged", into.id, 2)
    assert (into.received_at, into.outcome_due_at) == (MONDAY, due)
    last = events(session, into)[-1]
    assert (last.kind, last.actor_role) == ("join", "joined_reporter")
    # A second click finds it done.
    assert reports.join_own(session, report, into, now=LATER) is into
    assert into.reports_count == 2
    assert wrong(session, LATER) == []


def test_an_accepted_ticket_is_not_merged_by_its_reporter(session: Session) -> None:
    own, report, into = two(session)
    while own.agency_code is None:
        from app.routing.service import route_pending

        route_pending(session, now=LATER)
    act(session, own, "accept", officer(session, own.agency_code or ""), at=LATER)
    with pytest.raises(Conflict):
        reports.join_own(session, report, into, now=LATER)
    assert (own.status, into.reports_count) == ("in_progress", 1)


def test_only_what_is_offered_is_joined(session: Session) -> None:
    own, report, _into = two(session)
    far = routed_ticket(session, place=IN_NEXT_WARD)
    other = routed_ticket(session, category="lighting")
    for ticket in (far, other):
        with pytest.raises(Conflict, match="not_similar"):
            reports.join_own(session, report, ticket, now=LATER)
    assert own.status != "merged"


def test_others_who_joined_keep_their_ticket(session: Session) -> None:
    own, report, into = two(session)
    reports.join(session, command(), own, now=LATER)
    with pytest.raises(Conflict):
        reports.join_own(session, report, into, now=LATER + timedelta(minutes=1))
    assert own.reports_count == 2


# At once


@pytest.fixture
def real(app: Flask) -> Iterator[None]:
    """What is written is really committed, and taken away afterwards."""
    with app.app_context():
        yield
        wipe(WRITTEN)


@pytest.mark.usefixtures("real")
def test_a_hundred_at_once_count_once(app: Flask) -> None:
    with transaction() as session:
        ticket_id, sent = routed_ticket(session).id, command(text="Cùng một lần gửi")
    failures: list[BaseException] = []
    gate = threading.Barrier(10)

    def click(number: int) -> None:
        device = f"device {number % 5}"
        acts = (
            lambda session, ticket: following.support(session, ticket, device),
            lambda session, ticket: reports.join(session, sent, ticket, now=LATER),
            lambda session, ticket: following.claim_fixed(session, ticket, device, now=LATER),
        )
        gate.wait()
        for turn in range(30):
            try:
                with app.app_context():
                    with transaction() as session:
                        acts[turn % 3](session, session.get_one(Ticket, ticket_id))
                    db.session.remove()
            except BaseException as error:
                failures.append(error)

    threads = [threading.Thread(target=click, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with transaction() as session:
        found = session.get_one(Ticket, ticket_id, populate_existing=True)
        mine = select(func.count()).select_from(Report).where(Report.ticket_id == ticket_id)
        assert (found.supporters_count, found.reports_count, session.scalar(mine)) == (5, 2, 2)
        assert kinds(session, found).count("join") == 1
        assert kinds(session, found).count("claim_fixed") == 1
        assert wrong(session, LATER) == []


def test_a_claim_that_no_event_tells_is_found(session: Session) -> None:
    ticket = accepted_ticket(session)
    ticket.fixed_claimed_at = LATER
    session.flush()
    assert any("said to be fixed" in what for what in map(str, wrong(session, LATER)))
