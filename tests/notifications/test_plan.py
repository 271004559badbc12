"""Who hears what, and when a failed message is tried again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notifications import retry
from app.notifications.plan import (
    ASKS_REPORTER,
    FIRST_ONLY,
    FOR_COORDINATOR,
    FOR_OWNER,
    FOR_REPORTER,
    Happened,
    Template,
    for_coordinator,
    for_owner,
    for_reporter,
)
from app.tickets.problem_table.guards import REPORTER_PAUSE
from app.tickets.service.step.record import NOTIFIED


def happened(kind: str, code: str | None = None, first: bool = True) -> Happened:
    return Happened(kind=kind, code=code, first=first)


@pytest.mark.parametrize(
    ("kind", "code", "first", "expected"),
    [
        ("assign", None, True, Template.RECEIPT),
        ("assign", None, False, None),
        ("triage", None, True, Template.BEING_SORTED),
        ("triage", None, False, None),
        ("pause", "reporter", True, Template.QUESTION),
        ("pause", "weather", True, None),
        ("resolve", None, True, Template.OUTCOME),
        ("answer", None, False, Template.OUTCOME),
        ("decline", None, True, Template.NOT_ACCEPTED),
        ("comment", None, False, Template.MESSAGE),
        ("overdue", None, True, Template.OVERDUE),
        ("reply_overdue", None, True, Template.REPLY_OVERDUE),
        ("reopen", None, True, Template.REOPENED),
        ("ask_reopen", None, True, None),
        ("return", None, True, None),
        ("transfer", None, True, None),
        ("accept", None, True, None),
        ("note", None, True, None),
        ("whatever", None, True, None),
    ],
)
def test_reporters(kind: str, code: str | None, first: bool, expected: Template | None) -> None:
    assert for_reporter(happened(kind, code, first)) is expected


def test_reporters_are_not_told_what_they_said() -> None:
    said = Happened(kind="comment", code=None, first=True, by_resident=True)
    assert for_reporter(said) is None


def test_agencies() -> None:
    assert for_owner(happened("assign", first=False)) is Template.AGENCY_NEW
    assert for_owner(happened("transfer")) is Template.AGENCY_NEW
    assert for_owner(happened("dispute")) is Template.AGENCY_DISPUTED
    assert for_owner(happened("ask_reopen")) is Template.AGENCY_ASKED_TO_REOPEN
    assert for_owner(happened("cooperate")) is Template.AGENCY_HELP
    assert for_owner(happened("return")) is None
    assert for_coordinator(happened("return")) is Template.AGENCY_TO_SORT
    assert for_coordinator(happened("triage")) is Template.AGENCY_TO_SORT
    assert for_coordinator(happened("assign")) is None


def test_a_dispute_that_went_up_is_for_the_agency_above() -> None:
    up = Happened(kind="dispute", code=None, first=True, by_resident=True, went_up=True)
    assert for_owner(up) is Template.AGENCY_TO_DECIDE


def test_upholding_a_result_is_no_refusal() -> None:
    assert for_reporter(happened("uphold")) is Template.NOT_ACCEPTED
    stands = Happened(kind="uphold", code=None, first=True, closed=True)
    assert for_reporter(stands) is Template.UPHELD


def test_the_tables_speak_of_events_that_are_owed_to_us() -> None:
    owed = {verb.value for verb in NOTIFIED}
    kinds = {*FIRST_ONLY, *FOR_REPORTER, *FOR_OWNER, *FOR_COORDINATOR, "pause"}
    assert kinds <= owed
    assert ASKS_REPORTER == REPORTER_PAUSE


@given(attempts=st.integers(1, 200), chance=st.floats(0, 1))
def test_delays_are_bounded(attempts: int, chance: float) -> None:
    assert retry.FIRST * 0.75 <= retry.delay(attempts, chance) <= retry.LONGEST * 1.25


@given(attempts=st.integers(1, 30))
def test_delays_never_shrink(attempts: int) -> None:
    assert retry.delay(attempts, 0.5) <= retry.delay(attempts + 1, 0.5)


def test_attempts_last_about_a_day() -> None:
    total = sum((retry.delay(n, 0.5) for n in range(1, retry.ATTEMPTS)), timedelta())
    assert timedelta(hours=22) < total < timedelta(hours=32)
    assert retry.is_last(retry.ATTEMPTS)
    assert not retry.is_last(retry.ATTEMPTS - 1)
