import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account, AccountToken
from app.accounts.queries import by_email
from app.agencies.models import Agency, Membership
from app.agencies.queries import actor_of
from app.catalog.models import CalendarDay, Category, City
from app.core.time import now
from app.packs.queries import unconfirmed
from tests.accounts.people import EMAIL, FORM, a_member, commune, post, sign_in

PAGES = ("/admin", "/admin/users", "/admin/calendar", "/admin/agencies", "/admin/illustrative")


@pytest.fixture
def administrator(client: FlaskClient, session: Session) -> Account:
    account = a_member(session, "administrator", email="chief@example.invalid")
    sign_in(client, email=account.email)
    return account


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_for_administrators(client: FlaskClient, session: Session, path: str) -> None:
    assert client.get(path).status_code == 302
    a_member(session, "officer")
    sign_in(client)
    assert client.get(path).status_code == 403


@pytest.mark.usefixtures("administrator")
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_pages_open_in_both_languages(client: FlaskClient, path: str, lang: str) -> None:
    answer = client.get(f"{path}?lang={lang}")
    assert answer.status_code == 200
    assert f'<html lang="{lang}">' in answer.text
    assert 'aria-current="page"' in answer.text


@pytest.mark.usefixtures("administrator")
def test_every_form_is_bound_to_the_session(client: FlaskClient) -> None:
    for path in PAGES:
        page = client.get(path).text
        forms = re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL)
        assert all('name="csrf_token" value="' in form for form in forms)
        assert 'name="csrf_token" value=""' not in page
    typed = {"subject": "targets"}
    assert client.post("/admin/illustrative", data=typed, headers=FORM).status_code == 403


@pytest.mark.usefixtures("administrator")
def test_adding_an_account_sends_an_invitation(client: FlaskClient, session: Session) -> None:
    code = commune(session)
    answer = post(client, "/admin/users", email=EMAIL, name="Lan", role="officer", agency=code)
    account = by_email(session, EMAIL)
    assert account is not None
    assert answer.location == f"/admin/users/{account.id}?done=invited"
    assert actor_of(session, account, now()).roles == frozenset({("officer", code)})
    link = session.scalars(select(AccountToken)).one()
    assert (link.account_id, link.purpose) == (account.id, "invitation")
    assert EMAIL in client.get(answer.location).text


@pytest.mark.usefixtures("administrator")
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"email": "no address", "role": "screener"}, "email"),
        ({"email": "chief@example.invalid", "role": "screener"}, "email"),
        ({"email": EMAIL, "role": "officer"}, "agency"),
        ({"email": EMAIL, "role": "king"}, "role"),
        ({"email": EMAIL, "role": "officer", "agency": "NONE"}, "agency"),
    ],
)
def test_a_refused_account_keeps_what_was_typed(
    client: FlaskClient, session: Session, typed: dict[str, str], field: str
) -> None:
    answer = post(client, "/admin/users", name="Bình An", **typed)
    assert 400 <= answer.status_code < 500
    assert f'id="{field}-error"' in answer.text
    assert f'href="#{field}"' in answer.text
    assert 'value="Bình An"' in answer.text
    assert by_email(session, EMAIL) is None


@pytest.mark.usefixtures("administrator")
def test_roles_are_given_and_ended(client: FlaskClient, session: Session) -> None:
    account = a_member(session, "officer")
    path = f"/admin/users/{account.id}"
    assert post(client, f"{path}/roles", role="manager").status_code == 422
    # An agency that was left chosen does not turn a city-wide role into one of an agency.
    post(client, f"{path}/roles", role="screener", agency=commune(session))
    assert ("screener", None) in actor_of(session, account, now()).roles
    officer = session.scalars(
        select(Membership).where(Membership.account_id == account.id, Membership.role == "officer")
    ).one()
    assert post(client, f"{path}/roles/{officer.id}/end").status_code == 303
    assert {role for role, _ in actor_of(session, account, now()).roles} == {"screener"}
    assert post(client, f"{path}/roles/{officer.id}/end").status_code == 404


def test_nobody_takes_the_administration_from_themselves(
    client: FlaskClient, session: Session, administrator: Account
) -> None:
    path = f"/admin/users/{administrator.id}"
    own = session.scalars(select(Membership).where(Membership.account_id == administrator.id)).one()
    assert post(client, f"{path}/roles/{own.id}/end").status_code == 409
    assert post(client, f"{path}/disable").status_code == 409
    assert client.get("/admin").status_code == 200


@pytest.mark.usefixtures("administrator")
def test_disabling_and_enabling_asks_for_a_new_password(
    client: FlaskClient, session: Session
) -> None:
    account = a_member(session, "officer")
    other = client.application.test_client()
    sign_in(other)
    path = f"/admin/users/{account.id}"
    assert post(client, f"{path}/invite").status_code == 409
    post(client, f"{path}/disable")
    assert other.get("/desk/account").status_code == 302
    assert sign_in(other).status_code == 422
    post(client, f"{path}/enable")
    assert sign_in(other).status_code == 422
    assert session.scalars(select(AccountToken.purpose)).all() == ["invitation"]


@pytest.mark.usefixtures("administrator")
def test_accounts_are_found_without_diacritics(client: FlaskClient, session: Session) -> None:
    account = a_member(session, "officer")
    account.full_name = "Đặng Thị Hồng"
    session.commit()
    assert "Đặng Thị Hồng" in client.get("/admin/users?q=dang thi").text
    assert "Đặng Thị Hồng" not in client.get("/admin/users?q=nguyen").text


def days_of(session: Session, day: str) -> list[CalendarDay]:
    query = (
        select(CalendarDay)
        .where(CalendarDay.day == date.fromisoformat(day))
        .order_by(CalendarDay.since_version)
    )
    return list(session.scalars(query))


