"""Random walks through the table: whatever happens, a ticket stays somewhere and its clock legal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from app.tickets.clock import (
    ClockKind,
    ClockState,
    Period,
    Promise,
    Timetable,
    WorkCalendar,
    WorkingClock,
    replay,
    state,
)
from app.tickets.facts import Other
from app.tickets.lifecycle import (
    Clock,
    Destination,
    Effect,
    Facts,
    Refused,
    Role,
    Status,
    Step,
    Verb,
    allowed,
    is_legal,
)
from app.tickets.problem_table import OPEN, PROBLEM_TABLE, STATUSES, guards
from app.tickets.tables import FIRST, SUGGESTION
from tests.tickets.life import DAY, NOW, Life

ABOUT = "ward"
AGENCIES = ["roads", "parks", "water", ABOUT, "works"]
ENDED = PROBLEM_TABLE.ended
CLOCK = WorkingClock(
    zone=ZoneInfo("Asia/Ho_Chi_Minh"),
    timetable=Timetable((
        Period(
            valid_from=None, valid_to=None, week=(((450, 690), (810, 1050)),) * 5 + ((), ()),
        ),
    )),
    calendar=WorkCalendar(),
)  # fmt: skip
PROMISE = Promise(ClockKind.WORKING, timedelta(hours=40))
CODES = {
    Verb.RESOLVE: ["fixed", "enforced"],
    Verb.ANSWER: ["explained", "nothing_found", "planned"],
    Verb.PAUSE: ["reporter", "weather"],
    Verb.WITHDRAW: ["withdrawn"],
}

HOURS = [0, 1, 9, 30, 200]
# Acts that change neither status, owner, clock nor counters would only fill the walks.
IDLE = {
    Verb.NOTE, Verb.HIDE, Verb.PUBLISH, Verb.REDACT, Verb.RECHECK, Verb.COMMENT, Verb.JUDGE,
    Verb.SEE_CONTACT, Verb.FILE_REPLY, Verb.SHOW_REPLY, Verb.HIDE_REPLY,
}  # fmt: skip
ROWS = [row for row in PROBLEM_TABLE.rows if row.verb not in IDLE]

# Each number of a turn picks something: the row, its role, the code, the agency, the hours passed.
TURNS = st.lists(
    st.tuples(
        st.integers(0, 999),
        st.integers(0, 9),
        st.integers(0, 5),
        st.sampled_from(AGENCIES),
        st.sampled_from(HOURS),
        st.booleans(),
    ),
    max_size=40,
)
Turn = tuple[int, int, int, str, int, bool]


def brings(life: Life, verb: Verb, turn: Turn, now: datetime) -> dict[str, Any]:
    """What an act that means well brings along; `odd` acts forget or name something."""
    _row, _role, code, agency, _hours, odd = turn
    codes = CODES.get(verb, ["not_ours"])
    closed = Other(reference="T-2", status="closed" if odd and code == 0 else "assigned")
    return {
        "agency": agency,
        "same_branch": True,
        "common_parent": "works" if odd else None,
        "code": codes[code % len(codes)],
        "has_text": True,
        "until": max(now, life.facts.outcome_due_at or now) + (2 + code) * DAY,
        "proof": True,
        "changes": True,
        "replied": odd,
        "approved": odd,
        "into": closed,
    }


def walk(turns: list[Turn]) -> tuple[Life, list[tuple[Facts, Step, Verb, Role, datetime]]]:
    """Take every turn that is not refused; return what was before each step, and the step."""
    life = Life(about=ABOUT)
    now, taken = NOW, []
    for turn in turns:
        now += timedelta(hours=turn[4])
        status = life.facts.status
        rows = [row for row in ROWS if status in row.sources]
        if not rows:  # it has become a suggestion, which lives by another table
            break
        row = rows[turn[0] % len(rows)]
        role = sorted(row.roles)[turn[1] % len(row.roles)]
        before = life.facts
        try:
            step = life.act(row.verb, role, now=now, **brings(life, row.verb, turn, now))
        except Refused:
            assert life.facts is before
            continue
        taken.append((before, step, row.verb, role, now))
        if life.moments:
            due = replay(CLOCK, PROMISE, life.moments)  # raises when they form no history
            life.facts = replace(
                life.facts, first_reply_due_at=due.due_at, outcome_due_at=due.due_at
            )
    return life, taken


WALKS = TURNS.map(walk)
modestly = settings(deadline=None, max_examples=80)


@modestly
@given(WALKS)
def test_every_step_is_legal_and_was_offered(walked) -> None:
    life, taken = walked
    for verb, source, target, role in life.steps:
        assert is_legal(PROBLEM_TABLE, verb, source, target, role)
    for before, _step, verb, role, now in taken:
        if role is not Role.SYSTEM:
            assert verb in allowed(PROBLEM_TABLE, before, role, now)


def after(walked) -> list[Facts]:
    """The facts after each step."""
    life, taken = walked
    return [before for before, *_rest in taken[1:]] + ([life.facts] if taken else [])


@modestly
@given(WALKS)
def test_an_open_ticket_is_always_with_somebody(walked) -> None:
    for facts in after(walked):
        if facts.status == Status.RECEIVED:
            unrouted = facts.agency is None
            assert [unrouted, facts.in_triage, facts.at_oversight].count(True) == 1, facts
        elif facts.status in OPEN:
            assert facts.agency is not None
            assert facts.promise_frozen
        if facts.status != Status.RECEIVED:
            assert not facts.in_triage
            assert not facts.at_oversight


@modestly
@given(WALKS)
def test_the_clock_moments_are_a_history_that_says_what_the_status_says(walked) -> None:
    life, _taken = walked
    if not life.facts.promise_frozen:
        assert life.moments == []
        return
    due = replay(CLOCK, PROMISE, life.moments)
    status = life.facts.status
    if status == Status.MERGED:
        status = life.facts.previous_status or ""
    assert (due.stopped_at is not None) == (status in ENDED)
    stopped_or_used_up = due.due_at is not None
    assert stopped_or_used_up or status == Status.WAITING
    if status == Status.WAITING and due.remaining:
        assert state(CLOCK, PROMISE, due, datetime.max.replace(tzinfo=UTC)) is ClockState.PAUSED


@modestly
@given(WALKS)
def test_the_clock_is_the_same_however_a_ticket_was_moved(walked) -> None:
    """Transfers, corrections and merges add no moment of their own."""
    _life, taken = walked
    for before, step, _verb, _role, _now in taken:
        paused, pauses = before.status == Status.WAITING, step.target == Status.WAITING
        merges = Status.MERGED in (before.status, step.target)
        if before.promise_frozen and before.status in OPEN and step.target in OPEN:
            wanted = None if paused == pauses else Clock.PAUSE if pauses else Clock.RESUME
            assert step.clock is wanted
        if merges:
            assert step.clock is None


@modestly
@given(WALKS)
def test_three_transfers_at_most_and_a_named_owner_stays(walked) -> None:
    _life, taken = walked
    for (before, step, verb, _role, _now), facts in zip(taken, after(walked), strict=True):
        assert facts.transfers <= guards.LAST_TRANSFER
        if before.transfers >= guards.LAST_TRANSFER:
            assert verb not in (Verb.RETURN, Verb.TRANSFER)
        if before.owner_named and facts.agency != before.agency:
            above = (Verb.SUCCEED, Verb.DECLINE, Verb.APPEAL, Verb.ASSIGN)
            assert verb in above, (before, step)


@modestly
@given(WALKS)
def test_nobody_gets_a_ticket_about_themselves(walked) -> None:
    for _before, step, verb, _role, _now in walked[1]:
        if step.goes_to in (Destination.NAMED, Destination.COMMON_PARENT):
            assert step.agency is not None
            assert step.agency != ABOUT or verb is Verb.SUCCEED


@modestly
@given(WALKS)
def test_once_is_once(walked) -> None:
    steps = [step for _before, step, *_rest in walked[1]]
    for effect in (Effect.FIRST_REPLY, Effect.APPEALS, Effect.ASKS_REPORTER):
        assert sum(effect in step.effects for step in steps) <= 1, effect
    starts = [step.clock for step in steps].count(Clock.START)
    assert starts == walked[0].facts.promise_frozen
    upheld = [(before, verb) for before, _step, verb, role, _now in walked[1] if before.appealed]
    assert Verb.DECLINE not in [verb for _before, verb in upheld]


@modestly
@given(WALKS)
def test_disputes(walked) -> None:
    for before, step, verb, _role, _now in walked[1]:
        if verb is Verb.DISPUTE:
            assert not before.disputed_this_outcome
            reopens = before.disputes + 1 < guards.LAST_DISPUTE
            assert (step.target == Status.IN_PROGRESS) == reopens
        if verb is Verb.CLOSE:
            assert not before.disputed_this_outcome


@modestly
@given(WALKS)
def test_what_ends_has_an_outcome_and_a_date(walked) -> None:
    for facts in after(walked):
        if facts.status in ENDED:
            assert facts.outcome_code
            assert facts.outcome_at is not None or not facts.promise_frozen
        assert (facts.closed_at is not None) == (facts.status == Status.CLOSED)
        if facts.in_triage:
            assert facts.agency is not None


def test_the_walks_go_everywhere() -> None:
    """A property of walks that never leave `received` would be worth nothing."""
    chance, statuses, verbs = Random(1), set[str](), set[Verb]()
    for _ in range(200):
        life, _taken = walk([
            (
                chance.randrange(1000), chance.randrange(10), chance.randrange(6),
                chance.choice(AGENCIES), chance.choice(HOURS), chance.random() < 0.5,
            )
            for _ in range(40)
        ])  # fmt: skip
        statuses |= {target for _verb, _source, target, _role in life.steps}
        verbs |= {verb for verb, *_rest in life.steps}
    # A conversion ends the walk: from there on it is a suggestion.
    assert statuses == STATUSES | {FIRST[SUGGESTION]}
    assert verbs == {row.verb for row in ROWS}
