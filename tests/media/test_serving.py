"""What leaves the house, and who may ask for it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.core.errors import Gone, NotFound
from app.media.serving import check, private_photo, public_photo, signed

KEY = "k" * 40
NOW = datetime(2026, 3, 2, tzinfo=UTC)
PATH = "/photos/AB-26-7F3K2M/1-thumb.jpg"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "1-thumb.jpg"
    path.write_bytes(b"\xff\xd8\xff picture")
    return path


def test_a_public_copy(file: Path) -> None:
    with Flask("test").test_request_context("/"):
        response = public_photo(file)
    assert response.get_data() == b"\xff\xd8\xff picture"
    headers = response.headers
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Content-Disposition"].startswith("inline")
    assert headers["Cache-Control"] == "public, no-cache"


def test_a_known_copy_is_not_sent_again(file: Path) -> None:
    with Flask("test").test_request_context("/", headers={"If-None-Match": '"1-thumb"'}):
        assert public_photo(file).status_code == 304


def test_a_private_copy_is_kept_by_nobody(file: Path) -> None:
    with Flask("test").test_request_context("/"):
        assert private_photo(file).headers["Cache-Control"] == "private, no-store"


def parts(url: str) -> dict[str, str]:
    path, until, sig = re.fullmatch(r"(.+)\?until=(\d+)&sig=([\w-]+)", url).groups()  # type: ignore[union-attr]
    return {"path": path, "until": until, "sig": sig}


def test_a_signed_address_holds_for_ten_minutes_and_one_audience() -> None:
    link = parts(signed(PATH, key=KEY, now=NOW, audience="account:7"))
    rest = {"until": link["until"], "sig": link["sig"], "key": KEY}
    check(PATH, **rest, now=NOW + timedelta(minutes=10), audience="account:7")
    with pytest.raises(Gone):
        check(PATH, **rest, now=NOW + timedelta(minutes=10, seconds=1), audience="account:7")
    later = {**rest, "until": str(int(rest["until"]) + 60)}
    for path, arguments, audience in (
        (PATH, rest, "account:8"),
        (PATH.replace("thumb", "large"), rest, "account:7"),
        (PATH, later, "account:7"),
        (PATH, {**rest, "sig": ""}, "account:7"),
        (PATH, {**rest, "until": "soon"}, "account:7"),
        (PATH, {**rest, "sig": "\u0111"}, "account:7"),
    ):
        with pytest.raises(NotFound):
            check(path, **arguments, now=NOW, audience=audience)
