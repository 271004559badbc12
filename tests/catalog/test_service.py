from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import CalendarDay, City
from app.catalog.queries import calendar_days, calendar_rows, present_calendar
from app.catalog.service import EnteredDay, add_day, confirm_days, remove_day
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.time import now
from app.packs.reader import read_pack
from app.packs.service import load_pack
from config import Settings

CHIEF = Actor(role="administrator", account_id=7)
WORKING_SATURDAY = date(2031, 5, 10)


def version(session: Session) -> int:
    return session.get_one(City, 1).calendar_version


def test_former_versions_stay_as_they_were(session: Session) -> None:
    first = version(session)
    before = calendar_days(session, first)
    day = EnteredDay(
        day=WORKING_SATURDAY, kind="makeup", names={"vi": "Làm bù"}, replaces=date(2031, 5, 2)
    )
    add_day(session, day, actor=CHIEF)
    remove_day(session, min(before.closed), actor=CHIEF)
    assert version(session) == first + 2
    assert calendar_days(session, first) == before
    present = calendar_days(session, version(session))
    assert present.makeup[WORKING_SATURDAY] == date(2031, 5, 2)
    assert present.closed == before.closed - {min(before.closed)}


def test_a_removed_day_can_be_entered_again(session: Session) -> None:
    day = present_calendar(session)[0].day
    remove_day(session, day, actor=CHIEF)
    with pytest.raises(NotFound):
        remove_day(session, day, actor=CHIEF)
    assert day not in {row.day for row in calendar_rows(session, version(session))}
    add_day(session, EnteredDay(day=day, kind="holiday", names={"vi": "Nghỉ"}), actor=CHIEF)
    assert [row.names for row in present_calendar(session) if row.day == day] == [{"vi": "Nghỉ"}]


def test_what_was_decided_here_wins_over_the_pack(session: Session, settings: Settings) -> None:
    rows = present_calendar(session)
    removed = rows[0].day
    open_day = next(row.day for row in rows if not row.confirmed)
    remove_day(session, removed, actor=CHIEF)
    confirm_days(session, [open_day], actor=CHIEF)
    load_pack(session, read_pack(settings.city_pack), now())
    present = {row.day: row for row in present_calendar(session)}
    assert removed not in present
    assert present[open_day].confirmed


def test_confirming_what_is_confirmed_changes_nothing(session: Session) -> None:
    before = version(session)
    day = next(row.day for row in present_calendar(session) if row.confirmed)
    assert confirm_days(session, [day, date(1999, 1, 1)], actor=CHIEF) == 0
    assert version(session) == before


def test_only_replaced_rows_end(session: Session) -> None:
    open_days = [row.day for row in present_calendar(session) if not row.confirmed]
    assert confirm_days(session, open_days, actor=CHIEF) == len(open_days)
    ended = session.scalars(select(CalendarDay.day).where(CalendarDay.until_version.is_not(None)))
    assert set(ended) == set(open_days)
