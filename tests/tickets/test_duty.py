"""Urgent claims: called at once, the next after a quarter of an hour, confirmed or lowered."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import DutyShift
from app.core.actor import REPORTER, Actor
from app.core.errors import Conflict, NotFound
from app.notifications.compose import compose
from app.notifications.models import Delivery
from app.notifications.service import fan_out_pending
from app.tickets.models import Ticket, UrgentCall
from app.tickets.policy import may_see
from app.tickets.service import call_duty, mark_due, mark_reply_due
from app.tickets.service.reporter import join
from app.tickets.words.timeline import lines
from tests.factories.tickets import (
    DAY,
    HOUR,
    MONDAY,
    NEXT_WARD,
    WARD,
    act,
    coordinator,
    events,
    kinds,
    officer,
    routed_ticket,
    wrong,
)

MINUTE = timedelta(minutes=1)
OFFICE = "VP-UBND"
NIGHT = datetime(2026, 10, 4, 18, 0, tzinfo=UTC)  # Monday, one o'clock in the morning


def claimed(session: Session, at: datetime = MONDAY) -> Ticket:
    return routed_ticket(session, at=at, urgent=True)


def on_roster(session: Session, agency: str = WARD, position: int = 1) -> Actor:
    person = officer(session, agency)
    session.add(
        DutyShift(
            agency_code=agency, account_id=person.account_id, begins_at=MONDAY - DAY,
            ends_at=MONDAY + DAY, position=position,
        )
    )  # fmt: skip
    session.flush()
    return person


def called(session: Session, ticket: Ticket) -> int | None:
    return session.get_one(UrgentCall, ticket.id, populate_existing=True).account_id


def test_each_is_called_in_turn_until_somebody_is_heard(session: Session) -> None:
    second, first = on_roster(session, position=2), on_roster(session, position=1)
    clerk = on_roster(session, OFFICE)
    ticket = claimed(session)
    version = ticket.row_version
    assert call_duty(session, now=MONDAY) == 1
    assert called(session, ticket) == first.account_id
    assert call_duty(session, now=MONDAY + 15 * MINUTE - timedelta(seconds=1)) == 0
    for turn, person in ((1, second), (2, clerk)):
        assert call_duty(session, now=MONDAY + turn * 15 * MINUTE) == 1
        assert called(session, ticket) == person.account_id
    assert call_duty(session, now=MONDAY + 45 * MINUTE) == 1
    assert called(session, ticket) is None  # the coordinator's office
    assert events(session, ticket)[-1].params == {"step": 4, "above": OFFICE}
    assert call_duty(session, now=MONDAY + DAY) == 0
    assert ticket.row_version == version
    assert wrong(session, MONDAY + DAY) == []


def test_who_is_heard_ends_the_calling(session: Session) -> None:
    person = on_roster(session)
    on_roster(session, position=2)
    ticket = claimed(session)
    call_duty(session, now=MONDAY)
    act(session, ticket, "acknowledge", person, at=MONDAY + 5 * MINUTE)
    assert call_duty(session, now=MONDAY + HOUR) == 0
    with pytest.raises(Conflict):
        act(session, ticket, "acknowledge", officer(session))
    assert not events(session, ticket)[-1].public


def test_without_a_roster_it_is_the_coordinators_office(session: Session) -> None:
    ticket = claimed(session, at=NIGHT)
    assert call_duty(session, now=NIGHT) == 1
    assert called(session, ticket) is None
    fan_out_pending(session, now=NIGHT)
    query = select(Delivery).where(Delivery.template == "agency_duty")
    (row,) = session.scalars(query)
    assert row.recipient == f"agency:{OFFICE}"


def test_who_is_called_gets_a_message_without_the_reports_words(session: Session) -> None:
    person = on_roster(session)
    claimed(session, at=MONDAY)
    call_duty(session, now=MONDAY)
    fan_out_pending(session, now=MONDAY)
    (row,) = session.scalars(select(Delivery).where(Delivery.template == "agency_duty"))
    assert row.recipient == f"account:{person.account_id}"
    message = compose(session, row, at=MONDAY)
    assert "Rác chất đống" not in message.body
    assert "Trần Thị Lan" not in message.body


def test_confirmed_it_counts_real_hours_from_receipt(session: Session) -> None:
    ticket = claimed(session, at=NIGHT)  # waste, urgent: two hours, eight hours
    act(session, ticket, "confirm_urgent", officer(session), at=NIGHT + HOUR)
    assert ticket.severity_code == "urgent"
    assert (ticket.first_reply_due_at, ticket.outcome_due_at) == (
        NIGHT + 2 * HOUR, NIGHT + 8 * HOUR,
    )  # fmt: skip
    assert not ticket.urgent_claim
    assert events(session, ticket)[-1].params["severity"] == ["normal", "urgent"]
    with pytest.raises(Conflict):
        act(session, ticket, "lower", officer(session), text="Không khẩn")
    assert wrong(session, NIGHT + HOUR) == []


def test_lowered_with_a_public_reason(session: Session) -> None:
    ticket = claimed(session)
    dates = (ticket.first_reply_due_at, ticket.outcome_due_at)
    with pytest.raises(Conflict) as refused:
        act(session, ticket, "lower", officer(session))
    assert refused.value.code == "text_missing"
    act(session, ticket, "lower", coordinator(session), text="Không có nguy hiểm ngay")
    assert (ticket.first_reply_due_at, ticket.outcome_due_at) == dates
    assert lines(session, ticket)[-1].text == "Không có nguy hiểm ngay"
    assert call_duty(session, now=MONDAY) == 0
    assert wrong(session) == []


def test_what_was_urgent_by_its_answers_can_be_lowered(session: Session) -> None:
    ticket = claimed(session)
    act(session, ticket, "confirm_urgent", officer(session))
    ticket.urgent_claim = True
    act(session, ticket, "lower", officer(session), text="Đã an toàn")
    assert ticket.severity_code == "normal"
    assert ticket.outcome_due_at is not None
    assert ticket.outcome_due_at > MONDAY + DAY
    assert wrong(session) == []


def test_lowered_it_is_not_late_any_more(session: Session) -> None:
    ticket = claimed(session)
    act(session, ticket, "confirm_urgent", officer(session))
    ticket.urgent_claim = True
    late = (ticket.outcome_due_at or MONDAY) + HOUR
    mark_reply_due(session, now=late)
    mark_due(session, now=late)
    assert None not in (ticket.overdue_at, ticket.reply_overdue_at)
    act(session, ticket, "lower", officer(session), text="Không nguy hiểm", at=late)
    assert (ticket.outcome_due_at or MONDAY) > late
    assert ticket.overdue_at is ticket.explain_by is None
    assert wrong(session, late) == []


def test_said_again_after_a_decision_somebody_is_called_again(session: Session) -> None:
    first = on_roster(session)
    ticket = claimed(session)
    assert call_duty(session, now=MONDAY) == 1
    act(session, ticket, "lower", first, text="Không nguy hiểm")
    join(session, ticket.id, urgent=True, actor=REPORTER, now=MONDAY + HOUR)
    assert ticket.urgent_claim
    assert call_duty(session, now=MONDAY + HOUR) == 1
    assert called(session, ticket) == first.account_id
    assert wrong(session, MONDAY + HOUR) == []


def test_a_claim_is_not_lost_by_a_merge(session: Session) -> None:
    first = on_roster(session)
    into, ticket = routed_ticket(session), claimed(session)
    act(session, ticket, "merge", coordinator(session), target_reference=into.reference)
    assert into.urgent_claim
    assert call_duty(session, now=MONDAY) == 1
    assert called(session, into) == first.account_id


def test_who_is_called_sees_the_ticket_until_it_is_decided(session: Session) -> None:
    clerk = on_roster(session, OFFICE)
    ticket = claimed(session)
    assert not may_see(session, ticket, officer(session, NEXT_WARD))
    call_duty(session, now=MONDAY)
    assert called(session, ticket) == clerk.account_id
    act(session, ticket, "confirm_urgent", clerk, at=MONDAY + MINUTE)
    assert kinds(session, ticket)[-1] == "confirm_urgent"
    with pytest.raises(Conflict):
        act(session, ticket, "resolve", clerk, code="fixed")


def test_a_stranger_decides_nothing(session: Session) -> None:
    ticket = claimed(session)
    with pytest.raises(NotFound):
        act(session, ticket, "confirm_urgent", officer(session, NEXT_WARD))


def test_nothing_is_called_that_nobody_claims_or_that_has_ended(session: Session) -> None:
    routed_ticket(session)
    ended = claimed(session)
    act(session, ended, "lower", officer(session), text="Không")
    assert call_duty(session, now=MONDAY) == 0
