"""The tickets as files: what they hold, what they never hold, and how somebody goes on."""

import csv
import gzip
import io
import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.core.db import aside
from app.core.time import now
from app.open_data import tickets as files
from app.open_data.fields import TICKET_FIELDS
from app.tickets.models import Ticket
from tests.factories.tickets import (
    HOUR,
    MONDAY,
    accepted_ticket,
    act,
    coordinator,
    resolve,
    routed_ticket,
)

DOCS = (Path(__file__).parents[2] / "docs" / "open-data.md").read_text("utf-8")
CSV, GEO = "/open-data/tickets.csv", "/open-data/tickets.geojson"


def rows(client: FlaskClient, address: str = CSV) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text)))


def references(client: FlaskClient, address: str = CSV) -> list[str]:
    return [row["reference"] for row in rows(client, address)]


def following(client: FlaskClient, address: str) -> str:
    """Return where the answer says that one goes on, as a path."""
    link = client.get(address).headers["Link"]
    found = re.search(r'<http://localhost([^>]+)>; rel="next"', link)
    assert found
    return found[1]


def test_both_files_say_the_same_of_every_public_ticket(
    session: Session, client: FlaskClient
) -> None:
    one, done = routed_ticket(session), resolve(session, accepted_ticket(session))
    hidden = routed_ticket(session)
    hidden.private = True
    session.flush()
    found = rows(client)
    assert [row["reference"] for row in found] == [one.reference, done.reference]
    assert list(found[0]) == list(TICKET_FIELDS)
    assert found[0]["on_time"] == ""
    assert (found[1]["outcome"], found[1]["on_time"], found[1]["word"]) == (
        "fixed", "true", "resolved",
    )  # fmt: skip
    collection = json.loads(client.get(GEO).text)
    assert collection["type"] == "FeatureCollection"
    assert collection["licence"]["vi"]
    assert datetime.fromisoformat(collection["generated_at"])
    for row, feature in zip(found, collection["features"], strict=True):
        lon, lat = feature["geometry"]["coordinates"]
        told = {**feature["properties"], "lon": lon, "lat": lat}
        assert list(told) == list(row)
        assert {name: _written(value) for name, value in told.items()} == row
    whole = client.get(CSV).text + client.get(GEO).text
    assert hidden.reference not in whole
    assert "Rác" not in whole


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def test_the_place_is_as_exact_as_the_category_allows(
    session: Session, client: FlaskClient
) -> None:
    ticket = routed_ticket(session)
    assert rows(client)[0]["place"] == "exact"
    there, ticket.place = ticket.place, None
    session.flush()
    assert rows(client)[0]["place"] == "area"
    ticket.place = there
    session.flush()
    for detail, place in (("coarse", "area"), ("none", "area")):
        session.execute(
            text("UPDATE category SET public_detail = :detail WHERE code = :code"),
            {"detail": detail, "code": ticket.category_code},
        )
        assert rows(client)[0]["place"] == place
    assert rows(client)[0]["area"] == ""
    assert rows(client, f"{CSV}?area={ticket.area_code}") == []
    ticket.map_key = None
    session.flush()
    assert [rows(client)[0][name] for name in ("place", "lon", "lat")] == ["", "", ""]
    assert json.loads(client.get(GEO).text)["features"][0]["geometry"] is None


def test_the_filters_are_those_of_the_list(session: Session, client: FlaskClient) -> None:
    waste, road = routed_ticket(session), routed_ticket(session, category="road")
    resolve(session, accepted_ticket(session))
    for query in ("category=road", "word=waiting", f"area={waste.area_code}", "word=nonsense"):
        listed = client.get(f"/tickets?{query}").text
        found = references(client, f"{CSV}?{query}")
        assert set(found) == set(re.findall(r"/tickets/([A-Z]+-\d\d-\w{6})", listed)), query
    assert references(client, f"{CSV}?category=road") == [road.reference]


