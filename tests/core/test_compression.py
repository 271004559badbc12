"""Text goes out compressed, but not where its length could tell a secret."""

import gzip

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core.web.access import ATTRIBUTE
from app.core.web.wire.compression import HARMLESS_COOKIES
from app.reports.service import submit
from tests.desk.scene import as_
from tests.factories.tickets import MONDAY, command

ANY = {"Accept-Encoding": "gzip, deflate, br"}
SHEET = "/static/app.css?v=1"
PAGES = ("/", "/report", "/map", "/tickets", "/how-it-works", "/tickets/QN-26-222222")


def get(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    return client.get(path, headers=headers, buffered=True)  # and close the file


def is_packed(answer: TestResponse) -> bool:
    return answer.headers.get("Content-Encoding") == "gzip"


@pytest.mark.parametrize("path", [*PAGES, SHEET, "/map/areas-vi.json", "/manifest.webmanifest"])
def test_text_is_the_same_and_shorter(client: FlaskClient, session: Session, path: str) -> None:
    packed, whole = get(client, path, **ANY), get(client, path)
    assert is_packed(packed)
    assert not is_packed(whole)
    assert int(packed.headers["Content-Length"]) == len(packed.data) < 0.6 * len(whole.data)
    if path != "/report":  # each form has a key of its own
        assert gzip.decompress(packed.data) == whole.data
    for answer in (packed, whole):
        assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("asked", ["", "br", "gzip;q=0", "identity"])
def test_who_cannot_read_it_gets_it_as_it_is(
    client: FlaskClient, session: Session, asked: str
) -> None:
    for path in ("/", SHEET):
        assert not is_packed(get(client, path, **{"Accept-Encoding": asked}))


def test_nothing_is_compressed_for_who_has_a_secret(app: Flask, client: FlaskClient) -> None:
    """Whatever a cookie opens; a new cookie is taken for a secret until somebody says it is none."""
    for name in ("desk", "draft", "mine", "anything-new"):
        client.set_cookie(name, "x")
        for path in PAGES:
            assert not is_packed(get(client, path, **ANY)), (name, path)
        assert is_packed(get(client, SHEET, **ANY)), "a file is the same for everybody"
        client.delete_cookie(name)
    for name in HARMLESS_COOKIES:
        client.set_cookie(name, "vi")
    assert is_packed(get(client, "/", **ANY))


def test_pages_of_staff_are_never_compressed(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    as_(client, session, "administrator")
    seen = 0
    for rule in app.url_map.iter_rules():
        access = getattr(app.view_functions[rule.endpoint], ATTRIBUTE, None)
        if access is None or access.open or rule.arguments or "GET" not in (rule.methods or ()):
            continue
        answer = get(client, rule.rule, **ANY)
        assert not is_packed(answer), rule.rule
        seen += answer.status_code == 200
    assert seen > 8


def test_what_is_known_already_is_not_sent_again(client: FlaskClient, session: Session) -> None:
    for path in (SHEET, "/map/areas-vi.json", "/sw.js"):
        first = get(client, path, **ANY)
        assert is_packed(first), path
        tag = first.headers["ETag"]
        assert tag.startswith("W/"), path
        again = get(client, path, **ANY, **{"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b""), path
        whole = get(client, path, **{"If-None-Match": tag})
        assert whole.status_code == 304, "the same page, whoever kept it"


def test_pictures_parts_and_short_answers_stay(client: FlaskClient, session: Session) -> None:
    assert not is_packed(get(client, "/static/icon-192.png", **ANY))
    assert not is_packed(get(client, "/healthz", **ANY))
    part = get(client, SHEET, **ANY, Range="bytes=0-99")
    assert (part.status_code, len(part.data), is_packed(part)) == (206, 100, False)


def test_a_private_link_opens_compressed(client: FlaskClient, session: Session) -> None:
    """Who can have the page fetched has the link, and with it all that stands there."""
    done = submit(session, command(), now=MONDAY)
    session.commit()
    answer = get(client, f"/follow/{done.ticket.reference}/{done.signature}", **ANY)
    assert is_packed(answer)
    assert "no-store" in answer.headers["Cache-Control"]
