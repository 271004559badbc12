from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.admin.attention import GRAVE, Point, points
from app.agencies.service import give_role
from app.catalog.models import Area, AreaVersion, CalendarDay, Category
from app.catalog.queries import forget_kept
from app.core.time import now
from app.core.words.i18n import pick
from app.core.work.heartbeat import beat
from app.notifications.models import Delivery
from app.packs.queries import unconfirmed
from app.packs.service.confirmation import confirm_subject
from config import Settings
from tests.accounts.people import a_member

TODAY = date(2026, 3, 2)


@pytest.fixture
def look(session: Session, settings: Settings):
    """The titles of what needs attention, with their points."""

    def call(*, today: date = TODAY, **changes: object) -> dict[str, Point]:
        changed = replace(settings, **changes)  # type: ignore[arg-type]
        return {point.title: point for point in points(session, changed, now(), today)}

    return call


def test_the_fresh_city_has_its_points_worst_first(session: Session, settings: Settings) -> None:
    found = points(session, settings, now(), TODAY)
    grades = [point.grade for point in found]
    assert grades == sorted(grades, key=("grave", "open", "trial").index)
    titles = {point.title.split(":")[0] for point in found}
    assert titles >= {
        "Places with approximate borders",
        "Values of the city pack that nobody has confirmed",
        "Days of the calendar that are not confirmed",
        "No street map is set.",
        "No mail server is set.",
        "The background work stands still.",
        "The public address is not https.",
    }


def test_a_sign_of_life_settles_the_background(session: Session, look) -> None:
    title = "The background work stands still."
    assert look()[title].grade == GRAVE
    beat(session, "schedule", now() - timedelta(seconds=20))
    assert title not in look()
    beat(session, "schedule", now() - timedelta(minutes=2))
    assert title in look()


def test_messages_that_were_given_up_are_counted(session: Session, look) -> None:
    title = "Messages that could not be delivered: %(count)s."

    def message(state: str, at: datetime, **values: object) -> Delivery:
        row = Delivery(
            recipient="account:1", channel="email", template="invitation", params={}, state=state,
            created_at=at, next_attempt_at=at, **values,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row

    message("given_up", now() - timedelta(days=8))
    assert title not in look()
    lost = message("given_up", now())
    assert look()[title].params == {"count": 1}
    message("sent", now(), instead_of=lost.id)
    assert title not in look()


def test_mail_that_waits_too_long_is_told(session: Session, look) -> None:
    title = "Work has been waiting for %(minutes)s minutes."
    due = now() - timedelta(minutes=4)
    row = Delivery(
        recipient="account:1",
        channel="email",
        template="invitation",
        params={},
        state="pending",
        created_at=due,
        next_attempt_at=due,
    )
    session.add(row)
    session.flush()
    assert title not in look()
    row.next_attempt_at = now() - timedelta(minutes=9, seconds=5)
    session.flush()
    assert look()[title].params == {"minutes": 9}


def test_first_accounts_and_empty_agencies(session: Session, look) -> None:
    empty = "Agencies where nobody can sign in: %(count)s."
    first = "Accounts of the first start can still sign in: %(emails)s."
    before = look()
    assert first not in before
    account = a_member(session, "officer", email="officer@example.invalid")
    after = look()
    assert after[first].params == {"emails": "officer@example.invalid"}
    assert after[empty].params["count"] == before[empty].params["count"] - 1  # type: ignore[operator]
    account.disabled_at = now()
    session.flush()
    assert first not in look()
    assert look()[empty].params == before[empty].params
    other = a_member(session, "administrator", email="real@city.example")
    give_role(session, other, "coordinator", None, now=now())
    assert look()[empty].params["count"] == before[empty].params["count"] - 1  # type: ignore[operator]


def test_what_is_settled_is_not_shown(session: Session, look) -> None:
    before = look()
    units = select(Area.code).where(Area.kind == "unit")
    real = update(AreaVersion).where(AreaVersion.area_code.in_(units)).values(approximate=False)
    drawn = session.execute(real).rowcount  # type: ignore[attr-defined]
    assert before["Places with approximate borders: %(count)s."].params == {"count": drawn}
    # Waters and neighbours stay as they were drawn: they come from no file, and call nobody.
    assert session.scalars(select(AreaVersion).where(AreaVersion.approximate).limit(1)).first()
    session.execute(update(CalendarDay).values(confirmed=True))
    for part in unconfirmed(session):
        confirm_subject(session, part.subject)
    left = {title.split(":")[0] for title in look()}
    assert not left & {
        "Places with approximate borders",
        "Values of the city pack that nobody has confirmed",
        "Days of the calendar that are not confirmed",
    }
    assert session.scalars(select(Area).limit(1)).first() is not None


def test_a_year_without_holidays_is_told_in_time(look) -> None:
    title = "No holidays are entered for %(year)s."
    assert title not in look(today=date(2026, 3, 2))
    assert look(today=date(2031, 3, 2))[title].params == {"year": 2031}
    assert look(today=date(2030, 10, 1))[title].params == {"year": 2031}


def test_settings_decide(look, settings: Settings) -> None:
    good = look(
        mail=replace(settings.mail, host="mail.example"),
        basemap=replace(settings.basemap, kind="mbtiles"),
        web=replace(settings.web, secure_cookies=True),
    )
    assert not set(good) & {
        "No mail server is set.",
        "No street map is set.",
        "The public address is not https.",
    }
    assert "This installation is a trial." in look(trial=True)
    assert "This installation is a trial." in look(sample_content=True)
    osm = look(basemap=replace(settings.basemap, kind="osm"))
    assert "The street map comes from OpenStreetMap’s public server." in osm


def test_a_category_that_nobody_can_report(session: Session, look, settings: Settings) -> None:
    title = "Nobody can report these, because no phone can be proved: %(names)s."
    forget_kept()
    assert title not in look()
    change = update(Category).where(Category.code == "waste")
    session.execute(change.values(contact_policy="phone_verified"))
    forget_kept()
    point = look()[title]
    waste = pick(session.get_one(Category, "waste").names)
    assert (point.grade, point.params["names"]) == (GRAVE, waste)
    for way in ("sms", "zalo"):
        assert title not in look(**{way: replace(getattr(settings, way), kind="file")})
    e_id = replace(settings.open_id, issuer="https://id.example")
    assert title not in look(open_id=e_id)
    forget_kept()
