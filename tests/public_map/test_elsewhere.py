"""What leaves our pages: feed, frame, file, QR code, previews; and the pages of areas."""

import re
from xml.etree.ElementTree import fromstring

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.measures.service import refresh
from app.tickets.models import Ticket
from tests.factories.tickets import DAY, MONDAY
from tests.public_map.test_privacy import SECRET, send

ATOM = "{http://www.w3.org/2005/Atom}"
POINT = "{http://www.georss.org/georss}point"


@pytest.fixture
def tickets(session: Session) -> dict[str, Ticket]:
    """One of each: published, somewhere else, private."""
    found = {
        "open": send(session).ticket,
        "road": send(session, lat=20.9531, category="road").ticket,
        "private": send(session, category="safety").ticket,
    }
    found["open"].content = "published"
    found["road"].overdue_at = MONDAY
    session.flush()
    return found


def entries(client: FlaskClient, query: str = "", lang: str = "en") -> dict[str, object]:
    answer = client.get(f"/feeds/{lang}/reports.atom{query}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    feed = fromstring(answer.data)
    return {entry.findtext(f"{ATOM}id") or "": entry for entry in feed.iter(f"{ATOM}entry")}


def test_a_feed_is_the_list(client: FlaskClient, tickets: dict[str, Ticket]) -> None:
    found = entries(client)
    shown = {tickets[name].reference for name in ("open", "road")}
    assert {address.rpartition("/")[2] for address in found} == shown
    for query in ("?category=road", "?overdue=1", f"?area={tickets['open'].area_code}&days=7"):
        codes = {address.rpartition("/")[2] for address in entries(client, query)}
        listed = client.get(f"/tickets{query}&lang=en").text
        assert codes
        assert codes == {code for code in shown if code in listed}, query
    assert entries(client, "?category=nonsense") == {}


def test_a_feed_names_place_and_state_and_quotes_nobody(
    client: FlaskClient, tickets: dict[str, Ticket]
) -> None:
    address = f"http://localhost/tickets/{tickets['open'].reference}"
    entry = entries(client)[address]
    lat, lon = map(float, entry.findtext(POINT).split())
    assert (lat, lon) == pytest.approx((20.951, 107.08), abs=1e-4)
    assert tickets["open"].reference in entry.findtext(f"{ATOM}summary")
    assert SECRET not in client.get("/feeds/vi/reports.atom").text


def test_a_feed_is_not_sent_twice_and_speaks_what_it_is_asked(
    client: FlaskClient, tickets: dict[str, Ticket]
) -> None:
    del tickets
    first = client.get("/feeds/vi/reports.atom")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/feeds/vi/reports.atom", headers=tag).status_code == 304
    assert client.get("/feeds/en/reports.atom", headers=tag).status_code == 200
    assert client.get("/feeds/xx/reports.atom").status_code == 404


def test_only_the_pages_made_for_it_may_be_framed(client: FlaskClient) -> None:
    def policy(path: str) -> str:
        return client.get(path).headers["Content-Security-Policy"]

    for path in ("/embed/vi/map?category=road", "/embed/en/figures"):
        assert "frame-ancestors *" in policy(path)
        assert "unsafe" not in policy(path)
    elsewhere = ("/map", "/", "/tickets", "/figures", "/desk/sign-in")
    for path in (*elsewhere, "/embed/xx/map", "/embed/xx/figures"):
        assert "frame-ancestors 'none'" in policy(path)


@pytest.mark.parametrize("path", ["/embed/en/map?category=road", "/embed/en/figures"])
def test_what_is_framed_has_nothing_to_steal(
    session: Session, client: FlaskClient, path: str
) -> None:
    refresh(session, now=send(session).ticket.received_at + DAY)
    answer = client.get(path)
    assert "<form" not in answer.text
    assert '<base target="_blank">' in answer.text, "what is followed leaves the frame"
    assert "Set-Cookie" not in answer.headers


def test_framed_figures_are_those_of_the_page(session: Session, client: FlaskClient) -> None:
    refresh(session, now=send(session).ticket.received_at + DAY)
    for lang, word in (("vi", "đúng hạn"), ("en", "on time")):
        framed = client.get(f"/embed/{lang}/figures").text
        assert f'<html lang="{lang}"' in framed
        assert word in framed.lower()
        drawings = framed.count('<svg class="chart"')
        assert drawings == client.get(f"/figures?lang={lang}").text.count('<svg class="chart"') > 0


def test_the_map_as_a_file_needs_nobody(client: FlaskClient, tickets: dict[str, Ticket]) -> None:
    del tickets
    answer = client.get("/map/snapshot-en.html")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "<script>" in answer.text
    assert not re.search(r"<(?:script|link|img)[^>]*(?:src|href)=", answer.text)
    assert "data:application/json;base64," in answer.text


def test_a_qr_code_is_a_picture_of_the_address(
    client: FlaskClient, tickets: dict[str, Ticket]
) -> None:
    one, other = (
        client.get(f"/tickets/{tickets[name].reference}/qr.svg") for name in ("open", "road")
    )
    assert one.mimetype == "image/svg+xml"
    assert fromstring(one.data).tag.endswith("svg")
    assert one.data != other.data
    assert client.get("/tickets/QN-26-NOTHING/qr.svg").status_code == 404


def test_a_shared_address_shows_only_what_is_public(
    client: FlaskClient, tickets: dict[str, Ticket]
) -> None:
    def previews(name: str) -> str:
        page = client.get(f"/tickets/{tickets[name].reference}?lang=en").text
        return " ".join(re.findall(r'<meta property="og:[^>]+>', page))

    assert tickets["road"].reference in previews("road")
    assert "Road" in previews("road")
    assert SECRET not in previews("open")
    assert "not public" in previews("private")
    assert "ecurity" not in previews("private")


def test_an_area_has_a_page(client: FlaskClient, tickets: dict[str, Ticket]) -> None:
    code = tickets["open"].area_code
    page = client.get(f"/areas/{code}?lang=en").text
    for name in ("open", "road"):
        assert tickets[name].reference in page
    assert tickets["private"].reference not in page
    assert re.search(r"Overdue</dt><dd>1<", page)
    assert re.search(r"Not finished</dt><dd>2<", page)
    listed = client.get("/areas?lang=en").text
    assert listed.count('<th scope="row">') == 54
    assert f'/areas/{code}"' in listed
    assert client.get("/areas/nowhere").status_code == 404
