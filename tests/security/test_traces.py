"""What stays behind (digests, counters, logs, cookies) identifies nobody."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.schemas import ContactInput
from app.core import installation
from app.core.web.limits import limit_key
from app.reports.queries import reports_of
from config import Settings
from tests import conftest
from tests.desk.scene import a_ticket, as_, post

PHONE = "0912345678"


def test_a_digest_confirms_no_guessed_phone_number(session: Session) -> None:
    """The digest of a report outlives the contact: who has the database must not try numbers."""
    ticket = a_ticket(session, contact=ContactInput(phone=PHONE))
    report = reports_of(session, ticket.id)[0]
    guess = [
        report.category_code, report.text, None, None, None, report.stated_area_code, "", None,
        {}, False, ContactInput(phone=PHONE).fingerprint(),
    ]  # fmt: skip
    content = json.dumps(guess, sort_keys=True).encode()
    assert report.body_hash != hashlib.sha256(content).digest()


def test_a_limit_counts_under_no_address(app: Flask, settings: Settings, tmp_path: Path) -> None:
    """A process of its own: the limiter is one object for each process, here switched off."""
    script = """
import json, logging, os, sys
from app import create_app
from config import Settings
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
client = create_app(Settings.from_env(os.environ)).test_client()
for _ in range(121):
    answer = client.get("/lookup?reference=x", environ_overrides={"REMOTE_ADDR": "203.0.113.77"})
print(answer.status_code, int(answer.headers["Retry-After"]) > 0)
"""
    environment = {
        **conftest.environment(settings.database.url, tmp_path),
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "RATE_LIMITS": "1",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
    }
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    said = done.stdout + done.stderr
    assert "429 True" in said
    assert "exceeded at endpoint: residents.lookup" in said
    assert "203.0.113" not in said


def test_a_limit_tells_two_addresses_apart(app: Flask) -> None:
    keys = []
    for address in ("203.0.113.77", "203.0.113.78", "203.0.113.77"):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            keys.append(limit_key())
    assert keys[0] == keys[2] != keys[1]


def test_signing_out_takes_the_cookie_back_over_https_too(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_(client, session)
    now = installation.settings()
    secure = replace(now, web=replace(now.web, secure_cookies=True))
    monkeypatch.setattr("app.desk.routes.entry.sign_in.settings", lambda: secure)
    (cookie,) = post(client, "/desk/sign-out").headers.getlist("Set-Cookie")
    words = {word.strip() for word in cookie.split(";")}
    assert "__Host-desk=" in words
    assert {"Max-Age=0", "Path=/", "Secure", "HttpOnly"} <= words
