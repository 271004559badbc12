"""THE due-date clock: working or real time, from frozen facts alone. Pure.

1. What working time is, `agencies.timetable` says; real time is every second.
2. Due = the instant at which the budget is used up. A budget that ends exactly at closing time is
   due at closing time, not at the next opening. An empty budget is due at its start.
3. A pause stops, a resume continues with what remains, an outcome stops. A restart (dispute,
   reopening, appeal) continues with what remains, but with at least one working day.
4. A budget that is used up stays used up: neither a pause nor a resume moves its due date.
5. Instants are timezone-aware, results UTC; arithmetic is exact (no rounding to minutes).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from app.agencies.timetable import DAY, Period, Timetable, WorkCalendar, WorkingClock

__all__ = [
    "BadMoments", "ClockExhausted", "ClockKind", "ClockState", "DueState", "Moment", "MomentKind",
    "Period", "Promise", "Timetable", "Verdict", "WorkCalendar", "WorkingClock", "add_time",
    "closing_after", "elapsed", "replay", "state",
]  # fmt: skip

HORIZON_DAYS = 3653
# "Due soon" begins when this part of the budget, or less, is left.
SOON_PART = 4
_ZERO = timedelta(0)


class ClockExhausted(Exception):  # noqa: N818 - named after what happened, as its callers say it
    """The hours do not hold enough working time within ten years of the start."""


class BadMoments(ValueError):  # noqa: N818 - as above
    """The moments do not form a history: paused before it started, resumed while running."""


class ClockKind(StrEnum):
    """What a budget is counted in."""

    WORKING = "working"
    REAL = "real"


def add_time(clock: WorkingClock, kind: ClockKind, start: datetime, budget: timedelta) -> datetime:
    """Return the instant at which the budget is used up (rule 2).

    Raises ValueError for a naive start or a negative budget, ClockExhausted.
    """
    if budget < _ZERO:
        raise ValueError("a budget is not negative")
    try:
        start = _utc(start)
        if kind is ClockKind.REAL or not budget:
            return start + budget
        return _walk(clock, start, budget)
    except OverflowError as error:
        raise ClockExhausted from error


def _walk(clock: WorkingClock, start: datetime, budget: timedelta) -> datetime:
    day = start.date()
    for _ in range(HORIZON_DAYS):
        for opens, closes in clock.spans(day):
            length = closes - max(opens, start)
            if length > _ZERO:
                if budget <= length:
                    return closes - (length - budget)
                budget -= length
        day += DAY
    raise ClockExhausted


def elapsed(clock: WorkingClock, kind: ClockKind, start: datetime, end: datetime) -> timedelta:
    """Return the time that the clock counts from `start` to `end` (nothing if end is earlier)."""
    start, end = _utc(start), _utc(end)
    if end <= start:
        return _ZERO
    if kind is ClockKind.REAL:
        return end - start
    total, day, last = _ZERO, start.date(), end.date()
    while day <= last:
        for opens, closes in clock.spans(day):
            total += max(_ZERO, min(closes, end) - max(opens, start))
        day += DAY
    return total


def closing_after(clock: WorkingClock, start: datetime, days: int) -> datetime:
    """Return the closing instant of the `days`-th working day after the local date of `start`.

    Counting begins the day after. Raises ValueError for no days, ClockExhausted.
    """
    if days < 1:
        raise ValueError("at least one day")
    on = _utc(start).astimezone(clock.zone).date()
    for _ in range(HORIZON_DAYS):
        on += DAY
        closes = _closing(clock, on) if clock.hours(on) else None
        days -= closes is not None
        if closes is not None and not days:
            return closes
    raise ClockExhausted


def _closing(clock: WorkingClock, on: date) -> datetime | None:
    """Return when a local date ends its work; None where its hours do not exist on the wall."""
    ends = [
        end
        for utc_day in (on - DAY, on, on + DAY)
        for begin, end in clock.spans(utc_day)
        if begin.astimezone(clock.zone).date() == on
    ]
    return max(ends, default=None)


@dataclass(frozen=True)
class Promise:
    """What was promised: a budget, counted in working or real time."""

    kind: ClockKind
    budget: timedelta


class MomentKind(StrEnum):
    """What happened to a promise."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    RESTARTED = "restarted"


@dataclass(frozen=True)
class Moment:
    """When it happened."""

    kind: MomentKind
    at: datetime


