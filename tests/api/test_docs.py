"""docs/api.md says what happens: its examples are sent, its tables are compared."""

import json
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.time import frozen, now
from app.reports.schemas import MAX_ADDRESS, MAX_TEXT
from app.routing.service import route_pending
from app.tickets.clock import ClockState
from app.tickets.facts import Status
from config import Settings
from tests.media.pictures import picture

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)


def block(start: str) -> str:
    (found,) = [text for text in BLOCKS if text.startswith(start)]
    return str(found)


def fields(document: str) -> set[str]:
    """The names of an example answer, which may hold an ellipsis for what is long."""
    return set(re.findall(r'"(\w+)":', document))


def table(heading: str) -> dict[str, str]:
    """The rows of the first table after a heading: first cell → second cell."""
    part = PAGE.split(heading, 1)[1]
    part = part.split("\n## ", 1)[0]
    return {
        name.strip(): words.strip()
        for name, words in re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", part, re.MULTILINE)
        if name.strip() not in {"field", "status"}
    }


def example() -> tuple[str, dict[str, str], dict[str, Any]]:
    """The first example request: address, headers, body."""
    head, _, body = block("POST ").partition("\n\n")
    first, *lines = head.splitlines()
    headers = dict(line.split(": ", 1) for line in lines)
    return first.removeprefix("POST "), headers, json.loads(body)


def test_the_example_is_taken_in_and_answered_as_shown(client: FlaskClient) -> None:
    path, headers, body = example()
    answer = client.post(path, json=body, headers={"Idempotency-Key": headers["Idempotency-Key"]})
    assert answer.status_code == 201
    assert set(answer.json) == fields(block('{"reference"'))
    assert re.fullmatch(r"[A-Z]{2}-\d\d-\w{6}", answer.json["reference"])
    assert answer.json["follow_url"].endswith(answer.json["follow_token"])


def test_every_field_of_the_table_is_taken(client: FlaskClient) -> None:
    named = {name.strip("` ") for cell in table("## Send a report") for name in cell.split(",")}
    body = {
        "category": "waste", "text": "Rác", "lat": 20.951, "lon": 107.08, "stated_area": "06685",
        "accuracy_m": 5, "address": "cổng chợ", "about_agency": "SXD", "answers": {}, "lang": "vi",
        "contact": {"name": "Lan", "email": "a@b.example", "phone": "0912345678",
                    "consent": ["updates", "questions"], "consent_text": "2026-11b"},
        "urgent": True, "do_not_publish": False, "legal_kind": "ordinary",
    }  # fmt: skip
    assert named == set(body)
    assert client.post("/api/v1/reports", json=body).status_code == 201
    assert f"{MAX_TEXT:,}" in table("## Send a report")["`text`"]
    assert str(MAX_ADDRESS) in table("## Send a report")["`address`"]


def test_photos_as_shown(client: FlaskClient, settings: Settings) -> None:
    path, _headers, body = example()
    sent = client.post(path, json=body).json
    line = block("PUT ").splitlines()[0].removeprefix("PUT ")
    address = line.replace("QN-26-7F3K2M", sent["reference"])
    headers = {"Authorization": f"Bearer {sent['follow_token']}"}
    assert client.put(address, data=picture(), headers=headers).status_code == 201
    assert client.put(address, data=picture(), headers=headers).status_code == 200
    assert f"within {settings.media.upload_window_h} hours" in PAGE
    assert settings.media.max_files == 5
    assert "five at most" in PAGE


def test_the_state_as_described(client: FlaskClient, session: Session) -> None:
    path, _headers, body = example()
    reference = client.post(path, json=body).json["reference"]
    route_pending(session, now=now())
    line = block("GET ").splitlines()[0].removeprefix("GET ")
    shown = client.get(line.replace("QN-26-7F3K2M", reference)).json
    part = PAGE.split("## Read the state", 1)[1].split("\n## ", 1)[0]
    undocumented = {name for name in shown if f"`{name}`" not in part}
    assert undocumented <= {"reference", "kind", "received_at", "url"}
    assert all(status.value in part for status in Status)
    assert all(state.value in part for state in ClockState)
    for event in shown["events"]:
        assert {f'"{name}"' for name in event} <= set(re.findall(r'"\w+"', part))
    assert shown["due_at"]
    assert (shown["agency"]["code"], bool(shown["agency"]["name"])) == ("UBND-06685", True)


