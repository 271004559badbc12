"""A session's number is new whenever a person becomes more, and dead whenever they become less.

Nobody who knew a number before the password, the code or the proof was given has anything by it.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.service import issue_link, set_password
from app.agencies.models import Membership
from app.core.time import frozen, now
from tests.accounts.people import EMAIL, PASSWORD, a_member, post, sign_in
from tests.accounts.test_second_step import PAGE, answer, app_of, set_up
from tests.desk.scene import FORM, as_, enter, member

NEW_PASSWORD = "năm con trâu ra đồng"


@pytest.fixture
def account(session: Session) -> Account:
    return a_member(session)


def number(client: FlaskClient) -> str:
    cookie = client.get_cookie("desk")
    return cookie.value if cookie else ""


def opens(app: Flask, token: str) -> bool:
    """Whether a session's number still lets its holder in."""
    browser = app.test_client()
    browser.set_cookie("desk", token)
    return browser.get("/desk/account").status_code == 200


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("planted", ["", "x", "a" * 43])
def test_a_number_that_somebody_planted_is_not_taken(
    app: Flask, client: FlaskClient, planted: str
) -> None:
    client.set_cookie("desk", planted)
    assert sign_in(client).status_code == 303
    assert number(client) not in {"", planted}
    assert not opens(app, planted)
    assert opens(app, number(client))


@pytest.mark.usefixtures("account")
def test_a_strangers_session_in_this_browser_is_not_gone_on_with(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    stranger = member(session)
    enter(client, session, stranger)
    planted = number(client)
    assert opens(app, planted)
    sign_in(client)
    assert not opens(app, planted), "the stranger goes on in what the victim uses"
    assert EMAIL in client.get("/desk/account").text


@pytest.mark.usefixtures("account")
def test_the_proof_gives_a_new_number(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    before = number(client)
    assert post(client, "/desk/prove", password="not this one").status_code == 422
    assert number(client) == before
    assert post(client, "/desk/prove", password=PASSWORD).status_code == 303
    assert number(client) != before
    assert not opens(app, before)
    assert opens(app, number(client))


def test_the_second_step_gives_a_new_number(
    app: Flask, client: FlaskClient, session: Session, account: Account
) -> None:
    sign_in(client)
    other = app.test_client()
    sign_in(other)
    with frozen(now() - timedelta(minutes=1)):
        post(client, PAGE, act="begin")
        before, others = number(client), number(other)
        session.refresh(account)
        post(client, PAGE, act="confirm", code=app_of(account).at(now()))
    assert number(client) != before
    assert [opens(app, token) for token in (before, others, number(client))] == [False, False, True]


def test_the_way_to_the_code_opens_nothing_and_ends_with_it(
    app: Flask, client: FlaskClient, session: Session, account: Account
) -> None:
    sign_in(client)
    set_up(client, session, account)
    post(client, "/desk/sign-out")
    sign_in(client)
    step = client.get_cookie("step")
    assert step is not None
    assert not opens(app, step.value)
    answer(client, app_of(account).at(now()))
    assert number(client) not in {"", step.value}
    again = app.test_client()
    again.set_cookie("step", step.value)
    with frozen(now() + timedelta(minutes=2)):
        code = app_of(account).at(now())
        assert answer(again, code).location.startswith("/desk/sign-in?")
    assert again.get_cookie("desk") is None


def _sign_out(client: FlaskClient, _session: Session, _account: Account) -> None:
    post(client, "/desk/sign-out")


def _new_password(client: FlaskClient, _session: Session, _account: Account) -> None:
    sent = post(
        client, "/desk/account/password", present=PASSWORD, password=NEW_PASSWORD,
        again=NEW_PASSWORD,
    )  # fmt: skip
    assert sent.status_code == 303


def _reset_password(client: FlaskClient, session: Session, account: Account) -> None:
    token = issue_link(session, account, "password_reset", now=now())
    session.commit()
    form = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    browser = client.application.test_client()
    sent = browser.post(f"/desk/password/reset/{token}", data=form, headers=FORM)
    assert sent.status_code == 303


def _administrator(client: FlaskClient, session: Session) -> FlaskClient:
    browser = client.application.test_client()
    as_(browser, session, "administrator")
    return browser


def _disabled(client: FlaskClient, session: Session, account: Account) -> None:
    post(_administrator(client, session), f"/admin/users/{account.id}/disable")


def _role_ended(client: FlaskClient, session: Session, account: Account) -> None:
    row = session.query(Membership).filter_by(account_id=account.id).one()
    page = f"/admin/users/{account.id}/roles/{row.id}/end"
    assert post(_administrator(client, session), page).status_code == 303


def _role_given(client: FlaskClient, session: Session, account: Account) -> None:
    page = f"/admin/users/{account.id}/roles"
    assert post(_administrator(client, session), page, role="screener").status_code == 303


def _ended_elsewhere(client: FlaskClient, _session: Session, _account: Account) -> None:
    browser = client.application.test_client()
    sign_in(browser)
    post(browser, "/desk/account/sessions/end")


@pytest.mark.parametrize(
    "change",
    [
        _sign_out, _new_password, _reset_password, _disabled, _role_ended, _role_given,
        _ended_elsewhere,
    ],
)  # fmt: skip
def test_an_old_number_is_dead(
    app: Flask,
    client: FlaskClient,
    session: Session,
    account: Account,
    change: Callable[[FlaskClient, Session, Account], None],
) -> None:
    sign_in(client)
    before = number(client)
    assert opens(app, before)
    change(client, session, account)
    assert not opens(app, before)


def test_the_administrators_own_new_role_ends_the_other_browsers_only(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    """Whoever gives themselves a role has just shown who they are, here."""
    account = as_(client, session, "administrator")
    set_password(session, account, PASSWORD, now=now())
    enter(client, session, account)
    other = app.test_client()
    enter(other, session, account)
    post(client, f"/admin/users/{account.id}/roles", role="screener")
    assert opens(app, number(client))
    assert not opens(app, number(other))