def test_who_follows_next_gets_each_change_once(
    session: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [MONDAY + HOUR]
    monkeypatch.setattr("app.open_data.routes.tickets.now", lambda: clock[0])
    first, second = accepted_ticket(session), accepted_ticket(session)
    address = following(client, CSV)
    assert references(client, address) == []
    clock[0] += HOUR
    resolve(session, first, at=clock[0] - timedelta(seconds=70))
    resolve(session, second, at=clock[0] - timedelta(seconds=50))
    assert references(client, address) == [first.reference], "the other one has not settled"
    address = following(client, address)
    assert references(client, address) == []
    clock[0] += HOUR
    assert references(client, address) == [second.reference]


def test_what_leaves_the_list_is_told_to_who_follows(session: Session, client: FlaskClient) -> None:
    into, merged = accepted_ticket(session), accepted_ticket(session)
    act(session, merged, "merge", coordinator(session), target_reference=into.reference)
    assert merged.reference not in references(client)
    (told,) = [row for row in rows(client, f"{CSV}?since=2026-10-01") if row["merged_into"]]
    assert (told["status"], told["merged_into"], told["word"]) == ("merged", into.reference, "")


def test_batches_lose_nothing_and_repeat_nothing(
    session: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [routed_ticket(session).reference for _ in range(5)]
    monkeypatch.setattr(files, "BATCH", 2)
    assert references(client) == made
    assert references(client, f"{CSV}?since=2026-10-05T02:00:00Z") == made
    features = json.loads(client.get(GEO).text)["features"]
    assert [feature["id"] for feature in features] == made


@pytest.mark.parametrize("since", ["x", "2026-13-01", "0001-01-01", "9999-12-31T23:59:59-12:00"])
def test_what_is_no_instant_is_refused(client: FlaskClient, since: str) -> None:
    answer = client.get(CSV, query_string={"since": since})
    assert answer.status_code in {200, 422}
    assert answer.status_code == 422 or since == "0001-01-01"


def test_nothing_new_is_not_sent_again(session: Session, client: FlaskClient) -> None:
    ticket = routed_ticket(session)
    answer = client.get(CSV)
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert answer.last_modified == MONDAY.replace(microsecond=0)
    assert client.get(CSV, headers=tag).status_code == 304
    stricter = update(Category).where(Category.code == ticket.category_code)
    with session.begin_nested() as nested:
        session.execute(stricter.values(public_detail="none"))
        assert client.get(CSV, headers=tag).status_code == 200
        nested.rollback()
    assert client.get(CSV, headers=tag).status_code == 304
    session.execute(update(Ticket).where(Ticket.id == ticket.id).values(updated_at=now()))
    assert client.get(CSV, headers=tag).status_code == 200
    assert "ETag" not in client.get(f"{CSV}?days=7").headers


@pytest.mark.parametrize("accepted", ["identity", "gzip"])
@pytest.mark.parametrize("address", [CSV, GEO])
def test_nothing_is_gathered_before_it_is_sent(
    session: Session, client: FlaskClient, address: str, accepted: str
) -> None:
    routed_ticket(session)
    with client.get(address, headers={"Accept-Encoding": accepted}) as answer:
        assert answer.is_streamed
        assert answer.content_length is None
        content = b"".join(answer.iter_encoded())
    assert b"category" in (gzip.decompress(content) if accepted == "gzip" else content)


def test_no_batch_leaves_a_transaction_behind(session: Session) -> None:
    with aside(session.get_bind()) as other:
        assert other is not session
        other.execute(text("SELECT 1"))
    assert not other.in_transaction()


def test_every_column_is_described(client: FlaskClient) -> None:
    assert set(TICKET_FIELDS) <= set(re.findall(r"`(\w+)`", DOCS))
    columns = client.get("/open-data/tickets.csv-metadata.json").get_json()["tableSchema"][
        "columns"
    ]
    assert [column["name"] for column in columns] == list(TICKET_FIELDS)
    assert all(column["dc:description"].keys() >= {"vi", "en"} for column in columns)
    page = client.get("/open-data?lang=en").text
    assert all(f"<code>{name}</code>" in page for name in TICKET_FIELDS)
