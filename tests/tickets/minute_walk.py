"""The clock once more, one minute after the other: an oracle. It shares no code with ours.

1. Every minute asks the same question: do these people work now? Nothing is skipped or computed.
2. Minutes are whole numbers since 1970 in UTC; the city is seven hours ahead, all year round.
3. A budget is used up at the end of the minute that uses its last one.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

AHEAD = 7 * 60
DAY = 1440
EPOCH = date(1970, 1, 1).toordinal()
FOR_EVER = 4 * 366 * DAY

Spans = tuple[tuple[int, int], ...]
Week = tuple[Spans, ...]
OFFICE_DAY: Spans = ((7 * 60 + 30, 11 * 60 + 30), (13 * 60 + 30, 17 * 60))
OFFICE: Week = (OFFICE_DAY,) * 5 + ((), ())


def minute(instant: datetime) -> int:
    """Return the minute of an instant, which must be a whole one."""
    assert instant.second == instant.microsecond == 0
    return int(instant.timestamp()) // 60


def instant(number: int) -> datetime:
    """Return the instant at which a minute begins."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=number)


@dataclass(frozen=True)
class Seed:
    """The days that the city pack names: closed ones, and Saturdays that are worked."""

    closed: frozenset[date]
    makeup: Mapping[date, date]

    @classmethod
    def read(cls, path: Path) -> "Seed":
        """Read the pack's calendar."""
        lines = path.read_text(encoding="utf-8").splitlines()
        days = {row["date"]: row for row in csv.DictReader(lines)}
        return cls(
            closed=frozenset(date.fromisoformat(d) for d, r in days.items() if r["kind"] == "holiday"),
            makeup={
                date.fromisoformat(d): date.fromisoformat(r["replaces"])
                for d, r in days.items()
                if r["kind"] == "makeup"
            },
        )  # fmt: skip


@dataclass(frozen=True)
class People:
    """Who works when. periods: (first day or None, first day after or None, hours of a week)."""

    seed: Seed
    periods: tuple[tuple[date | None, date | None, Week], ...] = ((None, None, OFFICE),)

    @cached_property
    def _spans(self) -> dict[int, Spans]:
        return {}

    def hours(self, on: date) -> Spans:
        """Return the hours of a day: those of its weekday, or of the weekday that it replaces."""
        for begin, end, week in self.periods:
            if (begin is None or begin <= on) and (end is None or on < end):
                if on in self.seed.makeup:
                    return week[self.seed.makeup[on].weekday()]
                return () if on in self.seed.closed else week[on.weekday()]
        return ()

    def works(self, number: int) -> bool:
        """Tell whether a minute is one of work."""
        day, clock = divmod(number + AHEAD, DAY)
        spans = self._spans.get(day)
        if spans is None:
            spans = self._spans[day] = self.hours(date.fromordinal(EPOCH + day))
        return any(begin <= clock < end for begin, end in spans)

    def longest_day(self, number: int) -> int:
        """Return the minutes of one working day: the longest of the week that holds then."""
        on = date.fromordinal(EPOCH + (number + AHEAD) // DAY)
        weeks = [
            week
            for begin, end, week in self.periods
            if (begin is None or begin <= on) and (end is None or on < end)
        ] or [week for _begin, _end, week in self.periods]
        return max(sum(end - begin for begin, end in spans) for week in weeks for spans in week)


@dataclass
class Told:
    """Where a promise stands. due: None while it rests with something left."""

    due: int | None = None
    left: int = 0
    verdicts: list[tuple[int, bool]] = field(default_factory=list)  # due, kept
    minutes: int = 0  # walked


Acts = list[tuple[str, int]]


def walk(people: People, budget: int, acts: Acts, *, real: bool = False) -> Told:
    """Let the minutes pass through started, paused, resumed, stopped, restarted."""
    told = Told(left=budget)
    running = False
    for number, (word, at) in enumerate(acts):
        if word == "restarted":
            told.left = max(told.left, DAY if real else people.longest_day(at))
            told.due = None
        running = word in ("started", "resumed", "restarted")
        if running and not told.left and told.due is None:
            told.due = at  # nothing was promised
        until = acts[number + 1][1] if number + 1 < len(acts) else at + FOR_EVER
        if word == "stopped":
            due = _end(people, told, at, real=real) if told.due is None else told.due
            told.verdicts.append((due, at <= due))
        elif running:
            _pass(people, told, range(at, until), real=real)
    if acts[-1][0] == "stopped":
        told.due = told.verdicts[-1][0]
    return told


def _pass(people: People, told: Told, minutes: Iterable[int], *, real: bool) -> None:
    for number in minutes:
        if not told.left:
            return
        told.minutes += 1
        if real or people.works(number):
            told.left -= 1
            if not told.left:
                told.due = number + 1


def _end(people: People, told: Told, at: int, *, real: bool) -> int:
    """Return when the rest would have been used up, had it gone on."""
    copy = Told(left=told.left)
    _pass(people, copy, range(at, at + FOR_EVER), real=real)
    assert copy.due is not None or not told.left
    return at if copy.due is None else copy.due


def alternating(words: Iterator[str], start: int, lengths: Iterable[int]) -> Acts:
    """Return acts that follow each other after these many minutes."""
    acts, at = [("started", start)], start
    for length in lengths:
        at += length
        acts.append((next(words), at))
    return acts
