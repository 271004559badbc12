"""Anonymous forms carry no token: a browser says where a request comes from, or is no browser."""

import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.desk.scene import as_

HERE = "http://localhost"
OURS: dict[str, dict[str, str]] = {
    "today's browser": {"Sec-Fetch-Site": "same-origin", "Origin": HERE},
    "typed address": {"Sec-Fetch-Site": "none"},
    "older browser": {"Origin": HERE},
    "old web view": {},
    "web view that hides where it was": {"Referer": ""},
}
OTHERS: dict[str, dict[str, str]] = {
    "another site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    "a neighbour": {"Sec-Fetch-Site": "same-site", "Origin": "http://other.localhost"},
    "older browser": {"Origin": "https://evil.example"},
    "no origin": {"Origin": "null"},
    "another port": {"Origin": f"{HERE}:8443"},
    "not an address": {"Origin": "http://["},
    "lies about one": {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
}


def send(client: FlaskClient, path: str, headers: dict[str, str]) -> int:
    body = {"key": str(uuid.uuid4()), "category": "waste", "text": "Rác chất đống"}
    if path == "/report":
        return client.post(path, data=body, headers=headers).status_code
    return client.post(path, json=body, headers=headers).status_code


PATHS = ("/send/report", "/api/v1/reports")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", OURS)
def test_our_own_pages_are_heard(client: FlaskClient, path: str, name: str) -> None:
    assert send(client, path, OURS[name]) in {201, 303}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", OTHERS)
def test_other_sites_are_not(client: FlaskClient, path: str, name: str) -> None:
    assert send(client, path, OTHERS[name]) == 403


@pytest.mark.parametrize("path", PATHS)
def test_who_is_signed_in_must_say_where_it_comes_from(
    client: FlaskClient, session: Session, path: str
) -> None:
    as_(client, session, "officer")
    assert send(client, path, {}) == 403
    assert send(client, path, OURS["older browser"]) in {201, 303}


@pytest.mark.parametrize("headers", [OURS["old web view"], OURS["older browser"]])
def test_days_later_it_is_still_taken(client: FlaskClient, headers: dict[str, str]) -> None:
    """No cookie, no token, nothing of the page on which it was written."""
    assert send(client.application.test_client(), "/send/report", headers) == 201
