"""The files: what they hold, what they never hold, and that their description is complete."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.measures.models import MeasurePeriod
from app.measures.reckoning.definitions import METRICS
from app.measures.service import differing, rebuild, refresh
from app.open_data.fields import FIELDS
from app.tickets.models import Ticket
from tests.factories.tickets import (
    DAY,
    MONDAY,
    accepted_ticket,
    act,
    ask_help,
    officer,
    resolve,
    routed_ticket,
)

DOCS = (Path(__file__).parents[2] / "docs" / "open-data.md").read_text("utf-8")


def events(client: FlaskClient, month: str = "2026-10") -> list[dict[str, object]]:
    answer = client.get(f"/open-data/events-{month}.jsonl.gz")
    assert answer.status_code == 200
    return [json.loads(line) for line in gzip.decompress(answer.get_data()).splitlines()]


def test_every_public_event_of_a_public_ticket_and_nothing_else(
    session: Session, client: FlaskClient
) -> None:
    ticket = accepted_ticket(session)
    by = officer(session, ticket.agency_code or "")
    act(session, ticket, "note", by, at=MONDAY, text="Số của chị Lan là 0987 651 423")
    act(session, ticket, "comment", by, at=MONDAY, text="Đã đến xem, gọi 0987 651 423")
    ask_help(session, ticket)
    resolve(session, ticket)
    hidden = routed_ticket(session)
    hidden.private = True
    session.flush()
    refresh(session, now=MONDAY + DAY)
    found = events(client)
    assert {event["ticket"] for event in found} == {ticket.reference}
    assert [event["event"] for event in found] == [
        "open", "assign", "accept", "comment", "cooperate", "resolve",
    ]  # fmt: skip
    written = json.dumps(found, ensure_ascii=False)
    for secret in ("987", "Lan", "xem", "account", "photos", "channel", '"rule"'):
        assert secret not in written, secret
    assert "promise" in found[1]
    assert found[1]["agency"] == ticket.agency_code


def test_every_field_is_described(session: Session, client: FlaskClient) -> None:
    ask_help(session, accepted_ticket(session))
    refresh(session, now=MONDAY + DAY)
    assert {name for event in events(client) for name in event} <= set(FIELDS)
    told = set(re.findall(r"`(\w+)`", DOCS))
    assert set(FIELDS) <= told
    assert set(METRICS) <= told
    page = client.get("/open-data?lang=en").text
    for name in FIELDS:
        assert f"<code>{name}</code>" in page


def test_no_area_where_the_category_shows_none(session: Session, client: FlaskClient) -> None:
    ticket = routed_ticket(session)
    refresh(session, now=MONDAY + DAY)
    assert any("area" in event for event in events(client))
    session.execute(
        text("UPDATE category SET public_detail = 'none' WHERE code = :code"),
        {"code": ticket.category_code},
    )
    assert not any("area" in event for event in events(client))
    refresh(session, now=MONDAY + DAY)
    assert ",area," not in client.get("/open-data/figures.csv").text


def test_the_same_events_give_the_same_bytes(session: Session, client: FlaskClient) -> None:
    routed_ticket(session)
    refresh(session, now=MONDAY + DAY)
    first, second = (client.get("/open-data/events-2026-10.jsonl.gz").get_data() for _ in "12")
    assert first == second


def test_what_became_private_is_gone_at_once(session: Session, client: FlaskClient) -> None:
    ticket = routed_ticket(session)
    refresh(session, now=MONDAY + DAY)
    assert events(client)
    session.execute(update(Ticket).where(Ticket.id == ticket.id).values(private=True))
    assert events(client) == []


@pytest.mark.parametrize("name", ["reference.json", "figures.csv", "recompute.py"])
def test_files_have_their_kind(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/open-data/{name}")
    assert answer.status_code == 200
    kinds = {"json": "application/json", "csv": "text/csv", "py": "text/x-python"}
    assert answer.mimetype == kinds[name.rpartition(".")[2]]
    answer.get_data()


def test_the_events_of_a_final_month_have_a_checksum(session: Session, client: FlaskClient) -> None:
    ticket, address = routed_ticket(session), "/open-data/events-2026-10.jsonl.gz"
    refresh(session, now=MONDAY + DAY)
    assert client.get("/open-data/SHA256SUMS").text == ""
    assert "ETag" not in client.get(address).headers
    while refresh(session, now=MONDAY + 40 * DAY):
        pass
    assert differing(session) == []
    answer = client.get(address)
    digest = hashlib.sha256(gzip.decompress(answer.get_data())).hexdigest()
    assert client.get("/open-data/SHA256SUMS").text == f"{digest}  events-2026-10.jsonl\n"
    known = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(address, headers=known).status_code == 304
    session.execute(update(MeasurePeriod).values(events_sha256="0" * 64))
    assert "2026-10" in differing(session)
    session.execute(update(Ticket).where(Ticket.id == ticket.id).values(private=True))
    assert client.get("/open-data/SHA256SUMS").text == ""
    assert client.get(address, headers=known).status_code == 200
    rebuild(session, now=MONDAY + 40 * DAY)
    assert differing(session) == []
    assert client.get("/open-data/SHA256SUMS").text.startswith(hashlib.sha256(b"").hexdigest())
