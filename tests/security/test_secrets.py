"""Pages behind a secret of their address: another page's secret, and one that was made up.

1. Neither opens anything or changes anything, whatever it is a secret of.
2. What exists and what does not are answered alike: nobody learns by asking which codes there are.
"""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.security.access.people import SECRETS
from tests.security.hostile import walk
from tests.security.hostile.place import ANYBODY, Place, fingerprint, furnished

CLOSED = {404, 410}
# Which part names the thing, where the secret is a part by itself.
NAMES = {"signature": "reference", "seal": "asked", "address_seal": "asked"}
NOBODYS = {"reference": "QN-26-222222", "asked": "999999"}
UPLOADS = {"photo": "00000000-0000-0000-0000-000000000009"}


@pytest.fixture(scope="module")
def city(app: Flask) -> Iterator[Place]:
    with furnished(app) as found:
        yield found


@pytest.fixture
def place(city: Place) -> Iterator[Place]:
    yield city
    city.tell()


def behind(place: Place, kinds: set[str]) -> Iterator[tuple[Rule, str, str]]:
    """Every (rule, method, name of the secret) of some kinds."""
    for rule in walk.rules(place):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            secret = SECRETS.get((method, rule.rule.replace(", ", ",")), "public")
            if secret in kinds:
                yield rule, method, secret


def ask(place: Place, method: str, path: str, **more: object) -> TestResponse:
    return place.visit(method, path, fields=[], name="secret", **more)  # type: ignore[arg-type]


def foreign(place: Place, rule: Rule, secret: str) -> list[str]:
    """Secrets that are not this page's: changed, made up, and of something else."""
    good = walk.argument(place, rule, secret)
    other = {name: link.rpartition("/")[2] for name, link in place.links.items()}["resolved"]
    number, dot, sign = good.rpartition(".")
    changed = number + dot + sign[:-1] + ("A" if sign[-1] != "A" else "B")
    made_up = number + dot + "s" * len(sign)
    # The signature of each of the other kinds, under the same number.
    kin = [
        number + dot + walk.argument(place, rule, name).rpartition(".")[2]
        for name in ("follow_code", "stop_code", "follower_code", "mail_code", "signature", "seal")
        if name != secret
    ]
    return [changed, made_up, number + dot + other, "x", *kin]


def test_a_foreign_secret_opens_nothing(place: Place) -> None:
    kinds = set(SECRETS.values()) - {"public", "header", "key", "token"}
    seen = 0
    for rule, method, secret in behind(place, kinds):
        good = walk.path_of(place, rule, **UPLOADS)
        if method == "GET" and "photo" not in good and "reply-" not in good:
            assert ask(place, method, good).status_code not in CLOSED, good
        for wrong in foreign(place, rule, secret):
            path = walk.path_of(place, rule, **UPLOADS, **{secret: wrong})
            answer = ask(place, method, path)
            seen += 1
            with place.noted():
                assert answer.status_code in CLOSED, f"{method} {path}: {answer.status_code}"
    assert seen > 200


def test_what_is_there_and_what_is_not_are_answered_alike(place: Place) -> None:
    for rule, method, secret in behind(place, set(NAMES)):
        named = NAMES[secret]
        wrong = {secret: "s" * 22, **UPLOADS}
        here = walk.path_of(place, rule, **wrong)
        nowhere = walk.path_of(place, rule, **wrong, **{named: NOBODYS[named]})
        first, second = (
            place.visit(method, path, fields=[], lang="en", name="alike")
            for path in (here, nowhere)
        )
        with place.noted():
            assert first.status_code == second.status_code, here
            assert _without(first.text, here) == _without(second.text, nowhere), here


def _without(page: str, path: str) -> str:
    """A page without its own address and the code in it."""
    code = next((part for part in path.split("/") if part.startswith("QN-")), path)
    return page.replace(path, "…").replace(quote(path, safe=""), "…").replace(code, "…")


def test_a_one_time_link_is_for_one_purpose(place: Place) -> None:
    reset, invitation = place.arguments["reset token"], place.arguments["invitation token"]
    for rule, method, _secret in behind(place, {"token"}):
        own, other = (invitation, reset) if "invitation" in rule.rule else (reset, invitation)
        for token in (other, own[:-1], own.swapcase(), "t" * 43):
            answer = ask(place, method, walk.path_of(place, rule, token=token))
            assert answer.status_code == 410, (rule.rule, answer.status_code)


def test_a_draft_is_for_the_browser_that_wrote_in_it(place: Place) -> None:
    """The key stands in the address, which people show to others: it is not enough.

    To throw away what is not there is no fault: a page with scripts does so. It changes nothing.
    """
    seen = 0
    for rule, method, _secret in behind(place, {"key"}):
        path = walk.path_of(place, rule, **UPLOADS)
        for cookie in ("", "5f0c6f2e-3a54-4f0b-9d52-8a4b0a3c9e12"):
            kept, place.arguments["key"] = place.arguments["key"], cookie
            before = fingerprint(place.connection)
            try:
                answer = ask(place, method, path)
            finally:
                place.arguments["key"] = kept
            seen += 1
            with place.noted():
                expected = 303 if path.endswith("/discard") else 404
                assert answer.status_code == expected, f"{method} {path}: {answer.status_code}"
                assert fingerprint(place.connection) == before, f"{method} {path} wrote"
    assert seen == 10


def test_photos_are_sent_by_who_has_the_link(place: Place) -> None:
    for rule, method, _secret in behind(place, {"header"}):
        path = walk.path_of(place, rule, **UPLOADS)
        other = place.links["resolved"].rpartition("/")[2]
        for token in ("", "s" * 22, other):
            answer = place.visit(
                method, path, role=ANYBODY, headers={"X-Follow-Token": token},
                body=("image/jpeg", b"x"), name="header",
            )  # fmt: skip
            with place.noted():
                assert answer.status_code == (404 if token else 400), (
                    f"{path}: {answer.status_code}"
                )
