"""Merging: the earliest receipt, the nearer promise, and never a date earlier than both."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.time import now
from app.tickets.models import Ticket
from app.tickets.schemas import Command
from app.tickets.service import perform
from app.tickets.verify import Checked, problems
from tests.factories.tickets import (
    DAY,
    MONDAY,
    accepted_ticket,
    act,
    coordinator,
    officer,
    routed_ticket,
    wrong,
)
from tests.reports.test_appeal import Actor, add_account
from tests.tickets.test_service_walks import parse_report, reports, route_pending, uuid


def sent(session: Session, days_ago: int, category: str) -> Ticket:
    at = now() - timedelta(days=days_ago)
    body = {"category": category, "text": "x", "lat": 20.951, "lon": 107.08}
    command = parse_report(body, key=uuid.uuid4(), lang="vi", channel="web", photos_expected=False)
    done = reports.submit(session, command, now=at)
    route_pending(session, now=at)
    return done.ticket


@pytest.mark.parametrize(("old", "young"), [("road", "waste"), ("waste", "road")])
@pytest.mark.parametrize("older_goes", [True, False])
def test_dates_of_a_merge(session: Session, old: str, young: str, older_goes: bool) -> None:
    first, second = sent(session, 9, old), sent(session, 1, young)
    dues = {first.outcome_due_at, second.outcome_due_at}
    gone, into = (first, second) if older_goes else (second, first)
    account = add_account(session, "m@example.invalid", full_name="x", lang="vi", now=now())
    actor = Actor(
        role="coordinator", account_id=account.id, agency_code="VP-UBND",
        roles=frozenset({("coordinator", "VP-UBND")}),
    )  # fmt: skip
    command = Command(
        reference=gone.reference, verb="merge", expected_version=gone.row_version,
        target_reference=into.reference,
    )  # fmt: skip
    received = min(first.received_at, second.received_at)
    perform(session, command, actor=actor, now=now())
    assert into.received_at == received
    assert into.outcome_due_at == min(due for due in dues if due is not None)
    assert list(problems(session, now(), Checked())) == []


def test_a_promise_on_hold_is_taken_over_too(session: Session) -> None:
    quick, slow = accepted_ticket(session), routed_ticket(session, category="road")
    due, later = quick.outcome_due_at, slow.outcome_due_at
    assert due is not None
    assert later is not None
    assert due < later
    until = MONDAY + DAY
    act(session, quick, "pause", officer(session), code="weather", until=until, text="Mưa bão")
    assert quick.outcome_due_at is None
    act(session, quick, "merge", coordinator(session), target_reference=slow.reference)
    assert slow.target_id == quick.target_id
    assert slow.outcome_due_at is not None
    assert slow.outcome_due_at < later
    assert wrong(session) == []
