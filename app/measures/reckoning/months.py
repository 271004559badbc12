"""Months of the city's wall clock, and until when what is counted of one may be corrected. Pure.

1. A month begins and ends at midnight in the city's zone.
2. What is counted of a month may be corrected until the closing of its third working day after the
   month, by the city's own hours: the cut-off. Nothing that happens later changes the month.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from app.tickets.clock import ClockExhausted, WorkingClock, closing_after

CORRECTION_DAYS: Final = 3
INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, order=True)
class Month:
    """A month, by its first day."""

    first: date

    @classmethod
    def of(cls, instant: datetime, zone: ZoneInfo) -> Self:
        """Return the month in which something happened."""
        return cls(instant.astimezone(zone).date().replace(day=1))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2026-10". Raises ValueError."""
        year, _, month = text.partition("-")
        if len(year) != 4 or len(month) != 2:
            raise ValueError(f"no month: {text}")
        return cls(date(int(year), int(month), 1))

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"

    def moved(self, months: int) -> "Month":
        """Return the month so many months later."""
        count = self.first.year * 12 + self.first.month - 1 + months
        return Month(date(count // 12, count % 12 + 1, 1))

    def begin(self, zone: ZoneInfo) -> datetime:
        """Return its first instant."""
        return datetime.combine(self.first, time.min, zone).astimezone(UTC)

    def end(self, zone: ZoneInfo) -> datetime:
        """Return the first instant of the next one."""
        return self.moved(1).begin(zone)

    def last(self, zone: ZoneInfo) -> datetime:
        """Return its last instant."""
        return self.end(zone) - INSTANT

    def cut_off(self, clock: WorkingClock) -> datetime:
        """Return until when it may be corrected (rule 2)."""
        try:
            return closing_after(clock, self.last(clock.zone), CORRECTION_DAYS)
        except ClockExhausted:  # hours that never open
            return self.end(clock.zone) + timedelta(days=CORRECTION_DAYS)
