"""The second step: set up, asked for, used once, lost; and required where it is required."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import Account, AccountToken, PaperCode, StaffSession
from app.accounts.second_step import codes, queries, service
from app.core import installation
from app.core.installation import sealer
from app.core.time import frozen, now
from tests.accounts.people import EMAIL, FORM, a_member, post, sign_in

PAGE = "/desk/account/second-step"
CODE = "/desk/sign-in/code"


def app_of(account: Account) -> pyotp.TOTP:
    """The app on the person's phone."""
    return pyotp.TOTP(sealer().open(account.totp_secret or account.totp_pending) or "")


def set_up(client: FlaskClient, session: Session, account: Account) -> list[str]:
    """Set it up on the pages, one minute ago; return the codes that are shown."""
    with frozen(now() - timedelta(minutes=1)):
        assert post(client, PAGE, act="begin").status_code == 303
        session.refresh(account)
        page = post(client, PAGE, act="confirm", code=app_of(account).at(now())).text
    session.refresh(account)
    found = re.findall(r"<code>([\w-]+)</code>", page)
    assert len(found) == 10
    return found


def answer(client: FlaskClient, code: str, **form: str) -> TestResponse:
    return client.post(CODE, data={"code": code, **form}, headers=FORM)


@pytest.fixture
def account(session: Session) -> Account:
    return a_member(session)


@pytest.fixture
def written(client: FlaskClient, session: Session, account: Account) -> list[str]:
    """The codes of somebody who has the second step and is signed out."""
    sign_in(client)
    found = set_up(client, session, account)
    post(client, "/desk/sign-out")
    return found


@pytest.fixture
def required() -> Iterator[None]:
    before = installation.settings()
    installation.configure(replace(before, staff=replace(before.staff, totp="required")))
    yield
    installation.configure(before)


def test_a_sign_in_asks_for_the_code_and_leads_on(
    client: FlaskClient, account: Account, written: list[str]
) -> None:
    first = sign_in(client, next="/desk/account")
    assert (first.status_code, first.location) == (303, f"{CODE}?next=/desk/account")
    assert client.get_cookie("desk") is None
    assert client.get("/desk/account").status_code == 302
    assert 'value="/desk/account"' in client.get(first.location).text
    second = answer(client, app_of(account).at(now()), next="/desk/account")
    assert (second.status_code, second.location) == (303, "/desk/account")
    assert client.get("/desk/account").status_code == 200
    assert client.get_cookie("step") is None
    assert written


@pytest.mark.usefixtures("written")
def test_a_code_works_once_and_not_for_long(client: FlaskClient, account: Account) -> None:
    app, at = app_of(account), now()
    for seconds, good in (
        (-90, False),
        (-30, True),
        (-30, False),
        (-60, False),
        (30, True),
        (0, False),
    ):
        sign_in(client)
        with frozen(at):
            status = answer(client, app.at(at + timedelta(seconds=seconds))).status_code
        assert status == (303 if good else 422), seconds


def test_a_written_code_works_once_however_it_is_typed(
    client: FlaskClient, session: Session, written: list[str]
) -> None:
    sign_in(client)
    assert answer(client, f" {written[3].lower().replace('-', ' ')} ").status_code == 303
    sign_in(client)
    assert answer(client, written[3]).status_code == 422
    assert answer(client, written[4]).status_code == 303
    assert session.scalars(select(PaperCode).where(PaperCode.used_at.is_not(None))).all()
    stored = {bytes(row) for row in session.scalars(select(PaperCode.code_hash))}
    assert not any(code.encode() in row for code in written for row in stored)


@pytest.mark.usefixtures("written")
def test_typing_the_password_again_gives_no_more_guesses(
    client: FlaskClient, account: Account
) -> None:
    answers = []
    for _ in range(7):
        assert sign_in(client).status_code == 303
        answers.append(answer(client, "000000").status_code)
    assert answers == [422] * 5 + [429] * 2
    assert answer(client, app_of(account).at(now())).status_code == 429
    with frozen(now() + timedelta(minutes=5)):
        sign_in(client)
        assert answer(client, app_of(account).at(now())).status_code == 303


@pytest.mark.usefixtures("written")
def test_the_session_begins_after_the_code_with_a_number_of_its_own(
    client: FlaskClient, session: Session, account: Account
) -> None:
    client.set_cookie("desk", "planted" * 6)
    sign_in(client)
    step = client.get_cookie("step")
    assert step is not None
    assert answer(client, app_of(account).at(now())).status_code == 303
    cookie = client.get_cookie("desk")
    assert cookie is not None
    assert cookie.value not in {"planted" * 6, step.value}
    # What led here leads nowhere else.
    client.delete_cookie("desk")
    client.set_cookie("step", step.value)
    late = answer(client, app_of(account).at(now() + timedelta(seconds=30)))
    assert late.location == "/desk/sign-in?done=late"
    client.set_cookie("desk", step.value)
    assert client.get("/desk/account").status_code == 302