def test_a_day_is_entered_in_a_new_version(
    client: FlaskClient, session: Session, administrator: Account
) -> None:
    before = session.get_one(City, 1).calendar_version
    answer = post(
        client,
        "/admin/calendar",
        **{"day": "2031-05-05", "kind": "holiday", "name.vi": "Ngày thử", "name.en": "Trial day"},
    )
    assert answer.location == "/admin/calendar?year=2031&done=added"
    row = days_of(session, "2031-05-05")[0]
    assert session.get_one(City, 1).calendar_version == before + 1 == row.since_version
    assert (row.confirmed, row.source) == (True, f"account {administrator.id}")
    assert "Trial day" in client.get(f"{answer.location}&lang=en").text


@pytest.mark.usefixtures("administrator")
@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"day": "", "kind": "holiday", "name.vi": "x"}, "day-error"),
        ({"day": "05/05/2031", "kind": "holiday", "name.vi": "x"}, "day-error"),
        ({"day": "2026-01-01", "kind": "holiday", "name.vi": "x"}, "day-error"),
        ({"day": "2031-05-05", "kind": "party", "name.vi": "x"}, "kind-error"),
        ({"day": "2031-05-05", "kind": "holiday", "name.vi": "  "}, "name-vi-error"),
        ({"day": "2031-05-05", "kind": "holiday", "name.en": "x" * 201}, "name-vi-error"),
        ({"day": "0001-01-01", "kind": "holiday", "name.vi": "x"}, "day-error"),
        (
            {"day": "2031-05-05", "kind": "makeup", "name.vi": "x", "replaces": "soon"},
            "replaces-error",
        ),
        (
            {"day": "2031-05-05", "kind": "makeup", "name.vi": "x", "replaces": "2031-05-05"},
            "replaces-error",
        ),
    ],
)
def test_a_wrong_day_says_so_at_its_field(
    client: FlaskClient, session: Session, typed: dict[str, str], error: str
) -> None:
    before = session.get_one(City, 1).calendar_version
    answer = post(client, "/admin/calendar", **typed)
    assert answer.status_code in {409, 422}
    assert f'id="{error}"' in answer.text
    session.expire_all()
    assert session.get_one(City, 1).calendar_version == before
    assert days_of(session, "2031-05-05") == []


@pytest.mark.usefixtures("administrator")
def test_days_are_confirmed_together_and_removed(client: FlaskClient, session: Session) -> None:
    query = select(CalendarDay).where(~CalendarDay.confirmed, CalendarDay.until_version.is_(None))
    first = session.scalars(query.order_by(CalendarDay.day).limit(1)).one()
    year, version = first.day.year, session.get_one(City, 1).calendar_version
    post(client, "/admin/calendar/confirm", year=str(year))
    assert session.get_one(City, 1).calendar_version == version + 1
    assert all(row.day.year != year for row in session.scalars(query))
    former, present = days_of(session, first.day.isoformat())
    assert (former.until_version, present.since_version) == (version + 1, version + 1)
    post(client, "/admin/calendar/remove", day=first.day.isoformat())
    assert f'value="{first.day.isoformat()}"' not in client.get(f"/admin/calendar?year={year}").text
    again = post(client, "/admin/calendar/remove", day=first.day.isoformat())
    assert again.status_code == 404


@pytest.mark.usefixtures("administrator")
@pytest.mark.parametrize("form", [{"year": "soon"}, {"year": ""}, {"year": "2026", "day": "x"}])
def test_what_is_no_day_confirms_none(
    client: FlaskClient, session: Session, form: dict[str, str]
) -> None:
    before = session.get_one(City, 1).calendar_version
    assert post(client, "/admin/calendar/confirm", **form).status_code == 404
    session.expire_all()
    assert session.get_one(City, 1).calendar_version == before


@pytest.mark.usefixtures("administrator")
def test_agencies_show_parent_hours_and_the_mark(client: FlaskClient, session: Session) -> None:
    agency = session.get_one(Agency, commune(session))
    page = client.get(f"/admin/agencies?q={agency.code}&lang=en").text
    assert agency.names["en"].replace("'", "&#39;") in page
    assert "Mon – Fri: 07:30–11:30, 13:30–17:00" in page
    assert "example" in page
    assert "1 of " in page


@pytest.mark.usefixtures("administrator")
def test_example_values_are_confirmed_one_by_one_and_all(
    client: FlaskClient, session: Session
) -> None:
    page = client.get("/admin/illustrative?lang=en").text
    assert "targets.yaml" in page
    category = session.scalars(select(Category).where(Category.illustrative).limit(1)).one()
    post(client, "/admin/illustrative", subject="categories", key=category.code)
    assert category.illustrative is False
    assert "categories" in {part.subject for part in unconfirmed(session)}
    for part in unconfirmed(session):
        post(client, "/admin/illustrative", subject=part.subject)
    assert unconfirmed(session) == []
    assert session.get_one(City, 1).profile["illustrative"] == []
    assert "Every value of the pack is confirmed." in client.get("/admin/illustrative").text
    assert post(client, "/admin/illustrative", subject="nothing").status_code == 404


@pytest.mark.usefixtures("administrator")
def test_the_last_row_settles_its_subject(client: FlaskClient, session: Session) -> None:
    hours = next(part for part in unconfirmed(session) if part.subject == "hours")
    assert (len(hours.rows), hours.notes) == (1, ("agencies.yaml: working_hours",))
    post(client, "/admin/illustrative", subject="hours", key=str(hours.rows[0].id))  # type: ignore[union-attr]
    left = {part.subject: part for part in unconfirmed(session)}
    assert "hours" not in left
    assert "agencies" in left
