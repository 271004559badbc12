"""The machine interface: one report however often it is sent, and errors that name the field."""

import errno
import os
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import create_app
from app.core import installation
from app.core import time as clock
from app.core.db import db
from app.core.time import now
from app.core.web.limits import limiter
from app.reports.models import Report, ReportPhoto
from app.routing.service import route_pending
from config import Settings
from tests.conftest import environment
from tests.journeys.way import photo

PATH = "/api/v1/reports"
GOOD = {"category": "waste", "text": "Rác, gọi 0912 345 678", "lat": 20.951, "lon": 107.08}


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def test_a_report_is_taken_in(client: FlaskClient, session: Session) -> None:
    answer = client.post(PATH, json=GOOD, headers=key())
    assert answer.status_code == 201
    document = answer.json
    assert answer.headers["Location"] == f"{PATH}/{document['reference']}"
    assert document["status"] == "received"
    assert document["url"].endswith(f"/tickets/{document['reference']}")
    assert document["follow_token"] in document["follow_url"]
    route_pending(session, now=now())
    shown = client.get(f"{PATH}/{document['reference']}").json
    assert shown["status"] == "assigned"
    assert shown["agency"]["code"] == "UBND-06685"
    assert shown["due_at"].endswith("Z")
    assert "Hồng Gai" in client.get(f"{PATH}/{document['reference']}?lang=vi").json["reason"]
    assert [event["kind"] for event in shown["events"]] == ["open", "assign"]
    assert "0912 345" not in answer.text + str(shown)


def test_the_same_key_is_the_same_report(client: FlaskClient, session: Session) -> None:
    headers = key()
    first = client.post(PATH, json=GOOD, headers=headers)
    again = client.post(PATH, json=GOOD, headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    other = client.post(PATH, json=GOOD | {"text": "etwas anderes"}, headers=headers)
    assert other.status_code == 409
    assert other.mimetype == "application/problem+json"
    assert other.json["errors"][0]["field"] == "Idempotency-Key"
    assert session.scalar(select(func.count()).select_from(Report)) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"category": None}, "category"),
        ({"category": "nonsense"}, "category"),
        ({"text": ""}, "text"),
        ({"text": "x" * 5000}, "text"),
        ({"text": 7}, "text"),
        ({"lat": "north"}, "lat"),
        ({"lat": 91}, "lat"),
        ({"lon": None}, "lon"),
        ({"lat": 10**400}, "lat"),
        ({"stated_area": "99999"}, "stated_area"),
        ({"about_agency": "nobody"}, "about_agency"),
        ({"accuracy_m": -1}, "accuracy_m"),
        ({"answers": []}, "answers"),
        ({"lang": "xx"}, "lang"),
        ({"urgent": "perhaps"}, "urgent"),
        ({"contact": {"email": "nobody"}}, "contact.email"),
        ({"contact": {"email": "a@b.example", "consent": ["everything"]}}, "contact.consent"),
        ({"lat": 21.60, "lon": 107.98}, "place"),
        ({"lat": 0.0, "lon": 0.0}, "place"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(client: FlaskClient, changes, field) -> None:
    answer = client.post(PATH, json=GOOD | changes, headers=key())
    assert 400 <= answer.status_code < 500
    assert answer.mimetype == "application/problem+json"
    assert field in {error["field"] for error in answer.json["errors"]}


def test_the_words_are_in_the_language_asked_for(client: FlaskClient) -> None:
    body = GOOD | {"lat": 20.80, "lon": 106.65}
    vi = client.post(PATH, json=body | {"lang": "vi"}, headers=key()).json
    en = client.post(PATH, json=body, headers=key() | {"Accept-Language": "en"}).json
    assert vi["title"].startswith("Địa điểm này thuộc")
    assert en["title"].startswith("This place is in")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"text", "text/plain", 415),
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"[" * 30_000, "application/json", 400),
        (b'{"text": "' + b"x" * 70_000 + b'"}', "application/json", 413),
        (b'{"category": "waste", "text": "\\u0000\\ud800"}', "application/json", 422),
    ],
)
def test_what_cannot_be_read_is_refused(client: FlaskClient, body, kind, status) -> None:
    answer = client.post(PATH, data=body, content_type=kind, headers=key())
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


def test_unknown_things_are_not_found(client: FlaskClient) -> None:
    assert client.get(f"{PATH}/QN-26-XXXXXX").status_code == 404
    assert client.delete(PATH).status_code == 405
    assert client.get("/api/v1/nothing").mimetype == "application/problem+json"


def test_a_key_that_is_none(client: FlaskClient) -> None:
    answer = client.post(PATH, json=GOOD, headers={"Idempotency-Key": "once"})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "Idempotency-Key"


