"""The sentences of the design about work and waiting, each as a case."""

from datetime import timedelta

import pytest

from app.tickets.lifecycle import Clock, Effect, Refused, Role, Status, Verb, allowed
from app.tickets.problem_table import PROBLEM_TABLE
from tests.tickets.life import DAY, NOW, do, refusal, ticket

S, OFFICER, M, C = Role.SYSTEM, Role.OFFICER, Role.MANAGER, Role.COORDINATOR


def test_a_pause_has_a_reason_and_a_latest_date_and_stops_the_clock() -> None:
    at_work = ticket(Status.IN_PROGRESS)
    assert refusal(at_work, Verb.PAUSE, OFFICER, until=NOW + DAY) == "reason_missing"
    for until in (None, NOW, NOW - DAY):
        assert refusal(at_work, Verb.PAUSE, OFFICER, code="weather", until=until) == "date_missing"
    taken = do(at_work, Verb.PAUSE, OFFICER, code="weather", until=NOW + 90 * DAY)
    assert (taken.target, taken.clock, taken.first_reply) == ("waiting", Clock.PAUSE, False)


LIMIT = NOW + 7 * DAY
ASKING = {"reporter_reachable": True, "reporter_pause_limit": LIMIT}
QUESTION = {"code": "reporter", "until": LIMIT, "has_text": True}


def test_waiting_for_the_reporter() -> None:
    taken = do(ticket(Status.IN_PROGRESS, **ASKING), Verb.PAUSE, OFFICER, **QUESTION)
    assert Effect.ASKS_REPORTER in taken.effects
    assert taken.first_reply  # a question is a reply
    from_new = do(ticket(Status.ASSIGNED, **ASKING), Verb.PAUSE, OFFICER, **QUESTION)
    assert (from_new.target, from_new.accepts) == ("waiting", True)


@pytest.mark.parametrize(
    ("changes", "brings", "code"),
    [
        ({"reporter_reachable": False}, {}, "reporter_not_reachable"),
        ({"asked_reporter_once": True}, {}, "reporter_asked_already"),
        ({}, {"until": LIMIT + timedelta(seconds=1)}, "pause_too_long"),
        ({"reporter_pause_limit": None}, {}, "pause_too_long"),
        ({}, {"has_text": False}, "text_missing"),
    ],
)
def test_waiting_for_the_reporter_is_limited(
    changes: dict[str, object], brings: dict[str, object], code: str
) -> None:
    facts = ticket(Status.IN_PROGRESS, **(ASKING | changes))
    assert refusal(facts, Verb.PAUSE, OFFICER, **(QUESTION | brings)) == code
    other = do(facts, Verb.PAUSE, OFFICER, **(QUESTION | brings | {"code": "weather"}))
    assert Effect.ASKS_REPORTER not in other.effects


def test_resume_by_hand_by_the_date_or_by_the_reporters_reply() -> None:
    waiting = ticket(Status.WAITING, paused_until=NOW)
    for role in (OFFICER, M):
        assert do(ticket(Status.WAITING), Verb.RESUME, role).clock is Clock.RESUME
    assert do(waiting, Verb.RESUME, S).target == "in_progress"
    early = NOW - timedelta(seconds=1)
    assert refusal(waiting, Verb.RESUME, S, now=early) == "pause_lasts"
    assert do(waiting, Verb.RESUME, S, now=early, replied=True).target == "in_progress"
    assert refusal(ticket(Status.WAITING, paused_until=None), Verb.RESUME, S) == "pause_lasts"


def test_silence_is_no_ground_to_refuse() -> None:
    for verb in (Verb.DECLINE, Verb.ANSWER, Verb.RESOLVE, Verb.CLOSE):
        for role in (OFFICER, M, C, S):
            assert refusal(ticket(Status.WAITING), verb, role, code="explained") == "not_now"


def test_an_extension_is_public_later_and_leaves_the_due_date() -> None:
    at_work = ticket(Status.IN_PROGRESS)
    due = at_work.outcome_due_at
    assert due is not None
    assert refusal(at_work, Verb.EXTEND, OFFICER, until=due + DAY) == "text_missing"
    assert refusal(at_work, Verb.EXTEND, OFFICER, has_text=True) == "date_missing"
    assert refusal(at_work, Verb.EXTEND, OFFICER, has_text=True, until=due) == "date_not_later"
    taken = do(at_work, Verb.EXTEND, OFFICER, has_text=True, until=due + DAY)
    assert (taken.target, taken.clock, taken.first_reply) == ("in_progress", None, False)


def test_a_plan_is_a_first_reply() -> None:
    taken = do(ticket(Status.WAITING), Verb.PLAN, OFFICER, until=NOW + DAY)
    assert (taken.target, taken.clock, taken.first_reply) == ("waiting", None, True)
    replied = ticket(Status.WAITING, first_replied=True)
    assert not do(replied, Verb.PLAN, OFFICER, until=NOW + DAY).first_reply


def test_overdue_begins_after_the_due_instant() -> None:
    due = ticket(Status.IN_PROGRESS, outcome_due_at=NOW)
    assert refusal(due, Verb.OVERDUE, S) == "not_overdue"
    assert do(due, Verb.OVERDUE, S, now=NOW + timedelta(microseconds=1)).clock is None
    paused = ticket(Status.WAITING)
    assert refusal(paused, Verb.OVERDUE, S, now=NOW + 99 * DAY) == "not_overdue"


def test_a_refused_act_raises_with_what_it_asked_for() -> None:
    with pytest.raises(Refused) as refused:
        do(ticket(Status.ASSIGNED), Verb.RETURN, OFFICER)
    assert (refused.value.code, refused.value.asked) == ("reason_missing", "code")
    with pytest.raises(TypeError):
        refused.value.params["status"] = "closed"  # type: ignore[index]


def test_the_buttons_do_not_depend_on_what_is_typed() -> None:
    shown = allowed(PROBLEM_TABLE, ticket(Status.ASSIGNED), OFFICER, NOW)
    assert {Verb.ACCEPT, Verb.RETURN, Verb.TRANSFER, Verb.RESOLVE, Verb.MERGE} <= set(shown)
    assert {Verb.DECLINE, Verb.ASSIGN, Verb.RESUME, Verb.APPROVE}.isdisjoint(shown)
    assert Verb.APPROVE in allowed(
        PROBLEM_TABLE, ticket(Status.ASSIGNED, proposal_waiting=True), M, NOW
    )
