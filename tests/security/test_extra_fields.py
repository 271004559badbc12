"""Fields that no form has change nothing: every form with every column's name in it besides.

What an honest form does is compared with what the same form does with the extra fields, row by row
and column by column.
"""

import json
from collections.abc import Iterator
from dataclasses import fields as dataclass_fields

import pytest
from flask import Flask

from app.core.time import frozen, now
from app.reports.schemas import SubmitReport
from tests.security.access.rows import Rows, differs, extras
from tests.security.hostile import walk
from tests.security.hostile.place import ANYBODY, Place, furnished
from tests.security.hostile.walk import Sending

# What people say about their own report, on whichever step: theirs to choose. Who sent it, how it
# came and what gives an automat away is not.
OF_REPORTS = {entry.name for entry in dataclass_fields(SubmitReport)} - {
    "channel", "device", "signals",
}  # fmt: skip
TAKES_REPORTS = {
    "residents.save_step", "residents.send_draft", "residents.send_join", "residents.send_again",
}  # fmt: skip


@pytest.fixture(scope="module")
def city(app: Flask) -> Iterator[Place]:
    with furnished(app) as found:
        yield found


def test_a_form_reads_its_own_fields(city: Place) -> None:
    rows, wrong, effective = Rows(city.connection, city.rows), [], 0
    found = walk.sendings(city)
    own = _own_fields(city, found)
    for sending in found:
        with frozen(now()):
            for fields in ({}, extras(own[_endpoint(city, sending)])):
                _send(city, sending, fields, rows)
        effective += bool(rows.seen[-1])
        if lines := differs(rows, f"{sending.path} as {sending.role}"):
            wrong.append(lines)
    city.tell()
    assert effective > 40
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong)


def _endpoint(city: Place, sending: Sending) -> str:
    return city.app.url_map.bind("localhost").match(sending.path, "POST")[0]


def _own_fields(city: Place, found: list[Sending]) -> dict[str, set[str]]:
    """The fields of each address: a page may have several forms that lead there."""
    own: dict[str, set[str]] = {}
    for sending in found:
        endpoint = _endpoint(city, sending)
        said = OF_REPORTS if endpoint in TAKES_REPORTS else set()
        own.setdefault(endpoint, {"csrf_token"} | said).update(sending.form.fields)
    return own


def _send(city: Place, sending: Sending, extra: dict[str, str], rows: Rows) -> None:
    honest = [(entry.name, walk.good(entry)) for entry in sending.fields]
    city.visit(
        "POST", sending.path, role=sending.role, fields=[*honest, *extra.items()], lang="vi",
        name="extra fields", look=rows.look,
    )  # fmt: skip


@pytest.mark.parametrize("path", ["/api/v1/reports", "/send/report"])
def test_a_report_of_a_program_has_its_own_fields(city: Place, path: str) -> None:
    rows = Rows(city.connection, city.rows)
    said = {"category": "waste", "text": "Rác chất đống", "lat": 20.951, "lon": 107.08}
    for more in ({}, extras(OF_REPORTS | {"contact"})):
        body = {**more, **said, "key": "5f0c6f2e-3a54-4f0b-9d52-8a4b0a3c9e77"}
        answer = city.visit(
            "POST", path, role=ANYBODY, lang="vi", name="extra", look=rows.look,
            body=("application/json", json.dumps(body).encode()),
        )  # fmt: skip
        assert answer.status_code in {200, 201}, answer.text
    city.tell()
    assert rows.seen[0]
    assert not (wrong := differs(rows, path)), wrong
