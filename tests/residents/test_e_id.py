"""An e-ID against a real provider: who comes back properly has proved a phone, nobody else."""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import ResidentSession
from app.accounts.reach import proofs
from app.accounts.reach.blind import phone_key
from app.core import installation
from app.core.time import frozen, now
from config import Settings
from tests.residents.provider import Provider, provider

PHONE = "+84912345678"


@pytest.fixture
def there(settings: Settings) -> Iterator[Provider]:
    with provider() as found:
        on = replace(
            settings.open_id, issuer=found.issuer, client_id=found.client_id,
            client_secret=found.client_secret, timeout_s=1,
        )  # fmt: skip
        installation.configure(replace(settings, open_id=on))
        yield found
    installation.configure(settings)


def to(client: FlaskClient, query: str = "") -> str:
    answer = client.get(f"/my-reports/e-id{query}")
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def back(client: FlaskClient, address: str) -> TestResponse:
    return client.get("/" + address.partition("://")[2].partition("/")[2])


def proved(session: Session) -> list[bytes]:
    rows = session.scalars(select(ResidentSession)).all()
    return [key for row in rows for key in row.proven]


def test_who_comes_back_has_proved_a_phone(
    client: FlaskClient, session: Session, there: Provider
) -> None:
    answer = back(client, there.let_in(to(client, "?next=/report/x/check")))
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/report/x/check"
    row = session.scalars(select(ResidentSession)).one()
    assert row.proven == [phone_key(PHONE)]
    assert proofs.proven_phone(row) == PHONE
    assert row.identity is not None
    assert there.subject.encode() not in row.identity


def test_the_phone_may_be_told_on_asking(
    client: FlaskClient, session: Session, there: Provider
) -> None:
    there.in_token = False
    back(client, there.let_in(to(client)))
    assert proved(session) == [phone_key(PHONE)]


@pytest.mark.parametrize(
    ("phone", "verified"),
    [(PHONE, False), (PHONE, None), (None, True), ("12", True), ("", True)],
)
def test_a_phone_that_nobody_verified_is_not_proved(
    client: FlaskClient, session: Session, there: Provider, phone: str | None, verified: bool | None
) -> None:
    there.phone, there.verified = phone, verified
    assert back(client, there.let_in(to(client))).status_code == 303
    assert proved(session) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.example"}, {"aud": "another"}, {"aud": ["hoi-am", "another"]},
        {"nonce": "another"}, {"nonce": None}, {"sub": None}, {"exp": None}, {"iat": None},
        {"exp": int(time.time()) - 3_600}, {"iat": int(time.time()) + 3_600},
    ],
)  # fmt: skip
def test_a_token_that_is_not_right(
    client: FlaskClient, session: Session, there: Provider, wrong: dict[str, Any]
) -> None:
    there.wrong = wrong
    assert back(client, there.let_in(to(client))).status_code == 422
    assert session.scalars(select(ResidentSession)).all() == []


def test_a_token_that_others_signed(client: FlaskClient, session: Session, there: Provider) -> None:
    there.sign_with = RSAKey.generate_key(2048, {"kid": "k1"})
    assert back(client, there.let_in(to(client))).status_code == 422
    there.unsigned = True
    assert back(client, there.let_in(to(client))).status_code == 422
    assert session.scalars(select(ResidentSession)).all() == []


def test_mischief_of_the_provider(client: FlaskClient, session: Session, there: Provider) -> None:
    there.in_token, there.other_userinfo = False, True
    assert back(client, there.let_in(to(client))).status_code == 422
    there.issuer_says = "https://evil.example"
    assert client.get("/my-reports/e-id").status_code == 422
    assert session.scalars(select(ResidentSession)).all() == []


def test_state_and_code_belong_to_the_browser_and_are_used_once(
    client: FlaskClient, session: Session, there: Provider
) -> None:
    address = there.let_in(to(client))
    stranger = client.application.test_client()
    assert back(stranger, address).status_code == 422
    to(stranger)
    assert back(stranger, address).status_code == 422
    assert back(client, address + "x").status_code == 422  # another state
    assert back(client, address).status_code == 303
    to(client)
    assert back(client, address).status_code == 422
    for query in ("", "?error=access_denied&state=x", "?code=x", "?state=x", "?code=&state="):
        assert client.get(f"/my-reports/e-id/back{query}").status_code == 422
    assert len(session.scalars(select(ResidentSession)).all()) == 1


def test_ten_minutes(client: FlaskClient, there: Provider) -> None:
    address = there.let_in(to(client))
    with frozen(now() + timedelta(minutes=10)):
        assert back(client, address).status_code == 422


@pytest.mark.parametrize("behaviour", ["hang", "drop"])
def test_a_provider_that_is_away(client: FlaskClient, there: Provider, behaviour: str) -> None:
    address = there.let_in(to(client))
    there.server.behaviour = behaviour
    started = time.monotonic()
    assert back(client, address).status_code == 422
    assert client.get("/my-reports/e-id").status_code == 422
    assert time.monotonic() - started < 6


def test_nothing_of_the_person_is_logged(
    client: FlaskClient, session: Session, there: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="app")
    caplog.set_level(logging.INFO)
    back(client, there.let_in(to(client)))
    there.wrong = {"nonce": "another"}
    back(client, there.let_in(to(client)))
    kept = caplog.text + str([*session.execute(select(ResidentSession.__table__))])
    for secret in (there.subject, "912345678", there.client_secret):
        assert secret not in kept


def test_off_by_default(client: FlaskClient) -> None:
    assert client.get("/my-reports/e-id").status_code == 404
    assert client.get("/my-reports/e-id/back?code=x&state=x").status_code == 404
    assert "e-id" not in client.get("/my-reports").text
