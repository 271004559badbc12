"""What the queue on a phone sends: small, once, without a token, in the language it was written."""

import uuid
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.installation import settings
from app.core.time import frozen, now
from app.reports.models import Report, ReportPhoto
from app.reports.service import confirm
from app.routing.service import route_pending
from app.tickets.models import Ticket
from tests.desk.scene import FORM, do, member
from tests.journeys.way import photo

PATH = "/send/report"
GOOD = {"category": "waste", "text": "Rác chất đống", "lat": "20.951", "lon": "107.08"}
OUT_AT_SEA = {"lat": None, "lon": None}


def body(**changes: object) -> dict[str, object]:
    return GOOD | {"key": str(uuid.uuid4()), "lang": "vi", "photos": 0} | changes


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_report_comes_from_the_web_and_brings_its_reference(
    client: FlaskClient, session: Session
) -> None:
    answer = client.post(PATH, json=body(), headers=FORM)
    assert answer.status_code == 201
    said = answer.json
    assert said["sent"] == f"/sent/{said['reference']}/{said['signature']}"
    assert client.get(said["sent"]).status_code == 200
    report = session.scalars(select(Report)).one()
    assert (report.channel, report.lang) == ("web", "vi")
    assert len(answer.data) < 200


def test_the_same_key_is_the_same_report_however_it_is_sent(
    client: FlaskClient, session: Session
) -> None:
    sent = body(answers={"what": ["household", "animal"]})
    first = client.post(PATH, json=sent, headers=FORM)
    again = client.post(PATH, json=sent, headers=FORM)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    plain = client.get(f"/report/{sent['key']}/check")
    assert (plain.status_code, plain.headers["Location"]) == (303, first.json["sent"])
    other = client.post(PATH, json=sent | {"text": "Khác"}, headers=FORM)
    assert other.status_code == 409
    assert count(session, Report) == count(session, Ticket) == 1


def test_words_may_wait_for_photos_but_not_for_nothing(client: FlaskClient) -> None:
    assert client.post(PATH, json=body(text="", photos=2), headers=FORM).status_code == 201
    for none in (0, "2", None, [], -1, {}):
        refused = client.post(PATH, json=body(text="", photos=none), headers=FORM)
        assert refused.status_code == 422
        assert refused.json["errors"][0]["field"] == "text"


def test_a_refusal_is_in_the_language_of_the_report(client: FlaskClient) -> None:
    outside = {"lat": "20.80", "lon": "106.65"}
    said = client.post(PATH, json=body(**outside), headers=FORM | {"Accept-Language": "en"})
    assert said.status_code == 422
    assert said.json["errors"][0]["detail"].startswith("Địa điểm này thuộc")
    strange = body(**outside, lang=["xx"])
    said = client.post(PATH, json=strange, headers=FORM | {"Accept-Language": "en"})
    assert said.json["errors"][0]["detail"].startswith("This place is in")


def put(client: FlaskClient, sent: dict[str, str], number: uuid.UUID, colour: str = "red"):
    headers = FORM | {"X-Follow-Token": sent["signature"]}
    address = f"/send/{sent['reference']}/photos/{number}"
    return client.put(address, data=photo(colour), headers=headers, content_type="image/jpeg")


def arrived(client: FlaskClient, sent: dict[str, str]) -> list[str]:
    headers = {"X-Follow-Token": sent["signature"]}
    return client.get(f"/send/{sent['reference']}/photos", headers=headers).json["photos"]


def test_photos_follow_once_each(client: FlaskClient, session: Session) -> None:
    sent = client.post(PATH, json=body(text="", photos=2), headers=FORM).json
    first, second = uuid.uuid4(), uuid.uuid4()
    assert arrived(client, sent) == []
    assert [put(client, sent, key).status_code for key in (first, first, second)] == [201, 200, 201]
    assert arrived(client, sent) == [str(first), str(second)]
    assert count(session, ReportPhoto) == 2


def test_photos_need_the_private_link(client: FlaskClient) -> None:
    sent = client.post(PATH, json=body(), headers=FORM).json
    stranger = sent | {"signature": "x" * 22}
    assert put(client, stranger, uuid.uuid4()).status_code == 404
    address = f"/send/{sent['reference']}/photos"
    assert client.get(address, headers={"X-Follow-Token": "x"}).status_code == 404
    assert client.get(address).status_code == 400
    assert client.put(f"{address}/{uuid.uuid4()}", headers=FORM).status_code == 400


@pytest.mark.parametrize("acts", [(), ("accept",), ("accept", "answer", "confirm"), ("decline",)])
def test_photos_come_for_three_days_whatever_happens_meanwhile(
    client: FlaskClient, session: Session, acts: tuple[str, ...]
) -> None:
    sent = client.post(PATH, json=body(photos=2, **(OUT_AT_SEA if "decline" in acts else {})),
                       headers=FORM).json  # fmt: skip
    route_pending(session, now=now())
    report = session.scalars(select(Report)).one()
    ticket = session.get_one(Ticket, report.ticket_id)
    for verb in acts:
        _act(session, ticket, report, verb)
    window = timedelta(hours=settings().media.upload_window_h)
    assert window == timedelta(hours=72)
    with frozen(report.received_at + window - timedelta(minutes=1)):
        assert put(client, sent, uuid.uuid4()).status_code == 201
    with frozen(report.received_at + window + timedelta(minutes=1)):
        late = put(client, sent, uuid.uuid4())
    assert late.status_code == 410
    assert late.json["errors"][0]["detail"]


def _act(session: Session, ticket: Ticket, report: Report, verb: str) -> None:
    if verb == "confirm":
        confirm(session, report, now=now())
    elif verb == "decline":
        coordinator = member(session, "coordinator")
        do(session, ticket, "decline", coordinator, code="not_competent", text="Không thuộc")
    else:
        more = {"code": "explained", "text": "Đã giải thích"} if verb == "answer" else {}
        do(session, ticket, verb, member(session, "manager", ticket.agency_code), **more)
