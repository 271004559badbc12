"""Whoever floods what everybody reads is held back; others are not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.core import installation
from app.core.time import frozen
from app.core.web import limits
from app.core.web.limits import Minute
from config import Settings

AT = datetime(2026, 11, 2, 3, 0, 20, tzinfo=UTC)
TILE = "/map/tiles/vi/10/817/452.json"
FAR = {"REMOTE_ADDR": "198.51.100.4"}


@pytest.fixture(autouse=True)
def limited(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Limits are on; the figures are those of the service."""
    installation.configure(replace(settings, web=replace(settings.web, rate_limits=True)))
    monkeypatch.setattr(limits, "minute", Minute())
    yield
    installation.configure(settings)


def used_up(what: str, most: int, *, but: int = 0) -> None:
    """Let this address have read as much as it may in this minute, but for the last ones."""
    for _ in range(most - but):
        assert limits.minute.wait_s(what, "127.0.0.1", most, at=AT.timestamp()) == 0


def test_a_minute_counts_each_address_and_each_kind_by_itself() -> None:
    counted, at = Minute(), 6_000.0
    assert [counted.wait_s("tiles", "a", 3, at=at + 15) for _ in range(5)] == [0, 0, 0, 45, 45]
    assert counted.wait_s("tiles", "b", 3, at=at + 15) == 0
    assert counted.wait_s("photos", "a", 3, at=at + 15) == 0
    assert counted.wait_s("tiles", "a", 3, at=at + 59.9) == 1
    assert counted.wait_s("tiles", "a", 3, at=at + 60) == 0


@pytest.mark.parametrize(
    ("what", "most", "path"),
    [
        ("pages", limits.PAGES, "/tickets"),
        ("pages", limits.PAGES, "/map"),
        ("tiles", limits.TILES, TILE),
        ("tiles", limits.TILES, "/map/areas-vi.json"),
        (
            "photos",
            limits.PHOTOS,
            "/photos/QN-26-222222/00000000-0000-4000-8000-000000000000-thumb.jpg",
        ),
    ],
)
def test_who_reads_too_much_waits(client: FlaskClient, what: str, most: int, path: str) -> None:
    person = {"Accept": "text/html,*/*"}
    with frozen(AT):
        before = client.get(path, headers=person).status_code
        assert before in {200, 404}
        used_up(what, most, but=1)
        refused = client.get(path, headers=person)
        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "40"
        assert "chờ" in refused.text
        script = client.get(path)
        assert (script.status_code, script.data) == (429, b"")
        assert client.get(path, environ_overrides=FAR).status_code == before
    with frozen(AT + timedelta(seconds=40)):
        assert client.get(path).status_code == before


def test_limits_can_be_switched_off(client: FlaskClient, settings: Settings) -> None:
    installation.configure(settings)
    with frozen(AT):
        used_up("pages", limits.PAGES)
        assert client.get("/tickets").status_code == 200
