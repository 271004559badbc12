"""The due-date clock, sentence by sentence: budgets, pauses, outcomes, and what is said about them."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from app.agencies.timetable import Period
from app.tickets.clock import (
    BadMoments,
    ClockExhausted,
    ClockKind,
    ClockState,
    DueState,
    Moment,
    MomentKind,
    Promise,
    Verdict,
    add_time,
    closing_after,
    elapsed,
    replay,
    state,
)
from tests.tickets.hours import OFFICE, WEEK, clock, local

WORKING, REAL = ClockKind.WORKING, ClockKind.REAL
STARTED, PAUSED, RESUMED = MomentKind.STARTED, MomentKind.PAUSED, MomentKind.RESUMED
STOPPED, RESTARTED = MomentKind.STOPPED, MomentKind.RESTARTED
TICK = timedelta(microseconds=1)
OFFICE_CLOCK = clock()  # 7.5 hours, Monday to Friday


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


# add_time and elapsed


@pytest.mark.parametrize(
    ("start", "budget", "due"),
    [
        # Monday to Friday, 23-27 November 2026
        ("2026-11-23 08:00", 1, "2026-11-23 09:00"),
        ("2026-11-23 11:00", 1, "2026-11-23 14:00"),  # over lunch
        ("2026-11-23 12:00", 1, "2026-11-23 14:30"),  # received during lunch
        ("2026-11-23 05:00", 1, "2026-11-23 08:30"),  # before opening
        ("2026-11-23 20:00", 1, "2026-11-24 08:30"),  # after closing
        ("2026-11-27 16:30", 1, "2026-11-30 08:00"),  # over the weekend
        ("2026-11-28 10:00", 1, "2026-11-30 08:30"),  # on Saturday
        ("2026-11-23 07:30", 7.5, "2026-11-23 17:00"),  # due at closing, not at opening
        ("2026-11-23 07:30", 4, "2026-11-23 11:30"),
        ("2026-11-23 07:30", 37.5, "2026-11-27 17:00"),
        ("2026-11-27 17:00", 0.5, "2026-11-30 08:00"),  # at closing nothing is left of the day
    ],
)
def test_a_budget_of_working_time(start: str, budget: float, due: str) -> None:
    begins, ends = local(start), local(due)
    assert add_time(OFFICE_CLOCK, WORKING, begins, hours(budget)) == ends
    assert elapsed(OFFICE_CLOCK, WORKING, begins, ends) == hours(budget)


def test_one_instant_more_than_the_day_holds_is_due_after_the_next_opening() -> None:
    friday = local("2026-11-27 16:00")
    assert add_time(OFFICE_CLOCK, WORKING, friday, hours(1)) == local("2026-11-27 17:00")
    over = add_time(OFFICE_CLOCK, WORKING, friday, hours(1) + TICK)
    assert over == local("2026-11-30 07:30") + TICK


@pytest.mark.parametrize("kind", ClockKind)
def test_an_empty_budget_is_due_at_its_start(kind: ClockKind) -> None:
    sunday = local("2026-11-29 03:00")
    assert add_time(OFFICE_CLOCK, kind, sunday, timedelta(0)) == sunday


def test_real_time_is_every_second() -> None:
    friday = local("2026-11-27 16:00")
    assert add_time(OFFICE_CLOCK, REAL, friday, hours(24)) == local("2026-11-28 16:00")
    assert elapsed(OFFICE_CLOCK, REAL, friday, local("2026-11-28 16:00")) == hours(24)


def test_holidays_and_makeup_days() -> None:
    # Monday is a holiday, worked off on the Saturday before.
    moved = clock(
        closed=frozenset({date(2026, 11, 30)}), makeup={date(2026, 11, 28): date(2026, 11, 30)}
    )
    friday = local("2026-11-27 16:00")
    assert add_time(moved, WORKING, friday, hours(2)) == local("2026-11-28 08:30")
    assert add_time(moved, WORKING, friday, hours(9)) == local("2026-12-01 08:00")
    assert elapsed(moved, WORKING, friday, local("2026-12-01 17:00")) == hours(1 + 7.5 + 7.5)


def test_a_leap_day_is_a_day() -> None:
    leap = clock(week=(OFFICE,) * 7)
    eve = local("2028-02-28 07:30")
    assert add_time(leap, WORKING, eve, hours(15)) == local("2028-02-29 17:00")
    assert add_time(leap, REAL, eve, hours(24)) == local("2028-02-29 07:30")
    plain = local("2027-02-28 07:30")
    assert add_time(leap, WORKING, plain, hours(15)) == local("2027-03-01 17:00")


def test_a_change_of_hours_holds_from_its_date() -> None:
    change = date(2026, 11, 25)
    short = ((480, 720),)
    two = clock(
        periods=(
            Period(valid_from=None, valid_to=change, week=WEEK),
            Period(valid_from=change, valid_to=None, week=(short,) * 7),
        )
    )
    tuesday = local("2026-11-24 16:00")
    assert add_time(two, WORKING, tuesday, hours(3)) == local("2026-11-25 10:00")


def test_any_time_zone_may_be_given_and_utc_comes_back() -> None:
    begins = datetime.fromisoformat("2026-11-23T08:00+07:00")
    due = add_time(OFFICE_CLOCK, WORKING, begins, hours(1))
    assert due.tzinfo is UTC
    assert due == datetime(2026, 11, 23, 2, tzinfo=UTC)


def test_what_is_no_instant_or_no_budget() -> None:
    naive = datetime(2026, 11, 23)  # noqa: DTZ001 - the very mistake
    aware = local("2026-11-23 08:00")
    with pytest.raises(ValueError, match="time zone"):
        add_time(OFFICE_CLOCK, WORKING, naive, hours(1))
    with pytest.raises(ValueError, match="time zone"):
        elapsed(OFFICE_CLOCK, REAL, aware, naive)
    with pytest.raises(ValueError, match="negative"):
        add_time(OFFICE_CLOCK, REAL, aware, -TICK)


def test_nothing_elapses_backwards() -> None:
    one, other = local("2026-11-23 08:00"), local("2026-11-23 09:00")
    for kind in ClockKind:
        assert elapsed(OFFICE_CLOCK, kind, other, one) == timedelta(0)
        assert elapsed(OFFICE_CLOCK, kind, one, one) == timedelta(0)


def test_hours_that_never_come() -> None:
    begins = local("2026-11-23 08:00")
    never = clock(week=((),) * 7)
    with pytest.raises(ClockExhausted):
        add_time(never, WORKING, begins, TICK)
    with pytest.raises(ClockExhausted):
        closing_after(never, begins, 1)
    for kind in ClockKind:
        with pytest.raises(ClockExhausted):
            add_time(OFFICE_CLOCK, kind, datetime.max.replace(tzinfo=UTC), hours(1))


# closing_after


@pytest.mark.parametrize(
    ("start", "days", "closing"),
    [
        ("2026-11-23 08:00", 1, "2026-11-24 17:00"),
        ("2026-11-23 00:00", 5, "2026-11-30 17:00"),
        ("2026-11-23 23:59", 5, "2026-11-30 17:00"),
        ("2026-11-28 08:00", 1, "2026-11-30 17:00"),
    ],
)
def test_closing_of_a_working_day(start: str, days: int, closing: str) -> None:
    assert closing_after(OFFICE_CLOCK, local(start), days) == local(closing)


def test_closing_at_midnight_and_over_holidays() -> None:
    late = clock(week=(((600, 720), (1200, 1440)),) * 7, closed=frozenset({date(2026, 11, 24)}))
    assert closing_after(late, local("2026-11-23 08:00"), 1) == local("2026-11-26 00:00")


def test_a_date_that_does_not_exist_is_no_working_day() -> None:
    apia = ZoneInfo("Pacific/Apia")  # went from 29 to 31 December 2011
    everyday = clock(zone=apia, week=(OFFICE,) * 7)
    closing = closing_after(everyday, local("2011-12-29 08:00", apia), 1)
    assert closing == local("2011-12-31 17:00", apia)


def test_no_working_days_are_no_question() -> None:
    with pytest.raises(ValueError, match="one day"):
        closing_after(OFFICE_CLOCK, local("2026-11-23 08:00"), 0)


# replay

PROMISE = Promise(WORKING, hours(10))
START = local("2026-11-23 07:30")


def history(*moments: tuple[MomentKind, str]) -> DueState:
    return replay(OFFICE_CLOCK, PROMISE, [Moment(kind, local(at)) for kind, at in moments])


def test_a_promise_counts_from_its_start() -> None:
    assert history((STARTED, "2026-11-23 07:30")) == DueState(
        due_at=local("2026-11-24 10:00"), remaining=hours(10)
    )


def test_a_pause_keeps_what_remains() -> None:
    begun = [(STARTED, "2026-11-23 07:30"), (PAUSED, "2026-11-23 14:30")]
    assert history(*begun) == DueState(due_at=None, remaining=hours(5))
    resumed = history(*begun, (RESUMED, "2026-12-07 07:30"))
    assert resumed == DueState(due_at=local("2026-12-07 14:30"), remaining=hours(5))


def test_a_second_pause_continues_from_the_first() -> None:
    twice = history(
        (STARTED, "2026-11-23 07:30"), (PAUSED, "2026-11-23 09:30"), (RESUMED, "2026-11-24 07:30"),
        (PAUSED, "2026-11-24 10:30"), (RESUMED, "2026-11-25 07:30"),
    )  # fmt: skip
    assert twice == DueState(due_at=local("2026-11-25 14:30"), remaining=hours(5))


def test_an_outcome_at_the_due_instant_is_met() -> None:
    due = local("2026-11-24 10:00")
    for late, met in ((timedelta(0), True), (TICK, False)):
        stopped = replay(
            OFFICE_CLOCK, PROMISE, [Moment(STARTED, START), Moment(STOPPED, due + late)]
        )
        assert stopped.verdicts == (Verdict(due + late, due, met=met),)
        assert (stopped.due_at, stopped.stopped_at) == (due, due + late)


def test_an_outcome_during_a_pause_is_judged_by_what_remains() -> None:
    stopped = history(
        (STARTED, "2026-11-23 07:30"), (PAUSED, "2026-11-23 09:30"), (STOPPED, "2026-12-21 08:00")
    )
    assert stopped.verdicts[0].met
    assert stopped.due_at == local("2026-12-22 08:30")


def test_after_a_dispute_it_continues_with_what_remains() -> None:
    early = [(STARTED, "2026-11-23 07:30"), (STOPPED, "2026-11-23 08:30")]
    again = history(*early, (RESTARTED, "2026-11-25 07:30"))
    assert (again.due_at, again.remaining) == (local("2026-11-26 09:00"), hours(9))
    assert again.stopped_at is None
    assert [verdict.met for verdict in again.verdicts] == [True]


def test_after_a_dispute_there_is_at_least_one_working_day() -> None:
    late = [(STARTED, "2026-11-23 07:30"), (STOPPED, "2026-12-01 08:30")]
    again = history(*late, (RESTARTED, "2026-12-02 13:30"))
    assert (again.due_at, again.remaining) == (local("2026-12-03 11:30"), hours(7.5))
    stopped = history(*late, (RESTARTED, "2026-12-02 13:30"), (STOPPED, "2026-12-03 11:30"))
    assert [verdict.met for verdict in stopped.verdicts] == [False, True]


def test_in_real_time_that_day_is_a_day() -> None:
    promise = Promise(REAL, hours(2))
    moments = [
        Moment(STARTED, START),
        Moment(STOPPED, START + hours(1)),
        Moment(RESTARTED, START + hours(5)),
    ]
    assert replay(OFFICE_CLOCK, promise, moments).due_at == START + hours(29)


def test_a_budget_that_is_used_up_stays_used_up() -> None:
    due = local("2026-11-24 10:00")
    late = [(STARTED, "2026-11-23 07:30"), (PAUSED, "2026-11-25 08:00")]
    assert history(*late) == DueState(due_at=due)
    assert history(*late, (RESUMED, "2026-12-25 08:00")) == DueState(due_at=due)
    ended = history(*late, (RESUMED, "2026-12-25 08:00"), (STOPPED, "2026-12-25 09:00"))
    assert not ended.verdicts[0].met


def test_a_pause_at_the_due_instant_saves_nothing() -> None:
    at_due = history((STARTED, "2026-11-23 07:30"), (PAUSED, "2026-11-24 10:00"))
    assert at_due == DueState(due_at=local("2026-11-24 10:00"))


def test_a_moment_before_the_one_before_it_counts_as_simultaneous() -> None:
    """Two machines, two clocks: what was recorded later happened later."""
    odd = history(
        (STARTED, "2026-11-23 07:30"), (PAUSED, "2026-11-23 09:30"), (RESUMED, "2026-11-23 08:30")
    )
    assert odd == DueState(due_at=local("2026-11-24 10:00"), remaining=hours(8))


LEGAL = {
    (None, STARTED), (STARTED, PAUSED), (STARTED, STOPPED), (PAUSED, RESUMED), (PAUSED, STOPPED),
    (RESUMED, PAUSED), (RESUMED, STOPPED), (STOPPED, RESTARTED), (RESTARTED, PAUSED),
    (RESTARTED, STOPPED),
}  # fmt: skip
WAYS: dict[MomentKind | None, list[MomentKind]] = {
    None: [],
    STARTED: [STARTED],
    PAUSED: [STARTED, PAUSED],
    RESUMED: [STARTED, PAUSED, RESUMED],
    STOPPED: [STARTED, STOPPED],
    RESTARTED: [STARTED, STOPPED, RESTARTED],
}


@pytest.mark.parametrize(("before", "then"), list(product(WAYS, MomentKind)))
def test_which_moments_follow_which(before: MomentKind | None, then: MomentKind) -> None:
    moments = [Moment(kind, START) for kind in (*WAYS[before], then)]
    if (before, then) in LEGAL:
        assert replay(OFFICE_CLOCK, PROMISE, moments).remaining == hours(10)
    else:
        with pytest.raises(BadMoments):
            replay(OFFICE_CLOCK, PROMISE, moments)


def test_no_history_is_none() -> None:
    with pytest.raises(BadMoments):
        replay(OFFICE_CLOCK, PROMISE, [])


# state


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-11-23 07:30", ClockState.ON_TRACK),
        ("2026-11-23 16:59", ClockState.ON_TRACK),
        ("2026-11-23 17:00", ClockState.DUE_SOON),  # 2.5 hours: a quarter of ten
        ("2026-11-24 10:00", ClockState.DUE_SOON),
        ("2026-11-24 10:01", ClockState.OVERDUE),
    ],
)
def test_what_is_said_while_it_runs(now: str, said: ClockState) -> None:
    running = history((STARTED, "2026-11-23 07:30"))
    assert state(OFFICE_CLOCK, PROMISE, running, local(now)) is said


def test_what_is_said_of_a_pause() -> None:
    begun = [(STARTED, "2026-11-23 07:30"), (PAUSED, "2026-11-23 08:30")]
    years = local("2036-11-23 07:30")
    assert state(OFFICE_CLOCK, PROMISE, history(*begun), years) is ClockState.PAUSED
    late = [(STARTED, "2026-11-23 07:30"), (PAUSED, "2026-11-25 08:30")]
    assert state(OFFICE_CLOCK, PROMISE, history(*late), years) is ClockState.OVERDUE


@pytest.mark.parametrize(
    ("stopped", "said"),
    [("2026-11-24 10:00", ClockState.MET), ("2026-11-24 10:01", ClockState.MISSED)],
)
def test_the_last_outcome_is_what_counts(stopped: str, said: ClockState) -> None:
    years = local("2036-11-23 07:30")
    ended = history((STARTED, "2026-11-23 07:30"), (STOPPED, stopped))
    assert state(OFFICE_CLOCK, PROMISE, ended, years) is said
    again = history(
        (STARTED, "2026-11-23 07:30"), (STOPPED, stopped), (RESTARTED, "2026-11-25 07:30"),
        (STOPPED, "2026-11-25 08:00"),
    )  # fmt: skip
    assert state(OFFICE_CLOCK, PROMISE, again, years) is ClockState.MET