def sent(client: FlaskClient) -> tuple[str, dict[str, str]]:
    document = client.post(PATH, json=GOOD, headers=key()).json
    return document["reference"], {"Authorization": f"Bearer {document['follow_token']}"}


def test_photos_follow_one_by_one(client: FlaskClient, session: Session) -> None:
    reference, token = sent(client)
    number = uuid.uuid4()
    address = f"{PATH}/{reference}/photos/{number}"
    first = client.put(address, data=photo("navy"), headers=token)
    again = client.put(address, data=photo("navy"), headers=token)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json == {"photo": str(number), "position": 0}
    assert session.scalar(select(func.count()).select_from(ReportPhoto)) == 1
    assert client.put(address, data=photo("navy")).status_code == 400
    wrong = client.put(address, data=photo("navy"), headers={"Authorization": "Bearer x"})
    assert wrong.status_code == 404
    none = client.put(f"{PATH}/{reference}/photos/{uuid.uuid4()}", data=b"no", headers=token)
    assert 400 <= none.status_code < 500


def test_a_full_disk_asks_to_come_back(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reference, token = sent(client)
    address = f"{PATH}/{reference}/photos/{uuid.uuid4()}"

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        answer = client.put(address, data=photo("navy"), headers=token)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "space" not in answer.text
    assert "no room on the disk" in caplog.text
    assert client.put(address, data=photo("navy"), headers=token).status_code == 201


def test_photos_come_too_late(client: FlaskClient) -> None:
    reference, token = sent(client)
    address = f"{PATH}/{reference}/photos/{uuid.uuid4()}"
    with clock.frozen(now() + timedelta(hours=73)):
        assert client.put(address, data=photo("navy"), headers=token).status_code == 410


def test_there_is_a_limit_of_photos(client: FlaskClient) -> None:
    reference, token = sent(client)
    answers = [
        client.put(f"{PATH}/{reference}/photos/{uuid.uuid4()}", data=photo("navy"), headers=token)
        for _ in range(6)
    ]
    assert [answer.status_code for answer in answers] == [201] * 5 + [422]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    changes=st.dictionaries(
        st.sampled_from([
            "category", "text", "lat", "lon", "stated_area", "accuracy_m", "address",
            "about_agency", "answers", "lang", "contact", "urgent",
        ]),
        JSON,
        max_size=4,
    )
)  # fmt: skip
def test_no_input_makes_a_server_error(client: FlaskClient, changes) -> None:
    answer = client.post(PATH, json=GOOD | changes, headers=key())
    assert answer.status_code in {201, 404, 422}, answer.text


@pytest.fixture
def limited(app: Flask, migrated: str, tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of a second application, with rate limits."""
    before = installation.settings()
    env = environment(migrated, tmp_path) | {"RATE_LIMITS": "1"}
    second = create_app(Settings.from_env(env))
    yield second.test_client()
    limiter.reset()
    limiter.enabled = False
    with second.app_context():
        db.engine.dispose()
    installation.configure(before)


def test_no_mailbox_is_flooded(limited: FlaskClient) -> None:
    """Whoever sends it, from wherever: the thirty-first message to one address is not sent."""
    answers = []
    for number in range(32):
        contact = {"email": ("Lan@example.invalid", "lan@example.invalid")[number % 2]}
        answers.append(
            limited.post(
                PATH,
                json={"category": "nothing", "text": "x", "contact": contact},
                headers=key(),
                environ_overrides={"REMOTE_ADDR": f"203.0.113.{number}"},
            )
        )
    assert [answer.status_code for answer in answers] == [422] * 30 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 3_000
    other = {"category": "nothing", "text": "x", "contact": {"email": "minh@example.invalid"}}
    assert limited.post(PATH, json=other, headers=key()).status_code == 422
    assert limited.post(PATH, json=other | {"contact": {}}, headers=key()).status_code == 422


def test_no_phone_is_flooded(limited: FlaskClient) -> None:
    """However its number is written."""
    written = ("0912345678", "+84912345678", "0912 345 678")
    answers = [
        limited.post(
            PATH,
            json={"category": "nothing", "text": "x", "contact": {"phone": written[number % 3]}},
            headers=key(),
            environ_overrides={"REMOTE_ADDR": f"203.0.113.{number}"},
        )
        for number in range(11)
    ]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    other = {"category": "nothing", "text": "x", "contact": {"phone": "0987654321"}}
    assert limited.post(PATH, json=other, headers=key()).status_code == 422


def test_limits_say_when_to_come_back(limited: FlaskClient) -> None:
    answers = [limited.post(PATH, json={}, headers=key()) for _ in range(62)]
    assert answers[0].status_code == 422
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
