"""Working clocks for tests: office hours as most agencies have them, and a way to write instants."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from app.agencies.timetable import Hours, Period, Timetable, WorkCalendar, WorkingClock

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICE: Hours = ((450, 690), (810, 1020))  # 07:30-11:30, 13:30-17:00: 7.5 hours
WEEK: tuple[Hours, ...] = (OFFICE,) * 5 + ((), ())


def clock(
    *,
    zone: str | ZoneInfo = HANOI,
    week: tuple[Hours, ...] = WEEK,
    closed: frozenset[date] = frozenset(),
    makeup: Mapping[date, date | None] | None = None,
    periods: tuple[Period, ...] | None = None,
) -> WorkingClock:
    """Return a clock with one period that always holds, unless periods are given."""
    always = (Period(valid_from=None, valid_to=None, week=week),)
    return WorkingClock(
        zone=ZoneInfo(zone) if isinstance(zone, str) else zone,
        timetable=Timetable(always if periods is None else periods),
        calendar=WorkCalendar(closed=closed, makeup=makeup or {}),
    )


def local(text: str, zone: ZoneInfo = HANOI) -> datetime:
    """Read `2026-11-23 07:30` as the clock on the wall shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
