"""Which instants are working time: hours of an agency, its zone, the calendar. Pure.

1. An instant is working time when the clock on the wall of the zone shows, on that date, a time
   within the hours. So an hour that does not exist is never counted, one that occurs twice twice.
2. Hours of a date: those of its weekday in the period that holds. A closed date has none. A
   make-up date has the hours of the weekday that it replaces, else Monday's; such a row is an
   explicit order and wins over a closed date.
3. A period holds from a date until the day before another; periods do not overlap, and dates
   outside all of them have no hours.
4. The JSON form is {periods: [{valid_from, valid_to, days: 7 × [["07:30", "11:30"], …]}]}, Monday
   first, dates ISO or null. Anything else is refused when it is read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Self
from zoneinfo import ZoneInfo

Hours = tuple[tuple[int, int], ...]
Spans = tuple[tuple[datetime, datetime], ...]

DAY = timedelta(days=1)
KEPT_DAYS = 20_000


@dataclass(frozen=True, kw_only=True)
class Period:
    """Hours from `valid_from` until the day before `valid_to`.

    week: seven tuples, Monday first, of (start, end) in minutes after midnight, in order, at
    most 1440. Raises ValueError.
    """

    valid_from: date | None
    valid_to: date | None
    week: tuple[Hours, ...]

    def __post_init__(self) -> None:
        if self.valid_from and self.valid_to and self.valid_from >= self.valid_to:
            raise ValueError("a period ends after it begins")
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        for hours in self.week:
            edges = [edge for span in hours for edge in span]
            if any(start >= end for start, end in hours) or edges != sorted(edges):
                raise ValueError("hours must be in order, each ending after it begins")
            if edges and (edges[0] < 0 or edges[-1] > 24 * 60):
                raise ValueError("hours lie between 00:00 and 24:00")

    def holds(self, on: date) -> bool:
        """Tell whether the period holds on a date."""
        return (self.valid_from or date.min) <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True)
class Timetable:
    """Working hours with validity; periods do not overlap, dates outside them have no hours."""

    periods: tuple[Period, ...]

    def __post_init__(self) -> None:
        ordered = sorted(self.periods, key=lambda period: period.valid_from or date.min)
        for earlier, later in pairwise(ordered):
            if later.valid_from is None or earlier.holds(later.valid_from):
                raise ValueError("two periods hold on the same day")

    def period(self, on: date) -> Period | None:
        """Return the period that holds on a date."""
        return next((period for period in self.periods if period.holds(on)), None)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Read {periods: [{valid_from, valid_to, days: 7 × [["07:30", "11:30"], …]}]}.

        Dates are ISO or null. Raises ValueError for anything that is not a timetable.
        """
        try:
            return cls(tuple(_period(entry) for entry in document["periods"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("this is not a timetable") from error

    def to_document(self) -> dict[str, Any]:
        """Return the JSON-able form that `from_document` reads."""
        return {
            "periods": [
                {
                    "valid_from": period.valid_from and period.valid_from.isoformat(),
                    "valid_to": period.valid_to and period.valid_to.isoformat(),
                    "days": [
                        [[_clock_time(start), _clock_time(end)] for start, end in hours]
                        for hours in period.week
                    ],
                }
                for period in self.periods
            ]
        }


def _period(entry: Mapping[str, Any]) -> Period:
    begins, ends = entry["valid_from"], entry.get("valid_to")
    return Period(
        valid_from=date.fromisoformat(begins) if begins else None,
        valid_to=date.fromisoformat(ends) if ends else None,
        week=tuple(
            tuple((_minutes(start), _minutes(end)) for start, end in hours)
            for hours in entry["days"]
        ),
    )


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    if not 0 <= int(minutes) < 60:
        raise ValueError("minutes lie between 00 and 59")
    return int(hours) * 60 + int(minutes)


def _clock_time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@dataclass(frozen=True, kw_only=True)
class WorkCalendar:
    """Closed dates, and make-up dates with the date that each replaces (if any)."""

    closed: frozenset[date] = frozenset()
    makeup: Mapping[date, date | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class WorkingClock:
    """The hours of an agency in its zone under a calendar. Remembers the days it has seen."""

    zone: ZoneInfo
    timetable: Timetable
    calendar: WorkCalendar
    _seen: dict[date, Spans] = field(default_factory=dict, init=False, repr=False)

    def hours(self, on: date) -> Hours:
        """Return the working hours of a local date, in minutes after midnight (rule 2)."""
        period = self.timetable.period(on)
        if period is None:
            return ()
        if on in self.calendar.makeup:
            replaced = self.calendar.makeup[on]
            return period.week[replaced.weekday() if replaced else 0]
        return () if on in self.calendar.closed else period.week[on.weekday()]

    def working_day(self, on: date) -> timedelta:
        """Return the length of one working day: the longest of the week that holds on the date.

        The longest, because "at least one working day" must not depend on the weekday.
        """
        period = self.timetable.period(on)
        weeks = [period.week] if period else [each.week for each in self.timetable.periods]
        lengths = [sum(end - start for start, end in hours) for week in weeks for hours in week]
        return timedelta(minutes=max(lengths, default=0))

    def spans(self, utc_day: date) -> Spans:
        """Return the working spans within a UTC day, in order (UTC, end not included)."""
        known = self._seen.get(utc_day)
        if known is None:
            if len(self._seen) >= KEPT_DAYS:
                self._seen.clear()
            known = self._seen[utc_day] = tuple(self._find(utc_day))
        return known

    def _find(self, utc_day: date) -> Iterator[tuple[datetime, datetime]]:
        day_begin = datetime.combine(utc_day, time.min, UTC)
        for begin, end, offset in self._offsets(day_begin, day_begin + DAY):
            local = (begin + offset).date()
            while (midnight := datetime.combine(local, time.min, UTC) - offset) < end:
                for opens, closes in self.hours(local):
                    first = max(begin, midnight + timedelta(minutes=opens))
                    last = min(end, midnight + timedelta(minutes=closes))
                    if first < last:
                        yield first, last
                local += DAY

    def _offsets(
        self, begin: datetime, end: datetime
    ) -> Iterator[tuple[datetime, datetime, timedelta]]:
        """Cut a day where the zone's offset changes (at most once a day, to the second)."""
        before, after = self._offset(begin), self._offset(end - timedelta(seconds=1))
        if before == after:
            yield begin, end, before
            return
        low, high = 0, int((end - begin).total_seconds())
        while high - low > 1:
            middle = (low + high) // 2
            if self._offset(begin + timedelta(seconds=middle)) == before:
                low = middle
            else:
                high = middle
        change = begin + timedelta(seconds=high)
        yield begin, change, before
        yield change, end, after

    def _offset(self, instant: datetime) -> timedelta:
        return instant.astimezone(self.zone).utcoffset() or timedelta(0)
