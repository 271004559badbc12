import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import passwords, rules
from app.accounts.models import AccountToken, StaffSession
from app.accounts.queries import by_email
from app.accounts.service import issue_link
from app.core.time import frozen, now
from app.notifications.models import Delivery
from app.notifications.service import unsealed
from tests.accounts.people import EMAIL, FORM, PASSWORD, a_member, post, sign_in

NEW = "a quite new password"


@pytest.fixture
def member(session: Session) -> None:
    a_member(session)


@pytest.mark.usefixtures("member")
def test_signing_in_gives_a_cookie_for_this_host_only(client: FlaskClient) -> None:
    answer = sign_in(client, next="/desk/account")
    assert (answer.status_code, answer.location) == (303, "/desk/account")
    words = {word.strip() for word in answer.headers["Set-Cookie"].split(";")}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= words
    assert not any(word.startswith(("Domain", "Max-Age", "Expires")) for word in words)
    assert "Lan" in client.get("/desk/account?lang=en").text


def test_over_https_the_cookie_is_bound_to_the_host() -> None:
    assert rules.cookie_name(secure=True).startswith("__Host-")


@pytest.mark.usefixtures("member")
@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\tevil",
        "desk",
        "\\\\evil.example",
        "http:/evil",
    ],
)
def test_next_leads_nowhere_else(client: FlaskClient, wanted: str) -> None:
    assert sign_in(client, next=wanted).location == "/desk"
    assert client.get("/desk/sign-in", query_string={"next": wanted}).location == "/desk"


def test_a_closed_page_leads_to_the_sign_in_and_back(client: FlaskClient) -> None:
    answer = client.get("/desk/account?x=1")
    assert answer.location == "/desk/sign-in?next=/desk/account?x%3D1"
    assert 'value="/desk/account?x=1"' in client.get(answer.location).text


def test_an_administrator_starts_in_the_administration(
    client: FlaskClient, session: Session
) -> None:
    a_member(session, "administrator")
    assert sign_in(client).location == "/admin"


@pytest.mark.usefixtures("member")
def test_a_wrong_password_says_so_at_the_field_and_keeps_the_address(client: FlaskClient) -> None:
    answer = sign_in(client, password="wrong password")
    page = answer.text
    assert answer.status_code == 422
    assert 'id="password-error"' in page
    assert f'value="{EMAIL}"' in page
    assert "wrong password" not in page
    assert "Set-Cookie" not in answer.headers


