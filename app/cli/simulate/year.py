"""The year: a queue of instants and what happens then; the clock stands still meanwhile.

1. Everything happens at whole minutes, one thing after the other. What would come after the end
   does not happen.
2. The same seed gives the same year: chance is drawn in the order of the queue, and from nowhere
   else.
3. Ctrl-C ends it early: what has passed by then is looked at like a whole year. What was begun and
   not committed has not happened.
"""

import heapq
import itertools
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.time import frozen

Task = Callable[[], None]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Year:
    """What will happen, and the present instant (`at`)."""

    def __init__(self, begin: datetime, days: int, chance: random.Random, zone: ZoneInfo) -> None:
        self.begin, self.end = begin, begin + days * DAY
        self.at = begin
        self.chance, self.zone = chance, zone
        self._tasks: list[tuple[datetime, int, Task]] = []
        self._order = itertools.count()

    def plan(self, when: datetime, task: Task) -> None:
        """Let something happen at an instant, or now if that has passed."""
        when = max(when, self.at)
        when -= timedelta(seconds=when.second, microseconds=when.microsecond)
        if when < self.end:
            heapq.heappush(self._tasks, (when, next(self._order), task))

    def later(self, hours: float, task: Task) -> None:
        """Let something happen in about so many hours."""
        self.plan(self.at + self.chance.uniform(0.3, 1.7) * hours * HOUR, task)

    def run(self) -> None:
        """Let the time pass (rule 3)."""
        try:
            while self._tasks:
                self.at, _number, task = heapq.heappop(self._tasks)
                with frozen(self.at):
                    task()
        except KeyboardInterrupt:
            self.end = self.at
        self.at = self.end

    def tell_months(self, tell: Task) -> None:
        """Say at the end of each month how far it is: a year takes a while."""
        for midnight in self.days()[1:]:
            if midnight.day == 1:
                self.plan(midnight - MINUTE, tell)

    def days(self) -> list[datetime]:
        """Return the local midnights of the year."""
        first = self.begin.astimezone(self.zone).date()
        count = (self.end - self.begin).days
        return [self.midnight(first + timedelta(days=number)) for number in range(count)]

    def midnight(self, on: date) -> datetime:
        """Return the beginning of a local day."""
        return datetime(on.year, on.month, on.day, tzinfo=self.zone)
