"""Guessing passwords waits; the person whose password is guessed does not."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts import service
from app.accounts.models import SignInThrottle
from app.core.db import db, transaction
from app.core.errors import TooMany
from app.core.time import now
from tests.desk.scene import FORM, member

PASSWORD = "correct horse battery"


@pytest.fixture
def email(session: Session) -> str:
    account = member(session)
    service.set_password(session, account, PASSWORD, now=now())
    session.commit()
    return account.email


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD) -> TestResponse:
    return client.post("/desk/sign-in", data={"email": email, "password": password}, headers=FORM)


def guess(app: Flask, email: str, times: int = 8) -> list[int]:
    stranger = app.test_client()
    return [sign_in(stranger, email, "wrong password").status_code for _ in range(times)]


def test_a_stranger_keeps_nobody_out_of_a_known_browser(
    app: Flask, client: FlaskClient, email: str
) -> None:
    assert sign_in(client, email).status_code == 303
    assert guess(app, email)[-1] == 429
    assert sign_in(app.test_client(), email).status_code == 429
    assert sign_in(client, email).status_code == 303
    # The success of the known browser lets the stranger guess no earlier.
    assert guess(app, email, 1) == [429]


def test_a_known_browser_guesses_no_better(client: FlaskClient, email: str) -> None:
    sign_in(client, email)
    answers = [sign_in(client, email, "wrong password").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_a_mark_is_for_one_account(
    app: Flask, client: FlaskClient, session: Session, email: str
) -> None:
    sign_in(client, email)
    other = member(session)
    guess(app, other.email)
    assert sign_in(client, other.email, "wrong password").status_code == 429
    for forged in ("x.y", ".", "", "ü.ü", client.get_cookie("known").value + "x"):  # type: ignore[union-attr]
        guess(app, email)
        client.set_cookie("known", forged)
        assert sign_in(client, email, "wrong password").status_code == 429


def test_a_new_password_by_mail_ends_the_wait(
    app: Flask, client: FlaskClient, session: Session, email: str
) -> None:
    assert guess(app, email)[-1] == 429
    account = service.by_email(session, email)
    assert account is not None
    token = service.issue_link(session, account, "password_reset", now=now())
    session.commit()
    new = "a quite new password"
    client.post(f"/desk/password/reset/{token}", data={"password": new, "again": new}, headers=FORM)
    assert sign_in(client, email, new).status_code == 303


@pytest.fixture
def emptied(app: Flask) -> Iterator[None]:
    yield
    with app.app_context(), transaction() as session:
        session.execute(delete(SignInThrottle))


@pytest.mark.usefixtures("emptied")
def test_guesses_at_the_same_time_wait_for_each_other(app: Flask) -> None:
    """On real connections: while one counts, the other does not read the old count."""
    asked = ("secret", "lan@example.invalid", "203.0.113.1")
    with app.app_context():
        at = now()
        with transaction() as session:
            for _ in range(4):
                service.note_failure(session, *asked, now=at)
        results: list[str] = []

        def second() -> None:
            with app.app_context():
                try:
                    with transaction() as session:
                        session.execute(text("SET LOCAL statement_timeout = '20s'"))
                        service.check_wait(session, *asked, now=at + timedelta(seconds=1))
                    results.append("guessed")
                except TooMany:
                    results.append("waits")
                finally:
                    db.session.remove()

        other = threading.Thread(target=second)
        with transaction() as session:
            service.check_wait(session, *asked, now=at)
            other.start()
            other.join(timeout=1)
            service.note_failure(session, *asked, now=at)
        other.join(timeout=20)
        db.session.remove()
    assert results == ["waits"]