def test_a_repeat_is_the_first_answer_whatever_happened_meanwhile(
    client: FlaskClient, session: Session
) -> None:
    path, headers, body = example()
    key = {"Idempotency-Key": headers["Idempotency-Key"]}
    first = client.post(path, json=body, headers=key)
    route_pending(session, now=now())
    with frozen(now() + timedelta(hours=1)):
        again = client.post(path, json=body, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert first.headers["Location"] == again.headers["Location"]
    assert client.get(first.headers["Location"]).json["status"] == "assigned"


def test_likely_categories_as_shown(client: FlaskClient) -> None:
    answer = client.post("/api/v1/likely-categories", json=json.loads(block('{"text"'))).json
    (shown,) = json.loads(block('{"categories"'))["categories"]
    first = answer["categories"][0]
    assert (first["code"], first["name"]) == (shown["code"], shown["name"])
    assert first["description"].startswith(shown["description"].removesuffix("…"))
    assert len(answer["categories"]) <= 3


def test_errors_look_as_shown(client: FlaskClient) -> None:
    shown = json.loads(block('{"type"'))
    body = {"category": "waste", "text": "x", "lat": 91, "lon": 107.08}
    answer = client.post("/api/v1/reports?lang=en", json=body)
    assert answer.mimetype == "application/problem+json"
    assert answer.json == shown


@pytest.mark.parametrize("way", ["?lang=vi", "body", "header"])
def test_three_ways_to_ask_for_a_language(client: FlaskClient, way: str) -> None:
    body: dict[str, Any] = {"category": "waste", "text": "x", "lat": 91, "lon": 107.08}
    headers = {"Accept-Language": "vi;q=0.9,de" if way == "header" else "en"}
    if way == "body":
        body["lang"] = "vi"
    path = "/api/v1/reports" + (way if way.startswith("?") else "")
    answer = client.post(path, json=body, headers=headers)
    assert answer.json["title"] != "This position does not exist."
    assert answer.json["errors"][0]["field"] == "lat"


def test_each_status_of_the_table_is_answered(client: FlaskClient, session: Session) -> None:
    path, _headers, body = example()
    key = {"Idempotency-Key": str(uuid.uuid4())}
    sent = client.post(path, json=body, headers=key).json
    photos = f"{path}/{sent['reference']}/photos/{uuid.uuid4()}"
    token = {"Authorization": f"Bearer {sent['follow_token']}"}
    with frozen(now() + timedelta(hours=73)):
        late = client.put(photos, data=picture(), headers=token).status_code
    answered = {
        client.post(path, data=b"{", content_type="application/json").status_code,
        client.get(f"{path}/QN-26-XXXXXX").status_code,
        client.post(path, json=body | {"text": "khác"}, headers=key).status_code,
        late,
        client.post(path, data=b" " * 70_000, content_type="application/json").status_code,
        client.post(path, data=b"x", content_type="text/plain").status_code,
        client.post(path, json=body | {"category": "unicorns"}).status_code,
        429,  # see test_reports
    }
    assert answered == {int(status) for status in table("## When something is wrong")}


def test_a_photo_that_is_too_large_is_not_kept(client: FlaskClient, settings: Settings) -> None:
    path, _headers, body = example()
    sent = client.post(path, json=body).json
    photos = f"{path}/{sent['reference']}/photos/{uuid.uuid4()}"
    token = {"X-Follow-Token": sent["follow_token"]}
    content = picture() + b"\0" * settings.media.max_file_bytes
    answer = client.put(photos, data=content, headers=token)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (413, "photos")
