"""Values that no column and no parser takes are refused in words, and never reach a log."""

import logging
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.core.web.limits import client_network
from app.core.words.i18n import catalog
from app.core.words.text import clean
from tests.desk.scene import as_, post

SECRET = "chi.lan@example.invalid"


@pytest.mark.parametrize(
    "path", ["/report?category=%00", "/pages/%00", "/desk/sign-in?next=//[", "/tickets?area=%00"]
)
def test_a_strange_address_is_no_error_of_ours(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in {200, 400, 404}


@pytest.mark.parametrize(
    ("path", "form"),
    [
        (f"/report/{uuid.uuid4()}/what", {"category": "a\0b", "text": "x"}),
        ("/desk/sign-in", {"email": "\0", "password": "x"}),
    ],
)
def test_a_form_with_nul_is_refused(client: FlaskClient, path: str, form: dict[str, str]) -> None:
    answer = client.post(path, data=form)
    assert 400 <= answer.status_code < 500


def test_a_number_too_big_for_its_column_is_refused(client: FlaskClient, session: Session) -> None:
    as_(client, session, "administrator")
    assert client.get(f"/admin/users/{10**30}").status_code == 400
    # The session of the request is usable again.
    assert client.get("/admin/users").status_code == 200
    answer = post(client, "/desk/account/sessions/end", session="9" * 5_000)
    assert answer.status_code == 303


@pytest.mark.parametrize("origin", ["http://[", "null", "http://evil.example"])
def test_a_strange_origin_is_another_site(client: FlaskClient, origin: str) -> None:
    answer = client.post(
        f"/report/{uuid.uuid4()}/what", data={"text": "x"}, headers={"Origin": origin}
    )
    assert answer.status_code == 403


def test_a_failed_statement_does_not_tell_its_values(session: Session) -> None:
    with pytest.raises(SQLAlchemyError) as failed:
        session.execute(text("SELECT CAST(:typed AS integer)"), {"typed": "x\0" + SECRET})
    assert SECRET not in str(failed.value)


def test_a_refused_value_is_not_logged(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post("/desk/sign-in", data={"email": f"\0{SECRET}", "password": "x"})
        client.post("/desk/password/forgotten", data={"email": f"\0{SECRET}"})
        client.get(f"/pages/%00{SECRET}")
    assert caplog.records
    assert SECRET not in caplog.text


@pytest.mark.parametrize("path", ["/map/tiles/xx/5/1/1.json", "/map/reports-xx.abc.js"])
def test_a_language_that_the_city_lacks_is_nowhere(client: FlaskClient, path: str) -> None:
    before = catalog.cache_info().currsize
    assert client.get(path).status_code == 404
    assert catalog.cache_info().currsize <= before + 1  # the error page's own


def test_an_ipv4_address_in_an_ipv6_socket_counts_by_itself(app: Flask) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": "::ffff:203.0.113.7"}):
        assert client_network() == "203.0.113.7"
    with app.test_request_context(environ_base={"REMOTE_ADDR": "2001:db8::1"}):
        assert client_network() == "2001:db8::/64"


def test_a_soft_hyphen_hides_no_number() -> None:
    assert clean("0912\u00ad345\u00ad678") == "0912345678"
