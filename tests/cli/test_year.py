"""The queue of a simulated year."""

import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.cli.simulate.year import DAY, HOUR, Year
from app.core.time import now

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def year(days: int = 365) -> Year:
    return Year(BEGIN, days, random.Random(1), ZoneInfo("UTC"))


def test_the_clock_stands_at_the_instant_of_what_happens() -> None:
    passed, seen = year(2), list[datetime]()
    for hours in (30, 5):
        passed.plan(BEGIN + hours * HOUR, lambda: seen.append(now()))
    passed.plan(BEGIN + 2 * DAY, lambda: seen.append(now()))
    passed.run()
    assert seen == [BEGIN + 5 * HOUR, BEGIN + 30 * HOUR]
    assert passed.at == BEGIN + 2 * DAY


def test_who_stops_it_gets_what_has_passed() -> None:
    stopped, done = year(), list[int]()

    def stop() -> None:
        raise KeyboardInterrupt

    stopped.plan(BEGIN + DAY, lambda: done.append(1))
    stopped.plan(BEGIN + 2 * DAY, stop)
    stopped.plan(BEGIN + 3 * DAY, lambda: done.append(3))
    stopped.run()
    assert done == [1]
    assert stopped.at == stopped.end == BEGIN + 2 * DAY


def test_it_says_at_the_end_of_each_month_how_far_it_is() -> None:
    told, said = year(60), list[datetime]()
    told.tell_months(lambda: said.append(told.at))
    told.run()
    assert [at.month for at in said] == [1, 2]