@dataclass(frozen=True)
class Verdict:
    """How one outcome stood to its due date. A disputed one stays, before the next."""

    stopped_at: datetime
    due_at: datetime
    met: bool


@dataclass(frozen=True, kw_only=True)
class DueState:
    """Where a promise stands after its last moment.

    due_at: None while paused (unless the budget was used up before: rule 4).
    remaining: what was left of the budget at the last moment. stopped_at: None while it runs.
    """

    due_at: datetime | None
    stopped_at: datetime | None = None
    remaining: timedelta = _ZERO
    verdicts: tuple[Verdict, ...] = ()


class ClockState(StrEnum):
    """What is said about a promise."""

    ON_TRACK = "on_track"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"


_FOLLOWS = {
    None: {MomentKind.STARTED},
    MomentKind.STARTED: {MomentKind.PAUSED, MomentKind.STOPPED},
    MomentKind.RESUMED: {MomentKind.PAUSED, MomentKind.STOPPED},
    MomentKind.RESTARTED: {MomentKind.PAUSED, MomentKind.STOPPED},
    MomentKind.PAUSED: {MomentKind.RESUMED, MomentKind.STOPPED},
    MomentKind.STOPPED: {MomentKind.RESTARTED},
}


def replay(clock: WorkingClock, promise: Promise, moments: Iterable[Moment]) -> DueState:
    """Return where a promise stands after its moments, which are given in the order recorded.

    A moment that is earlier than the one before it (two machines, two clocks) counts as
    simultaneous. Raises BadMoments, ClockExhausted.
    """
    kind: MomentKind | None = None
    last = datetime.min.replace(tzinfo=UTC)
    now = DueState(due_at=None, remaining=promise.budget)
    for moment in moments:
        if moment.kind not in _FOLLOWS[kind]:
            raise BadMoments(f"{moment.kind} after {kind}")
        at = max(last, _utc(moment.at))
        if kind not in (None, MomentKind.PAUSED, MomentKind.STOPPED):
            left = max(_ZERO, now.remaining - elapsed(clock, promise.kind, last, at))
            now = replace(now, remaining=left)
        now = _after(clock, promise.kind, now, moment.kind, at)
        kind, last = moment.kind, at
    if kind is None:
        raise BadMoments("nothing happened")
    return now


def _after(
    clock: WorkingClock, counted: ClockKind, now: DueState, kind: MomentKind, at: datetime
) -> DueState:
    """Return the state after a moment; `now.remaining` is what is left at that moment."""
    match kind:
        case MomentKind.STARTED:
            return replace(now, due_at=add_time(clock, counted, at, now.remaining))
        case MomentKind.PAUSED:
            return replace(now, due_at=None) if now.remaining else now
        case MomentKind.RESUMED:
            due_at = now.due_at or add_time(clock, counted, at, now.remaining)
            return replace(now, due_at=due_at)
        case MomentKind.STOPPED:
            due_at = now.due_at or add_time(clock, counted, at, now.remaining)
            verdict = Verdict(at, due_at, met=at <= due_at)
            return replace(now, due_at=due_at, stopped_at=at, verdicts=(*now.verdicts, verdict))
        case MomentKind.RESTARTED:
            remaining = max(now.remaining, _one_day(clock, counted, at))
            due_at = add_time(clock, counted, at, remaining)
            return replace(now, due_at=due_at, stopped_at=None, remaining=remaining)


def _one_day(clock: WorkingClock, counted: ClockKind, at: datetime) -> timedelta:
    if counted is ClockKind.REAL:
        return DAY
    return clock.working_day(at.astimezone(clock.zone).date())


def state(clock: WorkingClock, promise: Promise, due: DueState, now: datetime) -> ClockState:
    """Return what is to be said at `now`.

    Overdue begins after the due instant; an outcome at that instant is met. Due soon: a quarter
    of the budget or less is left.
    """
    if due.stopped_at is not None and due.due_at is not None:
        return ClockState.MET if due.stopped_at <= due.due_at else ClockState.MISSED
    if due.due_at is None:
        return ClockState.PAUSED
    if now > due.due_at:
        return ClockState.OVERDUE
    left = elapsed(clock, promise.kind, now, due.due_at)
    return ClockState.DUE_SOON if left * SOON_PART <= promise.budget else ClockState.ON_TRACK


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)
