"""Every address, form and field meets what no honest person sends.

The URL map is walked, forms are read from the pages themselves, JSON fields from the schema: what
is added later is covered by itself, and a route that the walk cannot fill fails here.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from urllib.parse import quote_plus

import pytest
from flask import Flask

from app.reports.schemas import SubmitReport
from tests.security.hostile import walk
from tests.security.hostile.forms import Form, read
from tests.security.hostile.place import ANYBODY, Fields, Place, furnished
from tests.security.hostile.values import (
    HEADERS,
    JSON_VALUES,
    RAW_BODIES,
    SEGMENTS,
    TEXTS,
    files,
    odd_photos,
    some,
)
from tests.security.hostile.walk import Sending

WRITTEN = {"text", "textarea", "email", "tel", "date", "search"}
FILES = files()
# One by one a value need not be as long as all of them together.
ONE_BY_ONE = {
    name: TEXTS[name]
    for name in (
        "empty", "nul", "invalid utf-8", "zero width", "long", "huge number", "unknown code",
        "last day", "nan", "out of range",
    )
}  # fmt: skip
OTHER_SITES = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
)


@pytest.fixture(scope="module")
def city(app: Flask) -> Iterator[Place]:
    with furnished(app) as found:
        yield found


@pytest.fixture
def place(city: Place) -> Iterator[Place]:
    yield city
    city.tell()


@pytest.fixture(scope="module")
def sendings(city: Place) -> list[Sending]:
    return walk.sendings(city)


def test_every_form_is_found(place: Place, sendings: list[Sending]) -> None:
    adapter = place.app.url_map.bind("localhost")
    reached = {adapter.match(sending.path, "POST")[0] for sending in sendings}
    posts = {
        rule.endpoint
        for rule in walk.rules(place)
        if "POST" in (rule.methods or ()) and not rule.rule.startswith(walk.MACHINE)
    }
    assert posts - reached == set()


def test_strange_addresses(place: Place) -> None:
    turn = 0
    for rule in walk.rules(place):
        role = place.roles_of(rule.endpoint)[0]
        method = next(m for m in ("GET", "PUT", "POST") if m in (rule.methods or ()))
        for argument in sorted(rule.arguments):
            turn += 1
            for name, segment in some(SEGMENTS, turn):
                path = walk.path_of(place, rule, **{argument: segment})
                place.visit(method, path, role=role, name=f"{argument} {name}", fields=[])


def test_strange_queries(place: Place) -> None:
    names = sorted(walk.parameters())
    assert {"lang", "after", "category", "year", "until", "reference"} <= set(names)
    for turn, rule in enumerate(walk.rules(place)):
        if "GET" not in (rule.methods or ()):
            continue
        role, path = place.roles_of(rule.endpoint)[0], walk.path_of(place, rule)
        for name, value in some(TEXTS, turn):
            if len(value) < 20_000:
                typed = "&".join(f"{key}={quote_plus(value)}" for key in names)
                place.visit("GET", path, role=role, query=f"{typed}&{typed}", name=f"query {name}")


def test_all_fields_strange(place: Place, sendings: list[Sending]) -> None:
    for turn, sending in enumerate(sendings):
        typed = [entry.name for entry in sending.fields if entry.kind != "hidden"]
        for name, value in some(TEXTS, turn):
            _send(place, sending, dict.fromkeys(typed, value), f"all {name}")


def test_one_field_strange(place: Place, sendings: list[Sending]) -> None:
    turn = 0
    for sending in sendings:
        for entry in sending.fields:
            turn += 1
            for name, value in some(ONE_BY_ONE, turn):
                _send(place, sending, {entry.name: value}, f"{entry.name} {name}")


def test_fields_missing_or_twice(place: Place, sendings: list[Sending]) -> None:
    for sending in sendings:
        honest = _fields(sending, {})
        what = {"role": sending.role, "name": f"{sending.name} missing or twice"}
        place.visit("POST", sending.path, fields=[], **what)
        place.visit("POST", sending.path, fields=[*honest, *reversed(honest)], **what)
        answer = place.visit("POST", sending.path, fields=honest, token=False, **what)
        if sending.role != ANYBODY:
            assert answer.status_code == 403, f"{sending.name}: taken without the token"


def _fields(sending: Sending, strange: Mapping[str, str | bytes]) -> Fields:
    return [(entry.name, strange.get(entry.name, walk.good(entry))) for entry in sending.fields]


def _send(place: Place, sending: Sending, strange: Mapping[str, str | bytes], name: str) -> None:
    typed, what = _fields(sending, strange), f"{sending.name} {name}"
    answer = place.visit("POST", sending.path, role=sending.role, fields=typed, name=what)
    if answer.status_code >= 400 and answer.status_code != 413:
        with place.noted():
            _check_kept(sending, typed, set(strange), answer.text, what)


def _check_kept(sending: Sending, typed: Fields, strange: set[str], page: str, what: str) -> None:
    """Whatever was wrong, what was typed well stands in the form that is shown again."""
    forms: list[Form] = []
    for entry, (name, value) in zip(sending.fields, typed, strict=True):
        if name not in strange and entry.kind in WRITTEN and str(value) not in page:
            forms = forms or read(page).forms
            shown = any(form.shows(str(value)) for form in forms)
            assert shown, f"{what}: {name} was lost"


def test_strange_files(place: Place, sendings: list[Sending]) -> None:
    uploads = [sending for sending in sendings if sending.file]
    assert len(uploads) >= 4
    for turn, sending in enumerate(uploads):
        assert sending.file is not None
        typed, what = _fields(sending, {}), f"{sending.name} file"
        for name, file in some(FILES, turn):
            answer = place.visit(
                "POST", sending.path, role=sending.role, fields=typed,
                files={sending.file: file}, name=f"{what} {name}",
            )  # fmt: skip
            assert answer.status_code in {409, 413, 422}, f"{what} {name}: {answer.status_code}"
        for name, file in odd_photos().items():
            answer = place.visit(
                "POST", sending.path, role=sending.role, fields=typed,
                files={sending.file: file}, name=f"{what} {name}",
            )  # fmt: skip
            assert answer.status_code in {303, 409, 422}, f"{what} {name}: {answer.status_code}"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_strange_bodies(place: Place) -> None:
    # Werkzeug leaves the file of a part that was cut to the garbage collector, which closes it.
    for turn, rule in enumerate(walk.rules(place)):
        for method in sorted({"POST", "PUT"} & (rule.methods or set())):
            role, path = place.roles_of(rule.endpoint)[0], walk.path_of(place, rule)
            for name, body in some(RAW_BODIES, turn):
                place.visit(method, path, role=role, body=body, name=f"body {name}")


def test_strange_headers(place: Place) -> None:
    for turn, rule in enumerate(walk.rules(place)):
        for method in sorted({"GET", "POST", "PUT"} & (rule.methods or set())):
            path = walk.path_of(place, rule)
            for name, headers in some(HEADERS, turn):
                place.visit(method, path, headers=headers, fields=[], name=f"headers {name}")


def test_other_sites_post_nothing(place: Place, sendings: list[Sending]) -> None:
    for sending in sendings:
        for headers in OTHER_SITES:
            what = f"{sending.name} from {headers}"
            answer = place.visit(
                "POST", sending.path, role=sending.role, fields=_fields(sending, {}),
                headers=headers, name=what,
            )  # fmt: skip
            assert answer.status_code == 403, f"{what}: {answer.status_code}"


def test_methods_that_no_address_has(place: Place) -> None:
    methods = ("DELETE", "PATCH", "TRACE", "PROPFIND")
    for turn, rule in enumerate(walk.rules(place)):
        answer = place.visit(methods[turn % 4], walk.path_of(place, rule), name="method")
        assert answer.status_code == 405


def test_everybody_at_every_door(place: Place, sendings: list[Sending]) -> None:
    """A form in the hands of somebody else: refused or taken, never a fault."""
    people = {role: role for role in (ANYBODY, *place.tokens)}
    for turn, sending in enumerate(sendings):
        typed = _fields(sending, {})
        for role in dict(some(people, turn)):
            place.visit("POST", sending.path, role=role, fields=typed, name=sending.name)


def test_strange_json(place: Place) -> None:
    names = {entry.name for entry in fields(SubmitReport)} - {"idempotency_key", "place"}
    honest = {"category": "waste", "text": "Rác", "lat": 20.951, "lon": 107.08}
    values = JSON_VALUES | {name: value for name, value in TEXTS.items() if isinstance(value, str)}
    for turn, name in enumerate(sorted(names | {"lat", "lon", "unknown"})):
        for what, value in some(values, turn):
            nested = {"email": value, "what": [value]} if name in {"contact", "answers"} else value
            body = json.dumps(honest | {name: nested}).encode()
            place.visit(
                "POST", "/api/v1/reports", body=("application/json", body),
                name=f"json {name} {what}",
            )  # fmt: skip
    for what, headers in HEADERS.items():
        body = ("application/json", json.dumps(honest).encode())
        answer = place.visit("POST", "/api/v1/reports", body=body, headers=headers, name=what)
        assert answer.status_code in {201, 400, 403, 422}, what
