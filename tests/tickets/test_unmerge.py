"""Separating gives back what a merge took, along the whole chain; `verify` agrees."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.reports.service import confirm
from app.tickets.models import Ticket
from app.tickets.service import mark_due
from tests.factories.tickets import (
    DAY,
    HOUR,
    MONDAY,
    act,
    coordinator,
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

LATER = MONDAY + 2 * DAY


def dates(ticket: Ticket) -> tuple[object, ...]:
    return (
        ticket.received_at, ticket.promised_from, ticket.target_id, ticket.timetable_id,
        ticket.calendar_version, ticket.first_reply_due_at, ticket.outcome_due_at,
    )  # fmt: skip


def join(session: Session, ticket: Ticket, into: Ticket, at=LATER) -> None:
    by = coordinator(session)
    act(session, ticket, "merge", by, at=at, target_reference=into.reference)


def part(session: Session, ticket: Ticket, at=LATER + HOUR) -> None:
    act(session, ticket, "unmerge", coordinator(session), at=at)


def test_receipt_and_promise_come_back(session: Session) -> None:
    early, late = routed_ticket(session), routed_ticket(session, at=LATER)
    mine, theirs = dates(early), dates(late)
    join(session, early, late)
    assert dates(late) == mine
    part(session, early)
    assert (dates(early), dates(late)) == (mine, theirs)
    assert kinds(session, late)[-2:] == ["join", "recompute"]
    assert wrong(session, LATER) == []


def test_nothing_taken_nothing_written(session: Session) -> None:
    early, late = routed_ticket(session), routed_ticket(session, at=LATER)
    join(session, late, early)
    part(session, late)
    assert kinds(session, early)[-1] == "join"
    assert wrong(session, LATER) == []


def test_what_others_still_bring_stays(session: Session) -> None:
    first, second = routed_ticket(session), routed_ticket(session, at=MONDAY + DAY)
    last = routed_ticket(session, at=LATER)
    own = dates(last)
    join(session, first, last)
    join(session, second, last)
    part(session, first)
    assert dates(last) == dates(second)
    assert last.reports_count == 2
    part(session, second)
    assert dates(last) == own
    assert last.reports_count == 1
    assert wrong(session, LATER) == []


def test_a_chain_gives_back_all_the_way(session: Session) -> None:
    a, b = routed_ticket(session), routed_ticket(session, at=MONDAY + DAY)
    c = routed_ticket(session, at=LATER)
    before = [dates(ticket) for ticket in (a, b, c)]
    join(session, a, b)
    join(session, b, c)
    assert (c.reports_count, dates(c)) == (3, before[0])
    part(session, a)
    assert [ticket.reports_count for ticket in (a, b, c)] == [1, 1, 2]
    assert [dates(ticket) for ticket in (a, b)] == before[:2]
    assert dates(c) == before[1]
    part(session, b)
    assert [ticket.reports_count for ticket in (a, b, c)] == [1, 1, 1]
    assert [dates(ticket) for ticket in (a, b, c)] == before
    assert wrong(session, LATER) == []


def test_the_end_of_a_chain_says_how_long_it_can_be_separated(session: Session) -> None:
    a, b, c = (routed_ticket(session) for _ in range(3))
    join(session, a, b, MONDAY)
    join(session, b, c, MONDAY)
    resolve(session, c)
    confirm(session, report_of(session, c), now=MONDAY + DAY)
    with pytest.raises(Conflict, match="too_late"):
        part(session, a, MONDAY + 32 * DAY)
    part(session, a, MONDAY + 31 * DAY)
    assert (a.status, b.merged_into_id) == ("assigned", c.id)
    assert wrong(session, MONDAY) == []


def test_a_promise_that_came_by_the_merge_is_replaced_by_an_own_one(session: Session) -> None:
    routed, fresh = routed_ticket(session), submitted(session, at=LATER).ticket
    join(session, routed, fresh)
    assert fresh.target_id == routed.target_id
    part(session, routed)
    assert dates(fresh)[1:] == (None,) * 6
    assert fresh.received_at == LATER
    assert wrong(session, LATER) == []


def test_the_target_went_on_hold_meanwhile(session: Session) -> None:
    early, late = routed_ticket(session), routed_ticket(session, at=LATER)
    alone = routed_ticket(session, at=LATER)
    join(session, early, late)
    for ticket in (late, alone):
        by = officer(session, ticket.agency_code or "")
        act(session, ticket, "pause", by, at=LATER, code="weather", until=LATER + 5 * DAY)
    part(session, early)
    assert late.outcome_due_at is None
    for ticket in (late, alone):
        act(session, ticket, "resume", officer(session), at=LATER + 2 * DAY)
    assert late.outcome_due_at == alone.outcome_due_at
    assert wrong(session, LATER) == []


def test_what_was_late_only_by_the_other_promise_is_not_late_any_more(session: Session) -> None:
    early, late = routed_ticket(session), routed_ticket(session, at=MONDAY + 4 * DAY)
    join(session, early, late, MONDAY + 4 * DAY)
    passed = (early.outcome_due_at or MONDAY) + timedelta(minutes=1)
    while mark_due(session, now=passed):
        pass
    assert late.overdue_at is not None
    part(session, early, passed)
    assert late.overdue_at is None
    assert late.outcome_due_at is not None
    while mark_due(session, now=late.outcome_due_at + HOUR):
        pass
    assert kinds(session, late).count("overdue") == 2
    assert wrong(session, passed) == []


def test_the_managers_way_is_the_same(session: Session) -> None:
    early, late = routed_ticket(session), routed_ticket(session, at=LATER)
    theirs = dates(late)
    act(session, early, "merge", manager(session), at=LATER, target_reference=late.reference)
    act(session, early, "unmerge", manager(session), at=LATER)
    assert dates(late) == theirs
    last = events(session, late)[-1]
    assert (last.kind, last.actor_role, last.public) == ("recompute", "system", True)
