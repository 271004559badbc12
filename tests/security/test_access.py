"""Who may come in where: every route of the URL map, for everybody, so that none is forgotten."""

import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.accounts.rules import ROLES
from app.core.web.access import ATTRIBUTE, Access
from app.core.web.protection import SAFE_METHODS
from app.desk.acts.asks import ASKS
from tests.desk.scene import FORM, a_ticket, act, as_, communes, enter, member, post

VALUES: dict[str, object] = {
    "number": 1, "membership": 1, "shift": 1, "verb": "accept", "variant": "large", "token": "t" * 43,
    "reference": "QN-26-222222", "signature": "s" * 22, "photo": uuid.UUID(int=4), "lang": "vi",
    "z": 5, "x": 25, "y": 14, "kind": "pin", "digest": "0", "version": "1", "name": "leaflet.js",
    "follow_code": "1." + "s" * 22, "stop_code": "1." + "s" * 22, "follower_code": "1." + "s" * 22,
    "proof_token": "t" * 43, "mail_code": "1." + "s" * 22, "mail_verb": "accept",
    "slug": "privacy", "asked": 1, "seal": "s" * 22, "address_seal": "s" * 22,
    "filename": "app.css",
    "key": uuid.UUID(int=5), "step": "what", "code": "06685",
}  # fmt: skip


def routes(app: Flask) -> Iterator[tuple[Rule, str, str, Access]]:
    """Every (rule, method, path, access), with some value for each argument."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        access: Access = getattr(app.view_functions[rule.endpoint], ATTRIBUTE)
        path = adapter.build(rule.endpoint, {name: VALUES[name] for name in rule.arguments})
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, path, access


def test_nobody_without_a_session_passes_a_closed_door(app: Flask, client: FlaskClient) -> None:
    closed = [entry for entry in routes(app) if not entry[3].open]
    assert len(closed) > 20
    for _rule, method, path, _access in closed:
        answer = client.open(path, method=method)
        if method in SAFE_METHODS:
            assert answer.status_code == 302, path
            assert answer.headers["Location"].startswith("/desk/sign-in?next="), path
        else:
            assert answer.status_code == 403, path


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_opens_its_own_doors_only(
    app: Flask, client: FlaskClient, session: Session, role: str
) -> None:
    account = member(session, role)
    enter(client, session, account)
    for rule, method, path, access in routes(app):
        if access.open or not access.roles or role in access.roles:
            continue
        answer = client.get(path) if method in SAFE_METHODS else post(client, path)
        assert answer.status_code == 403, (rule.endpoint, role)


def test_no_form_is_taken_from_another_site(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    as_(client, session, "administrator")
    unsafe = [entry for entry in routes(app) if entry[1] not in SAFE_METHODS]
    assert len(unsafe) > 25
    for _rule, method, path, access in unsafe:
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
            {"Origin": "http://localhost.evil.example"},
            {"Origin": "http://evil.example", "X-Forwarded-Host": "evil.example"},
            {},
        ):
            assert client.open(path, method=method, headers=headers).status_code == 403, path
        if not access.open:
            answer = client.open(path, method=method, headers=FORM)
            assert answer.status_code == 403, path


@pytest.mark.parametrize("role", ["officer", "manager", "intake", "crew"])
def test_another_agency_acts_on_nothing(client: FlaskClient, session: Session, role: str) -> None:
    ticket = a_ticket(session)
    as_(client, session, role, communes(session)[1].code)
    assert client.get(f"/desk/tickets/{ticket.reference}").status_code == 404
    unknown = client.get("/desk/tickets/QN-26-222222")
    assert unknown.status_code == 404
    for verb in ASKS:
        answer = act(client, ticket, verb.value, code="fixed", text="x", agency="UBND-06685")
        assert answer.status_code == 404, verb
    session.refresh(ticket)
    assert ticket.status == "assigned"


@pytest.mark.parametrize("role", ["intake", "screener", "administrator"])
def test_who_only_looks_changes_nothing(client: FlaskClient, session: Session, role: str) -> None:
    ticket = a_ticket(session)
    version = ticket.row_version
    as_(client, session, role)
    for verb in ASKS:
        if role == "screener" and verb.value in {"publish", "hide", "note"}:
            continue
        answer = act(client, ticket, verb.value, code="fixed", text="x", agency="UBND-06685")
        assert answer.status_code in {404, 409}, (verb, answer.status_code)
    session.refresh(ticket)
    assert (ticket.status, ticket.row_version) == ("assigned", version)
