"""Public pages: nothing unchecked, nothing private, nothing withdrawn; map and list agree."""

import uuid
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.time import now
from app.reports.schemas import parse_report
from app.reports.service import Submitted, put_photo, submit, withdraw
from app.routing.service import route_pending
from app.tickets.models import Ticket
from tests.journeys.way import photo

TILE = "/map/tiles/en/7/102/56.json"
SECRET = "Căn nhà màu xanh"


def send(session: Session, lat: float = 20.951, **more) -> Submitted:
    body = {"category": "waste", "text": SECRET, "lat": lat, "lon": 107.08} | more
    command = parse_report(body, key=uuid.uuid4(), lang="vi", channel="web", photos_expected=False)
    done = submit(session, command, now=now())
    route_pending(session, now=now())
    return done


def count(client: FlaskClient, query: str = "") -> int:
    return sum(cell[2] for cell in client.get(TILE + query).json["cells"])


def everything(client: FlaskClient, reference: str) -> str:
    paths = (f"/tickets/{reference}", "/tickets", f"/api/v1/reports/{reference}", TILE)
    return "".join(client.get(path + "?lang=vi").text for path in paths)


def test_words_wait_for_the_check(client: FlaskClient, session: Session) -> None:
    done = send(session)
    reference = done.ticket.reference
    assert SECRET not in everything(client, reference)
    done.ticket.content = "published"
    session.flush()
    assert SECRET in client.get(f"/tickets/{reference}").text
    done.ticket.content = "hidden"
    session.flush()
    assert SECRET not in everything(client, reference)


def test_photos_wait_for_the_check(client: FlaskClient, session: Session) -> None:
    done = send(session)
    attached, _again = put_photo(
        session, done.report, uuid.uuid4(), __import__("io").BytesIO(photo("red")), now=now()
    )
    address = f"/photos/{done.ticket.reference}/{attached.photo_id}-medium.jpg"
    assert client.get(address).status_code == 404
    done.ticket.content = "published"
    session.flush()
    assert client.get(address).status_code == 404, "it is not decoded yet"


def test_a_private_ticket_shows_nothing_of_its_subject(
    client: FlaskClient, session: Session
) -> None:
    done = send(session, category="admin")
    done.ticket.private = True
    done.ticket.map_key = None
    done.ticket.content = "published"
    session.flush()
    reference = done.ticket.reference
    shown = client.get(f"/tickets/{reference}?lang=en").text
    assert SECRET not in everything(client, reference)
    assert "Hong Gai Ward" not in shown.replace("Committee of Hong Gai Ward", "")
    document = client.get(f"/api/v1/reports/{reference}").json
    assert (document["category"], document["area"], document["reason"]) == (None, None, "")
    assert reference not in client.get("/tickets").text
    assert count(client) == 0


def test_withdrawn_is_nowhere(client: FlaskClient, session: Session) -> None:
    done = send(session)
    assert count(client) == 1
    withdraw(session, done.report, now=now())
    session.flush()
    assert count(client) == 0
    assert done.ticket.reference not in client.get("/tickets").text


def test_filters_count_alike(client: FlaskClient, session: Session) -> None:
    late, _young = send(session).ticket, send(session, lat=20.96, category="road")
    late.overdue_at = now()
    session.flush()
    for query, expected in (
        ("", 2), ("?category=road", 1), ("?overdue=1", 1), ("?word=waiting", 2),
        ("?word=resolved", 0), ("?agency=UBND-06685", None), ("?area=06685", None),
        ("?category=nonsense", 0),
    ):  # fmt: skip
        listed = client.get("/tickets" + query).text.count('class="ticket-row"')
        assert count(client, query) == listed, query
        assert expected in (None, listed), query


def test_the_list_loses_nothing_between_pages(client: FlaskClient, session: Session) -> None:
    import re

    at = now()
    expected = []
    for number in range(65):
        ticket = send(session).ticket if number % 20 == 0 else None
        if ticket is None:
            ticket = copy(session, expected[-1], number)
        # Many at the same instant: the cursor must not stumble over them.
        ticket.received_at = at - timedelta(minutes=number // 7)
        expected.append(ticket)
    session.flush()
    seen: list[str] = []
    address: str | None = "/tickets"
    while address:
        page = client.get(address).text
        seen += re.findall(r'href="/tickets/([A-Z]{2}-[^"?]+)"', page)
        links = re.findall(r'rel="next" href="([^"]+)"', page)
        address = links[0].replace("&amp;", "&") if links else None
    assert len(seen) == 65
    assert set(seen) == {ticket.reference for ticket in expected}


def copy(session: Session, other: Ticket, number: int) -> Ticket:
    names = (
        "status", "content", "category_code", "severity_code", "agency_code", "area_code",
        "map_key", "received_at", "updated_at", "outcome_due_at", "place",
    )  # fmt: skip
    values = {name: getattr(other, name) for name in names}
    ticket = Ticket(reference=f"QN-26-T{number:05d}", **values)
    session.add(ticket)
    session.flush()
    return ticket


@pytest.mark.parametrize(
    "path",
    [
        "/map/tiles/vi/99/0/0.json", "/map/tiles/vi/3/9/9.json", "/tickets/NONE",
        "/tickets?after=nonsense", "/tickets?after=2026-01-01T00:00:00~1",
        "/tickets?after=9999-12-31T23:59:59%2B00:00~9223372036854775808",
        "/map?word=%00&category=%27", "/follow/QN-26-XXXXXX/x", "/lookup?reference=%00%ff",
        "/photos/QN-26-XXXXXX/00000000-0000-4000-8000-000000000000-large.jpg",
        "/map/tiles/xx/5/25/14.json", "/pages/nothing", "/report?category=%00",
        "/map/reports-xx.0000.js", "/assets/leaflet/0/../../config.py", "/basemap/1/0/0",
    ],
)  # fmt: skip
def test_nasty_addresses_are_refused_politely(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code < 500


def test_pages_cost_the_same_for_one_and_for_many(client: FlaskClient, session: Session) -> None:
    from tests.routing.test_batches import counted

    first = send(session).ticket
    client.get("/tickets")  # what is kept for a while is read now
    with counted(session) as one:
        client.get("/tickets")
    for number in range(20):
        copy(session, first, number)
    with counted(session) as many:
        client.get("/tickets")
    assert len(many) == len(one)