@pytest.mark.usefixtures("written")
def test_the_way_to_the_code_ends_after_ten_minutes_and_with_a_new_password(
    client: FlaskClient, session: Session, account: Account
) -> None:
    sign_in(client)
    with frozen(now() + timedelta(minutes=11)):
        assert client.get(CODE).location == "/desk/sign-in?done=late"
    sign_in(client)
    from app.accounts.service import set_password

    set_password(session, account, "a quite new password", now=now())
    session.commit()
    assert answer(client, app_of(account).at(now())).location == "/desk/sign-in?done=late"
    assert session.scalars(select(AccountToken).where(AccountToken.used_at.is_(None))).all() == []


def test_setting_up_ends_other_sessions_and_renews_this_one(
    client: FlaskClient, session: Session, account: Account
) -> None:
    other = client.application.test_client()
    sign_in(other)
    sign_in(client)
    before = client.get_cookie("desk")
    set_up(client, session, account)
    after = client.get_cookie("desk")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert other.get("/desk/account").status_code == 302
    assert client.get("/desk/account").status_code == 200
    query = select(StaffSession).where(StaffSession.revoked_at.is_(None))
    assert len(session.scalars(query).all()) == 1


def test_a_wrong_code_sets_nothing_up_and_the_picture_stays(
    client: FlaskClient, session: Session, account: Account
) -> None:
    sign_in(client)
    post(client, PAGE, act="begin")
    session.refresh(account)
    secret = queries.pending_secret(account)
    assert secret is not None
    answered = post(client, PAGE, act="confirm", code="000000")
    assert answered.status_code == 422
    shown = re.search(r'class="secret"><code>([^<]+)<', answered.text)
    assert shown
    assert shown.group(1).replace(" ", "") == secret
    assert "<svg" in answered.text
    assert "style=" not in answered.text
    session.refresh(account)
    assert not queries.has_second_step(account)
    assert secret.encode() not in (account.totp_pending or b"")
    assert post(client, PAGE, act="keep").status_code == 303
    assert post(client, PAGE, act="confirm", code="000000").status_code == 409


def test_changes_ask_for_a_code(client: FlaskClient, session: Session, account: Account) -> None:
    sign_in(client)
    first = set_up(client, session, account)
    for act in ("begin", "codes", "remove"):
        assert post(client, PAGE, act=act, code="").status_code == 422
    renewed = re.findall(
        r"<code>([\w-]+)</code>", post(client, PAGE, act="codes", code=first[0]).text
    )
    assert len(renewed) == 10
    assert post(client, PAGE, act="begin", code=first[1]).status_code == 422
    old = account.totp_secret
    assert post(client, PAGE, act="begin", code=renewed[0]).status_code == 303
    session.refresh(account)
    assert account.totp_secret == old  # until the other phone has shown a code
    assert post(client, PAGE, act="remove", code=renewed[1]).status_code == 303
    session.refresh(account)
    assert not queries.has_second_step(account)
    assert session.scalars(select(PaperCode)).all() == []
    assert sign_in(client.application.test_client()).location == "/desk"


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("role", ["manager", "administrator"])
def test_a_role_that_needs_it_is_led_there_and_nowhere_else(
    client: FlaskClient, session: Session, role: str
) -> None:
    account = a_member(session, role)
    home = sign_in(client).location
    assert client.get(home).location == PAGE
    assert post(client, "/desk/account/language", lang="en").status_code == 403
    assert "/admin/users" not in client.get(PAGE).text
    set_up(client, session, account)
    assert client.get(home).status_code == 200
    with frozen(now() + timedelta(minutes=2)):
        code = app_of(account).at(now())
        assert post(client, PAGE, act="remove", code=code).status_code == 409


@pytest.mark.usefixtures("required")
def test_who_need_not_have_it_comes_in_without(client: FlaskClient, account: Account) -> None:
    assert sign_in(client).location == "/desk"
    assert client.get("/desk").status_code == 200
    assert not queries.has_second_step(account)


@pytest.mark.usefixtures("required")
def test_who_may_sign_out_before(client: FlaskClient, session: Session) -> None:
    a_member(session, "manager")
    sign_in(client)
    assert post(client, "/desk/sign-out").location == "/desk/sign-in?done=signed-out"


@pytest.mark.usefixtures("written")
def test_an_administrator_lets_somebody_begin_anew(
    client: FlaskClient, session: Session, account: Account
) -> None:
    chief = a_member(session, "administrator", email="chief@example.invalid")
    sign_in(client, "chief@example.invalid")
    path = f"/admin/users/{account.id}"
    assert f"{path}/second-step/remove" in client.get(path).text
    assert post(client, f"{path}/second-step/remove").status_code == 303
    assert post(client, f"/admin/users/{chief.id}/second-step/remove").status_code == 409
    assert sign_in(client.application.test_client(), EMAIL).location == "/desk"


def test_codes_are_never_the_same_and_the_address_says_for_whom() -> None:
    assert len({code for _ in range(20) for code in codes.new_paper_codes()}) == 200
    address = codes.address_of("A" * 32, email="lan@example.invalid", issuer="Phản ánh")
    parsed = pyotp.parse_uri(address)
    assert (parsed.name, parsed.issuer) == ("lan@example.invalid", "Phản ánh")


def test_a_secret_that_was_begun_does_not_count(session: Session, account: Account) -> None:
    service.begin(session, account)
    assert not queries.has_second_step(account)
