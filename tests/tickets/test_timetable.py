"""Hours of agencies: what is refused when it is read, and which hours a date has."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.agencies import timetable
from app.agencies.timetable import Hours, Period, Timetable
from tests.tickets.hours import OFFICE, WEEK, clock, local

MONDAY, SATURDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 28), date(2026, 11, 29)
DAYS = [[["07:30", "11:30"], ["13:30", "17:00"]]] * 5 + [[], []]


def period(begins: date | None, ends: date | None, week: tuple[Hours, ...] = WEEK) -> Period:
    return Period(valid_from=begins, valid_to=ends, week=week)


def document(**changes: Any) -> dict[str, Any]:
    return {"periods": [{"valid_from": None, "valid_to": None, "days": DAYS} | changes]}


def test_a_document_is_read() -> None:
    read = Timetable.from_document(document(valid_from="2026-01-01", valid_to="2027-01-01"))
    assert read.periods == (period(date(2026, 1, 1), date(2027, 1, 1)),)


def test_what_was_read_is_written_alike() -> None:
    written = document(valid_from="2026-01-01")
    assert Timetable.from_document(written).to_document() == written
    assert json.loads(json.dumps(written)) == written


@pytest.mark.parametrize(
    "broken",
    [
        {},
        [],
        None,
        {"periods": None},
        {"periods": [None]},
        {"periods": [{"days": DAYS}]},
        document(days=DAYS[:6]),
        document(days=None),
        document(days=[[["07:30"]]] * 7),
        document(days=[[["07:30", 690]]] * 7),
        document(days=[[["7h30", "11:30"]]] * 7),
        document(days=[[["07:60", "11:30"]]] * 7),
        document(days=[[["07:-1", "11:30"]]] * 7),
        document(days=[[["07:30", "07:30"]]] * 7),
        document(days=[[["11:30", "07:30"]]] * 7),
        document(days=[[["07:30", "11:30"], ["11:00", "17:00"]]] * 7),
        document(days=[[["13:30", "17:00"], ["07:30", "11:30"]]] * 7),
        document(days=[[["22:00", "24:01"]]] * 7),
        document(days=[[["-1:00", "11:30"]]] * 7),
        document(valid_from="first of May"),
        document(valid_from="2026-05-01", valid_to="2026-05-01"),
        document(valid_from=20260101),
    ],
)
def test_anything_else_is_refused(broken: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Timetable.from_document(broken)


def test_hours_may_meet_and_end_at_midnight() -> None:
    read = Timetable.from_document(document(days=[[["00:00", "12:00"], ["12:00", "24:00"]]] * 7))
    assert read.periods[0].week[0] == ((0, 720), (720, 1440))


def test_periods_do_not_overlap() -> None:
    may, july = date(2026, 5, 1), date(2026, 7, 1)
    Timetable((period(july, None), period(None, may), period(may, july)))
    for two in (
        (period(None, None), period(may, None)),
        (period(None, july), period(may, None)),
        (period(None, may), period(None, july)),
        (period(may, july), period(may, july)),
    ):
        with pytest.raises(ValueError, match="same day"):
            Timetable(two)


def test_a_period_holds_until_the_day_before_its_end() -> None:
    winter: tuple[Hours, ...] = (((480, 720),),) * 7
    change = date(2026, 11, 25)
    two = clock(periods=(period(None, change), period(change, None, winter)))
    assert two.hours(date(2026, 11, 24)) == OFFICE
    assert two.hours(change) == ((480, 720),)


def test_outside_all_periods_there_are_no_hours() -> None:
    short = clock(periods=(period(MONDAY, SATURDAY),), makeup={SUNDAY: None})
    assert short.hours(MONDAY) == OFFICE
    for on in (MONDAY - timedelta(days=3), SATURDAY, SUNDAY, date.min, date.max):
        assert short.hours(on) == ()


HALF: Hours = ((450, 690),)


def test_a_closed_date_has_none() -> None:
    assert clock(closed=frozenset({MONDAY})).hours(MONDAY) == ()


def test_a_makeup_date_has_the_hours_of_the_day_that_it_replaces_else_mondays() -> None:
    week = (OFFICE, OFFICE, OFFICE, OFFICE, HALF, (), ())
    friday = date(2026, 11, 27)
    assert clock(week=week, makeup={SATURDAY: friday}).hours(SATURDAY) == HALF
    assert clock(week=week, makeup={SATURDAY: None}).hours(SATURDAY) == OFFICE
    assert clock(week=week, makeup={SUNDAY: SATURDAY}).hours(SUNDAY) == ()


def test_a_makeup_date_wins_over_a_closed_date() -> None:
    both = clock(closed=frozenset({SATURDAY, MONDAY}), makeup={SATURDAY: MONDAY})
    assert both.hours(SATURDAY) == OFFICE


def test_a_working_day_is_the_longest_of_the_week() -> None:
    week = (HALF, (), OFFICE, HALF, (), (), ())
    assert clock(week=week).working_day(SUNDAY) == timedelta(hours=7.5)
    assert clock(week=((),) * 7).working_day(SUNDAY) == timedelta(0)


def test_a_working_day_outside_all_periods_is_the_longest_of_any() -> None:
    two = clock(
        periods=(period(MONDAY, SATURDAY, (HALF,) * 7), period(SATURDAY, SUNDAY, (OFFICE,) * 7))
    )
    assert two.working_day(MONDAY) == timedelta(hours=4)
    assert two.working_day(date(2030, 1, 1)) == timedelta(hours=7.5)


def test_spans_of_a_utc_day() -> None:
    assert clock().spans(MONDAY) == (
        (local("2026-11-23 07:30"), local("2026-11-23 11:30")),
        (local("2026-11-23 13:30"), local("2026-11-23 17:00")),
    )
    assert clock().spans(SUNDAY) == ()


def test_a_span_over_utc_midnight_is_cut_there() -> None:
    night = clock(week=(((360, 480),),) * 7)  # 06:00-08:00 = 23:00-01:00 UTC
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    hour = timedelta(hours=1)
    assert night.spans(date(2026, 11, 23))[-1] == (midnight - hour, midnight)
    assert night.spans(date(2026, 11, 24))[0] == (midnight, midnight + hour)


def worked(zone: str, day: date, hours: Hours) -> timedelta:
    """How long the hours of one local date really last."""
    everyday = clock(zone=zone, week=((),) * 7, makeup={})
    one = clock(
        zone=zone,
        periods=(period(day, day + timedelta(days=1), (hours,) * 7),),
    )
    assert everyday.spans(day) == ()
    near = [day + timedelta(days=n) for n in (-1, 0, 1)]
    return sum((end - begin for on in near for begin, end in one.spans(on)), timedelta(0))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 28), 6.0),
        ("Europe/Berlin", date(2026, 3, 29), 5.0),  # 02:00 becomes 03:00
        ("Europe/Berlin", date(2026, 10, 25), 7.0),  # 03:00 becomes 02:00
        ("America/New_York", date(2026, 3, 8), 5.0),
        ("America/New_York", date(2026, 11, 1), 7.0),
        ("Australia/Lord_Howe", date(2026, 4, 5), 6.5),  # half an hour
        ("Pacific/Apia", date(2011, 12, 30), 0.0),  # a date that does not exist
        ("Asia/Ho_Chi_Minh", date(2026, 3, 29), 6.0),
    ],
)
def test_an_hour_that_does_not_exist_is_not_counted_one_that_occurs_twice_is_twice(
    zone: str, day: date, hours: float
) -> None:
    assert worked(zone, day, ((0, 360),)) == timedelta(hours=hours)


def test_the_hour_that_occurs_twice_is_worked_in_both_turns() -> None:
    berlin = clock(zone="Europe/Berlin", week=(((120, 150),),) * 7)  # 02:00-02:30
    day = date(2026, 10, 25)
    begins = [begin.astimezone(ZoneInfo("Europe/Berlin")) for begin, _end in berlin.spans(day)]
    assert [(begin.hour, begin.minute, begin.fold) for begin in begins] == [(2, 0, 0), (2, 0, 1)]


def test_days_are_remembered_but_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timetable, "KEPT_DAYS", 3)
    office = clock()
    spans = [office.spans(MONDAY + timedelta(days=n)) for n in range(5)]
    assert len(office._seen) <= 3
    assert [office.spans(MONDAY + timedelta(days=n)) for n in range(5)] == spans


EDGES = st.lists(st.integers(0, 1440), max_size=6, unique=True).map(sorted)
HOURS = EDGES.map(lambda edges: tuple(zip(edges[::2], edges[1::2], strict=False)))


@settings(deadline=None, max_examples=60)
@given(st.lists(HOURS, min_size=7, max_size=7).map(tuple))
def test_any_week_is_read_back_as_written(week: tuple[Hours, ...]) -> None:
    table = Timetable((period(None, date(2027, 1, 1), week), period(date(2027, 1, 1), None)))
    assert Timetable.from_document(json.loads(json.dumps(table.to_document()))) == table
