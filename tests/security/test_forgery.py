"""Nothing is taken from another site: every route that changes something, as another site sends it.

A form without the token of this very session, or with one of somebody else's, changes nothing.
"""

import re
from collections.abc import Iterator

from flask import Flask

from app.core.crypto import token_hash
from app.core.installation import settings
from app.core.web.access import ATTRIBUTE
from app.core.web.protection import SAFE_METHODS, csrf_token
from tests.desk.scene import FORM
from tests.security.access.people import ALL_DOORS, Who
from tests.security.access.scene import MANAGER, OFFICER, Scene
from tests.security.access.table import ACT_ROUTE

OTHERS = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost@evil.example"},
    {"Origin": "http://evil.example", "X-Forwarded-Host": "evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": ""},
    {},  # no browser of today, but it has the cookie
)
KINDS = {"int": "1", "uuid": "00000000-0000-0000-0000-000000000004", "path": "a"}


def unsafe(app: Flask) -> Iterator[tuple[str, str, str, bool]]:
    """Every (method, rule, path, open) that may change something."""
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:(\w+)[^:>]*:)?\w+>", lambda m: KINDS.get(m[1], "x"), rule.rule)
        access = getattr(app.view_functions[rule.endpoint], ATTRIBUTE, None)
        for method in (rule.methods or set()) - SAFE_METHODS:
            yield method, rule.rule, path, access is None or access.open


def holder(method: str, rule: str) -> Who:
    """Somebody who may come in there."""
    if (method, rule) == ACT_ROUTE:
        return OFFICER
    door = next(door for door in ALL_DOORS if (door.method, door.rule) == (method, rule))
    return min(door.door)


def test_no_form_is_taken_from_another_site(app: Flask, scene: Scene) -> None:
    before, seen = scene.rows(), 0
    for method, rule, path, is_open in unsafe(app):
        who = OFFICER if is_open else holder(method, rule)
        sent = {"csrf_token": _token(scene, who)}
        for headers in OTHERS:
            client = app.test_client()
            client.set_cookie("desk", scene.tokens[who])
            answer = client.open(path, method=method, headers=headers, data=sent)
            assert answer.status_code == 403, f"{method} {rule} {headers}: {answer.status_code}"
            seen += 1
    assert seen > 500
    assert scene.changed(before) == set()


def test_no_form_is_taken_without_the_token_of_this_session(app: Flask, scene: Scene) -> None:
    before = scene.rows()
    closed = [one for one in unsafe(app) if not one[3]]
    for method, rule, path, _open in closed:
        who = holder(method, rule)
        other = MANAGER if who != MANAGER else OFFICER
        own = _token(scene, who)
        for token in (None, "", "x", _token(scene, other), own[:-1], own + "x", own.swapcase()):
            client = app.test_client()
            client.set_cookie("desk", scene.tokens[who])
            data = {} if token is None else {"csrf_token": token}
            answer = client.open(path, method=method, headers=FORM, data=data)
            assert answer.status_code == 403, f"{method} {rule} {token}: {answer.status_code}"
            # A token in the address proves nothing: addresses are written down and passed on.
            answer = client.open(
                path, method=method, headers=FORM, query_string={"csrf_token": own}
            )
            assert answer.status_code == 403, f"{method} {rule} in the address"
    assert len(closed) > 35
    assert scene.changed(before) == set()


def test_no_method_is_another_one_in_disguise(app: Flask, scene: Scene) -> None:
    """What a GET may not do it does not do under another name."""
    before = scene.rows()
    for _method, _rule, path, _open in unsafe(app):
        client = app.test_client()
        client.set_cookie("desk", scene.tokens[MANAGER])
        form = {"csrf_token": _token(scene, MANAGER), "_method": "POST"}
        for headers in ({"X-HTTP-Method-Override": "POST"}, {"X-Method-Override": "POST"}):
            client.get(path, headers=headers, query_string=form)
    # To look at the check takes the turn at a ticket: that is what the page is for.
    assert scene.changed(before) <= {"check_turn"}


def _token(scene: Scene, who: Who) -> str:
    return csrf_token(settings().secrets.secret_key, token_hash(scene.tokens[who]))
