"""One network counts so much a day towards "me too"; nobody is turned away by it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import create_app
from app.core import installation
from app.core.db import db
from app.core.web.limits import NETWORK_SHARE, counts_in_network, limiter
from config import Settings
from tests.conftest import environment
from tests.desk.scene import FORM, a_ticket

SHARE = int(NETWORK_SHARE.split()[0])


@pytest.fixture
def limited(app: Flask, migrated: str, tmp_path: Path) -> Iterator[Flask]:
    """A second application, with rate limits."""
    before = installation.settings()
    second = create_app(Settings.from_env(environment(migrated, tmp_path) | {"RATE_LIMITS": "1"}))
    yield second
    with second.app_context():
        limiter.reset()
        limiter.enabled = False
        db.engine.dispose()
    installation.configure(before)


def test_a_network_has_its_share_for_each_figure(limited: Flask) -> None:
    def counts(network: str, *about: object) -> bool:
        with limited.test_request_context(environ_base={"REMOTE_ADDR": network}):
            return counts_in_network("support", *about)

    found = [counts(f"203.0.113.{number}", 1) for number in range(SHARE + 3)]
    assert found == [True] * SHARE + [False] * 3
    assert counts("203.0.113.1", 2)
    assert counts("203.0.114.1", 1)
    assert [counts(f"2001:db8:1:{number}::9", 1) for number in range(SHARE + 1)][-1] is False
    assert counts("2001:db8:2::9", 1)


def test_only_the_figure_stops(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = a_ticket(session)
    session.commit()
    page, left = f"/tickets/{ticket.reference}", iter([True, False])
    monkeypatch.setattr(
        "app.residents.routes.company.acts.counts_in_network", lambda *_about: next(left)
    )

    def tap() -> str:
        return client.post(f"{page}/support", headers=FORM).headers["Location"].rpartition("=")[2]

    # Who is counted stays counted and costs no share of the network.
    assert [tap(), tap(), tap()] == ["support"] * 3
    client.delete_cookie("device")
    assert tap() == "many"
    session.refresh(ticket)
    assert ticket.supporters_count == 1
    shown = client.get(f"{page}?done=many").text
    assert "từ cùng một mạng" in shown
    # They may add their words and follow it, and say so again tomorrow.
    assert f"{page}/join" in shown
    assert f'action="{page}/support"' in shown
    asked = client.post(f"{page}/follow", data={"email": "hoa@people.example"}, headers=FORM)
    assert asked.headers["Location"] == f"{page}?done=asked"
