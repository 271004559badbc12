"""The due-date clock against one that walks every minute, through the pack's own calendar.

`test_clock_properties` does the same for invented calendars and odd zones, and proves laws; here
are the real years, hours that change, and whole histories.
"""

from datetime import date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.agencies.timetable import Timetable, WorkCalendar, WorkingClock
from app.tickets.clock import ClockKind, Moment, MomentKind, Promise, add_time, replay
from tests import oracles
from tests.tickets.minute_walk import (
    OFFICE,
    OFFICE_DAY,
    People,
    Seed,
    Week,
    alternating,
    instant,
    minute,
    walk,
)

SEED = Seed.read(Path(__file__).parents[2] / "cities" / "quang_ninh" / "calendar.csv")
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
# Days near which the calendar is odd: each Tết of the seed, each Saturday that is worked, each
# culture day, the other long holidays, leap day, an ordinary weekend.
ODD_DAYS = [
    *(date.fromisoformat(day) for day in (
        "2024-02-08", "2025-01-27", "2026-02-16", "2027-02-04", "2028-01-24",
        "2024-04-30", "2025-05-02", "2026-04-27", "2026-08-31", "2027-05-03", "2028-09-04",
        "2026-11-24", "2027-11-24", "2028-11-24", "2028-02-29", "2026-10-10", "2025-12-31",
    )),
    *SEED.makeup,
]  # fmt: skip
SHIFTS: Week = (((360, 840),),) * 6 + (((480, 720),),)
NIGHTS: Week = (((0, 300), (1320, 1440)),) * 7
ALWAYS: Week = (((0, 1440),),) * 7
SHORT: Week = (((480, 660),), OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, ((480, 660),), (), ())
WEEKS = st.sampled_from([OFFICE, OFFICE, SHIFTS, NIGHTS, ALWAYS, SHORT])
BUDGETS = st.sampled_from([0, 1, 60, 210, 240, 450, 900, 1350, 2250, 4500, 9000]) | st.integers(
    0, 9000
)
LENGTHS = st.lists(
    st.sampled_from([0, 1, 30, 120, 450, DAY := 1440, 4 * DAY, 12 * DAY])
    | st.integers(0, 6 * 1440),
    max_size=7,
)


@st.composite
def starts(draw: st.DrawFn) -> int:
    on = draw(st.sampled_from(ODD_DAYS)) + timedelta(days=draw(st.integers(-4, 3)))
    at = draw(
        st.sampled_from([0, 449, 450, 689, 690, 750, 809, 810, 1019, 1020, 1380])
        | st.integers(0, 1439)
    )
    return minute(datetime(on.year, on.month, on.day, tzinfo=HANOI) + timedelta(minutes=at))


@st.composite
def people(draw: st.DrawFn) -> People:
    """Hours that always hold, or that change near an odd day."""
    first = draw(WEEKS)
    if draw(st.booleans()):
        return People(SEED, ((None, None, first),))
    on = draw(st.sampled_from(ODD_DAYS)) + timedelta(days=draw(st.integers(-3, 12)))
    return People(SEED, ((None, on, first), (on, None, draw(WEEKS))))


def clock_of(who: People) -> WorkingClock:
    periods = [
        {
            "valid_from": begin and begin.isoformat(),
            "valid_to": end and end.isoformat(),
            "days": [[[text(a), text(b)] for a, b in spans] for spans in week],
        }
        for begin, end, week in who.periods
    ]
    return WorkingClock(
        zone=HANOI,
        timetable=Timetable.from_document({"periods": periods}),
        calendar=WorkCalendar(closed=who.seed.closed, makeup=who.seed.makeup),
    )


def text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


SATURDAY = minute(datetime(2026, 8, 21, 16, 30, tzinfo=HANOI))
EVE = minute(datetime(2026, 11, 23, 16, 0, tzinfo=HANOI))


@settings(max_examples=oracles.times(120), deadline=None)
@given(people(), starts(), BUDGETS)
@example(People(SEED), SATURDAY, 60)  # due on a Saturday that is worked
@example(People(SEED), EVE, 120)  # 24 November is no working day
def test_due_is_when_the_last_minute_has_passed(who: People, start: int, budget: int) -> None:
    told = walk(who, budget, [("started", start)])
    due = add_time(clock_of(who), ClockKind.WORKING, instant(start), timedelta(minutes=budget))
    assert told.due is not None
    assert due == instant(told.due)
    counts = oracles.tally("clock, due dates")
    counts["cases"] += 1
    counts["minutes walked"] += told.minutes


PATTERNS = st.sampled_from([
    ["paused", "resumed"],
    ["stopped", "restarted"],
    ["paused", "resumed", "stopped", "restarted"],
    ["stopped", "restarted", "paused", "resumed"],
    ["paused", "stopped", "restarted"],
])  # fmt: skip


@settings(max_examples=oracles.times(120), deadline=None)
@given(people(), starts(), BUDGETS, PATTERNS, LENGTHS, st.booleans())
def test_a_whole_history_is_as_every_minute_says(
    who: People, start: int, budget: int, pattern: list[str], lengths: list[int], real: bool
) -> None:
    acts = alternating(cycle(pattern), start, lengths)
    told = walk(who, budget, acts, real=real)
    kind = ClockKind.REAL if real else ClockKind.WORKING
    found = replay(
        clock_of(who),
        Promise(kind, timedelta(minutes=budget)),
        [Moment(MomentKind(word), instant(at)) for word, at in acts],
    )
    assert found.due_at == (None if told.due is None else instant(told.due))
    assert [(v.due_at, v.met) for v in found.verdicts] == [
        (instant(due), kept) for due, kept in told.verdicts
    ]
    if acts[-1][0] in ("paused", "stopped"):
        assert found.remaining == timedelta(minutes=told.left)
    counts = oracles.tally("clock, histories")
    counts["cases"] += 1
    counts["acts"] += len(acts)
    counts["minutes walked"] += told.minutes
