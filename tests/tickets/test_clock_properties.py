"""The clock against one that counts every minute, and laws that hold for all hours and zones."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.agencies.timetable import Hours
from app.tickets.clock import (
    ClockExhausted,
    ClockKind,
    Moment,
    MomentKind,
    Promise,
    WorkingClock,
    add_time,
    closing_after,
    elapsed,
    replay,
)
from tests.tickets.hours import WEEK, clock

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WORKING = ClockKind.WORKING
MOST_DAYS = 5

# Zones with the dates near which something odd happens: summer time, half hours, a skipped date,
# a leap day, the turn of the year.
ODD = [
    ("Asia/Ho_Chi_Minh", date(2026, 12, 30)),
    ("Asia/Ho_Chi_Minh", date(2028, 2, 27)),
    ("Europe/Berlin", date(2026, 3, 28)),
    ("Europe/Berlin", date(2026, 10, 24)),
    ("America/New_York", date(2026, 3, 7)),
    ("America/New_York", date(2026, 10, 31)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),
    ("Asia/Kathmandu", date(2026, 11, 23)),
    ("Pacific/Apia", date(2011, 12, 29)),
    ("Pacific/Kiritimati", date(2026, 11, 23)),
]


class Setting(NamedTuple):
    """Hours under a calendar, as the arguments say them, and the clock that was made of them."""

    zone: ZoneInfo
    week: tuple[Hours, ...]
    closed: frozenset[date]
    makeup: dict[date, date | None]
    near: date
    clock: WorkingClock


def spans(edges: list[int]) -> Hours:
    ordered = sorted(edges)
    return tuple(zip(ordered[::2], ordered[1::2], strict=False))


EDGES = st.one_of(
    st.just([450, 690, 810, 1020]),
    st.just([]),
    st.just([0, 1440]),
    st.lists(st.integers(0, 1440), max_size=6, unique=True),
)


@st.composite
def settings_of_a_clock(draw: st.DrawFn) -> Setting:
    name, near = draw(st.sampled_from(ODD))
    week = tuple(draw(st.lists(EDGES.map(spans), min_size=7, max_size=7)))
    days = st.integers(-2, MOST_DAYS + 2).map(lambda n: near + n * DAY)
    closed = frozenset(draw(st.lists(days, max_size=3)))
    makeup = draw(st.dictionaries(days, st.none() | days, max_size=3))
    made = clock(zone=name, week=week, closed=closed, makeup=makeup)
    return Setting(ZoneInfo(name), week, closed, makeup, near, made)


CLOCKS = settings_of_a_clock()
START_MINUTES = st.integers(-600, 2 * 1440)
BUDGETS = st.integers(0, 2000)


def midnight(setting: Setting) -> datetime:
    return datetime(setting.near.year, setting.near.month, setting.near.day, tzinfo=UTC)


def is_working(setting: Setting, instant: datetime) -> bool:
    """Read the clock on the wall."""
    wall = instant.astimezone(setting.zone)
    on = wall.date()
    weekday = on.weekday()
    if on in setting.makeup:
        replaced = setting.makeup[on]
        weekday = 0 if replaced is None else replaced.weekday()
    elif on in setting.closed:
        return False
    minute = wall.hour * 60 + wall.minute
    return any(opens <= minute < closes for opens, closes in setting.week[weekday])


def worked_minutes(setting: Setting, start: datetime, end: datetime) -> int:
    total = 0
    while start < end:
        total += is_working(setting, start)
        start += MINUTE
    return total


@settings(deadline=None, max_examples=60)
@given(CLOCKS, START_MINUTES, BUDGETS)
def test_due_is_when_every_minute_has_been_counted(setting: Setting, at: int, budget: int) -> None:
    start = midnight(setting) + at * MINUTE
    last = start + MOST_DAYS * DAY
    left, now = budget, start
    while left and now < last:
        left -= is_working(setting, now)
        now += MINUTE
    try:
        due = add_time(setting.clock, WORKING, start, budget * MINUTE)
    except ClockExhausted:
        assert left
    else:
        assert due > last if left else due == now


@settings(deadline=None, max_examples=40)
@given(CLOCKS, START_MINUTES, st.integers(0, MOST_DAYS * 1440))
def test_elapsed_counts_every_minute(setting: Setting, at: int, length: int) -> None:
    start = midnight(setting) + at * MINUTE
    end = start + length * MINUTE
    counted = worked_minutes(setting, start, end) * MINUTE
    assert elapsed(setting.clock, WORKING, start, end) == counted


INSTANTS = st.integers(-600 * 60, 3 * 86400).map(lambda s: timedelta(seconds=s, microseconds=s % 7))
TIMES = st.integers(0, 10**11).map(lambda n: timedelta(microseconds=n))  # up to 27 hours
modestly = settings(deadline=None, max_examples=50)
KINDS = st.sampled_from(ClockKind)


def due_or_none(setting: Setting, kind: ClockKind, start: datetime, budget: timedelta):
    try:
        return add_time(setting.clock, kind, start, budget)
    except ClockExhausted:
        return None


@modestly
@given(CLOCKS, KINDS, INSTANTS, TIMES)
def test_what_was_added_has_elapsed(setting, kind, offset, budget) -> None:
    start = midnight(setting) + offset
    due = due_or_none(setting, kind, start, budget)
    if due is not None:
        assert elapsed(setting.clock, kind, start, due) == budget
        assert due >= start
        if budget:  # and not a moment earlier
            assert elapsed(setting.clock, kind, start, due - timedelta(microseconds=1)) < budget


@modestly
@given(CLOCKS, KINDS, INSTANTS, TIMES, TIMES)
def test_two_budgets_after_each_other_are_their_sum(setting, kind, offset, one, other) -> None:
    start = midnight(setting) + offset
    whole = due_or_none(setting, kind, start, one + other)
    if whole is not None and other:
        first = add_time(setting.clock, kind, start, one)
        assert add_time(setting.clock, kind, first, other) == whole
        assert first <= whole


@modestly
@given(CLOCKS, KINDS, INSTANTS, TIMES, TIMES)
def test_a_later_start_is_never_due_earlier(setting, kind, offset, later, budget) -> None:
    start = midnight(setting) + offset
    one = due_or_none(setting, kind, start, budget)
    other = due_or_none(setting, kind, start + later, budget)
    assert other is None or (one is not None and one <= other)


@modestly
@given(CLOCKS, KINDS, INSTANTS, TIMES, TIMES)
def test_time_adds_up(setting, kind, offset, one, other) -> None:
    start = midnight(setting) + offset
    middle, end = start + one, start + one + other
    parts = [(start, middle), (middle, end)]
    whole = elapsed(setting.clock, kind, start, end)
    assert sum((elapsed(setting.clock, kind, *part) for part in parts), timedelta(0)) == whole
    assert timedelta(0) <= whole <= end - start


@settings(deadline=None, max_examples=40)
@given(CLOCKS, INSTANTS, st.integers(1, 5))
def test_closing_is_the_end_of_that_working_day(setting, offset, days) -> None:
    start = midnight(setting) + offset
    try:
        closing = closing_after(setting.clock, start, days)
    except ClockExhausted:
        assert not any(setting.week)
        return
    # Up to ten years may pass over weeks without hours; reading two weeks of minutes is enough.
    assume(closing - start < 14 * DAY)
    inside = closing - timedelta(microseconds=1)
    assert is_working(setting, inside)
    day = inside.astimezone(setting.zone).date()
    later = [closing + n * MINUTE for n in range(1500)]
    assert not any(is_working(setting, at) for at in later if on_date(setting, at) == day)
    first = start.astimezone(setting.zone).date()
    assert len(worked_dates(setting, first + DAY, day)) == days


def worked_dates(setting: Setting, first: date, last: date) -> set[date]:
    """The local dates with a working minute, read off the wall minute by minute."""
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC) - DAY
    length = (last - first + 3 * DAY) // MINUTE
    worked = (begin + n * MINUTE for n in range(length))
    dates = {on_date(setting, at) for at in worked if is_working(setting, at)}
    return {on for on in dates if first <= on <= last}


def on_date(setting: Setting, instant: datetime) -> date:
    return instant.astimezone(setting.zone).date()


# Histories on office hours

OFFICE = clock(week=WEEK)
BEGIN = datetime(2026, 11, 23, 1, tzinfo=UTC)
PARTS = st.lists(TIMES, min_size=1, max_size=9)


@modestly
@given(KINDS, TIMES, PARTS)
def test_pauses_keep_what_remains(
    kind: ClockKind, budget: timedelta, parts: list[timedelta]
) -> None:
    """Running and paused parts alternate; due is when the running ones make up the budget."""
    moments, at, ran = [Moment(MomentKind.STARTED, BEGIN)], BEGIN, timedelta(0)
    for number, length in enumerate(parts):
        running = number % 2 == 0
        if running:
            ran += elapsed(OFFICE, kind, at, at + length)
        at += length
        moments.append(Moment(MomentKind.PAUSED if running else MomentKind.RESUMED, at))
    due = replay(OFFICE, Promise(kind, budget), moments)
    left = max(timedelta(0), budget - ran)
    assert due.remaining == left
    if moments[-1].kind is MomentKind.RESUMED and left:
        assert due.due_at == add_time(OFFICE, kind, at, left)
    if moments[-1].kind is MomentKind.PAUSED:
        assert (due.due_at is None) == bool(left)
    if not left:
        assert due.due_at is not None
        assert due.due_at <= at


@modestly
@given(KINDS, TIMES, PARTS)
def test_disputes_keep_verdicts_and_give_a_day(kind, budget, parts) -> None:
    moments, at = [Moment(MomentKind.STARTED, BEGIN)], BEGIN
    day = DAY if kind is ClockKind.REAL else timedelta(hours=7.5)
    for number, length in enumerate(parts):
        at += length
        stops = number % 2 == 0
        moments.append(Moment(MomentKind.STOPPED if stops else MomentKind.RESTARTED, at))
    due = replay(OFFICE, Promise(kind, budget), moments)
    assert len(due.verdicts) == (len(parts) + 1) // 2
    assert due.due_at is not None
    for verdict in due.verdicts:
        assert verdict.met == (verdict.stopped_at <= verdict.due_at)
    if moments[-1].kind is MomentKind.RESTARTED:
        assert due.stopped_at is None
        assert elapsed(OFFICE, kind, at, due.due_at) >= day
    else:
        assert due.stopped_at == at