@pytest.mark.usefixtures("member")
def test_failures_stay_counted_and_the_wait_comes_before_hashing(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        assert sign_in(client, password="wrong password").status_code == 422
    monkeypatch.setattr(passwords, "_HASHER", None)
    answer = sign_in(client)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 16
    monkeypatch.undo()
    with frozen(now() + timedelta(seconds=16)):
        assert sign_in(client).status_code == 303


@pytest.mark.usefixtures("member")
def test_successes_do_not_add_up(client: FlaskClient) -> None:
    for _ in range(8):
        assert sign_in(client).status_code == 303


def test_unknown_addresses_wait_and_hash_like_known_ones(client: FlaskClient) -> None:
    answers = [sign_in(client, email="nobody@example.invalid").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


@pytest.mark.usefixtures("member")
def test_a_sign_in_from_another_site_is_refused(client: FlaskClient, session: Session) -> None:
    typed = {"email": EMAIL, "password": PASSWORD}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert client.post("/desk/sign-in", data=typed, headers=headers).status_code == 403
    assert session.scalars(select(StaffSession)).all() == []


@pytest.mark.usefixtures("member")
def test_signing_out_needs_the_form_and_ends_the_session(client: FlaskClient) -> None:
    sign_in(client)
    kept = client.get_cookie("desk")
    assert kept is not None
    assert client.post("/desk/sign-out", headers=FORM).status_code == 403
    assert client.get("/desk/account").status_code == 200
    assert post(client, "/desk/sign-out").location == "/desk/sign-in?done=signed-out"
    assert client.get_cookie("desk") is None
    client.set_cookie("desk", kept.value)
    assert client.get("/desk/account").status_code == 302


@pytest.mark.usefixtures("member")
def test_a_session_in_use_is_prolonged_in_steps(client: FlaskClient, session: Session) -> None:
    start = now()
    with frozen(start):
        sign_in(client)
    row = session.scalars(select(StaffSession)).one()
    with frozen(start + rules.SEEN_STEP):
        client.get("/desk/account")
        assert row.last_seen_at == start
    later, idle = start + timedelta(hours=3), timedelta(hours=4)
    with frozen(later):
        client.get("/desk/account")
        session.refresh(row)
        assert (row.last_seen_at, row.expires_at) == (later, later + idle)
    with frozen(later + idle):
        assert client.get("/desk/account").status_code == 302


def asked_path(session: Session) -> str:
    delivery = session.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(1)).one()
    return str(unsealed(delivery)["path"])


def body(page: str) -> str:
    return page.split("<main", 1)[1].split("</main>", maxsplit=1)[0]


@pytest.mark.usefixtures("member")
def test_a_forgotten_password_tells_nobody_who_has_an_account(
    client: FlaskClient, session: Session
) -> None:
    pages = []
    for email in ("nobody@example.invalid", EMAIL):
        answer = client.post("/desk/password/forgotten", data={"email": email}, headers=FORM)
        pages.append((answer.status_code, body(answer.text)))
        answer.close()
    assert pages[0] == pages[1]
    assert len(session.scalars(select(AccountToken)).all()) == 1
    assert asked_path(session).startswith("/desk/password/reset/")


@pytest.mark.usefixtures("member")
def test_the_answer_leaves_before_the_address_is_looked_up(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    monkeypatch.setattr(
        "app.desk.routes.entry.passwords.send_reset",
        lambda *_args, **_named: order.append("looked up"),
    )
    with app.test_client() as client:
        answer = client.post(
            "/desk/password/forgotten", data={"email": EMAIL}, headers=FORM, buffered=False
        )
        order.append(f"answered {len(answer.get_data()) > 0}")
        answer.close()
    assert order == ["answered True", "looked up"]


@pytest.mark.usefixtures("member")
def test_a_link_sets_a_password_once_and_leaves_no_trace(
    client: FlaskClient, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    account = by_email(session, EMAIL)
    assert account is not None
    token = issue_link(session, account, "password_reset", now=now())
    session.commit()
    path = f"/desk/password/reset/{token}"
    with caplog.at_level("DEBUG"):
        opened = client.get(path)
        differ = client.post(path, data={"password": NEW, "again": "other"}, headers=FORM)
        short = client.post(path, data={"password": "short", "again": "short"}, headers=FORM)
        good = client.post(path, data={"password": NEW, "again": NEW}, headers=FORM)
        used = client.get(path)
    assert [row.status_code for row in (opened, differ, short, good, used)] == [
        200,
        422,
        422,
        303,
        410,
    ]
    assert {row.headers["Referrer-Policy"] for row in (opened, differ, good, used)} == {
        "no-referrer"
    }
    assert opened.headers["Cache-Control"] == "no-store"
    assert 'id="again-error"' in differ.text
    assert 'id="password-error"' in short.text
    assert token not in caplog.text
    assert sign_in(client, password=PASSWORD).status_code == 422
    assert sign_in(client, password=NEW).status_code == 303


def test_an_invitation_opens_the_account(client: FlaskClient, session: Session) -> None:
    account = a_member(session)
    account.password_hash = None
    token = issue_link(session, account, "invitation", now=now())
    session.commit()
    assert client.get(f"/desk/password/reset/{token}").status_code == 410
    path = f"/desk/invitation/{token}"
    answer = client.post(path, data={"password": NEW, "again": NEW}, headers=FORM)
    assert answer.location == "/desk/sign-in?done=password"
    assert sign_in(client, password=NEW).status_code == 303


@pytest.mark.usefixtures("member")
def test_changing_the_password_keeps_this_browser_and_ends_the_others(
    app: Flask, client: FlaskClient
) -> None:
    elsewhere = app.test_client()
    sign_in(elsewhere)
    sign_in(client)
    typed = {"present": PASSWORD, "password": NEW, "again": NEW}
    wrong = post(client, "/desk/account/password", **{**typed, "present": "something else"})
    assert (wrong.status_code, 'id="present-error"' in wrong.text) == (422, True)
    short = post(client, "/desk/account/password", present=PASSWORD, password="x", again="x")
    assert (short.status_code, 'id="password-error"' in short.text) == (422, True)
    assert elsewhere.get("/desk/account").status_code == 200
    assert post(client, "/desk/account/password", **typed).status_code == 303
    assert client.get("/desk/account").status_code == 200
    assert elsewhere.get("/desk/account").status_code == 302


@pytest.mark.usefixtures("member")
def test_wrong_present_passwords_are_throttled_too(client: FlaskClient) -> None:
    sign_in(client)
    typed = {"present": "something else", "password": NEW, "again": NEW}
    answers = [post(client, "/desk/account/password", **typed).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


@pytest.mark.usefixtures("member")
def test_sessions_are_listed_and_ended(app: Flask, client: FlaskClient) -> None:
    others = [app.test_client() for _ in range(2)]
    for other in others:
        sign_in(other)
    client.post(
        "/desk/sign-in",
        data={"email": EMAIL, "password": PASSWORD},
        headers={**FORM, "User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/133.0"},
    )
    page = client.get("/desk/account?lang=en").text
    assert "Firefox, Linux" in page
    ids = re.findall(r'name="session" value="(\d+)"', page)
    assert len(ids) == 2
    post(client, "/desk/account/sessions/end", session=ids[0])
    assert len(re.findall(r'name="session"', client.get("/desk/account").text)) == 1
    post(client, "/desk/account/sessions/end")
    assert [other.get("/desk/account").status_code for other in others] == [302, 302]
    assert client.get("/desk/account").status_code == 200


@pytest.mark.usefixtures("member")
def test_the_language_is_kept_for_pages_and_messages(client: FlaskClient, session: Session) -> None:
    sign_in(client)
    answer = post(client, "/desk/account/language", lang="en")
    page = client.get(answer.location).text
    assert '<html lang="en">' in page
    account = by_email(session, EMAIL)
    assert account is not None
    assert account.lang == "en"
    assert post(client, "/desk/account/language", lang="tlh").status_code == 422
