"""What was taken back or became private is so everywhere: pages, photos, tickets merged into it."""

import io
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.schemas import ContactInput
from app.core.errors import Conflict
from app.core.time import now
from app.reports.queries import reports_of
from app.reports.service import add_contact, end_contact, put_photo, withdraw
from geo.point import LonLat
from tests.desk.scene import a_ticket, as_, communes, do, member
from tests.factories.tickets import IN_WARD
from tests.journeys.way import photo


def test_who_took_a_report_back_adds_nothing(session: Session) -> None:
    ticket = a_ticket(session, contact=ContactInput(email="lan@example.invalid"))
    report = reports_of(session, ticket.id)[0]
    first, again = uuid.uuid4(), uuid.uuid4()
    put_photo(session, report, first, io.BytesIO(photo("red")), now=now())
    withdraw(session, report, now=now())
    version = ticket.row_version
    with pytest.raises(Conflict):
        put_photo(session, report, again, io.BytesIO(photo("red")), now=now())
    with pytest.raises(Conflict):
        add_contact(session, report, ContactInput(email="other@example.invalid"), now=now())
    # A repeat of what was there is harmless, and the news can still be ended.
    assert put_photo(session, report, first, io.BytesIO(photo("red")), now=now())[1]
    end_contact(session, report, now=now())
    assert report.contact_id is None
    assert ticket.row_version == version


def test_what_was_taken_back_has_no_pin(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session, place=IN_WARD, area=None)
    page = f"/tickets/{ticket.reference}"
    assert "leaflet" in client.get(page).text
    withdraw(session, reports_of(session, ticket.id)[0], now=now())
    session.commit()
    answer = client.get(page)
    assert answer.status_code == 200
    assert "leaflet" not in answer.text


def test_what_is_merged_becomes_private_with_the_other(
    client: FlaskClient, session: Session
) -> None:
    north = LonLat(lon=IN_WARD.lon, lat=IN_WARD.lat + 0.0001)
    first, second, third = (
        a_ticket(session, place=place, area=None, text=f"lời {number}")
        for number, place in enumerate((IN_WARD, north, IN_WARD))
    )
    coordinator = as_(client, session, "coordinator")
    for ticket in (first, second, third):
        do(session, ticket, "publish", coordinator)
    do(session, first, "merge", coordinator, target_reference=second.reference)
    do(session, second, "merge", coordinator, target_reference=third.reference)
    do(session, third, "correct", coordinator, category_code="safety")
    client.delete_cookie("desk")
    for number, ticket in enumerate((first, second, third)):
        session.refresh(ticket)
        assert (ticket.private, ticket.map_key) == (True, None)
        page = client.get(f"/tickets/{ticket.reference}").text
        assert f"lời {number}" not in page
        assert "leaflet" not in page


def test_a_private_ticket_does_not_name_who_helps(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session, category="safety")
    helper = communes(session)[2]
    owner = member(session, "officer", ticket.agency_code)
    do(session, ticket, "accept", owner)
    do(session, ticket, "cooperate", owner, agency_code=helper.code)
    name = helper.names["vi"]
    assert name not in client.get(f"/tickets/{ticket.reference}").text
    document = client.get(f"/api/v1/reports/{ticket.reference}").get_data(as_text=True)
    assert name not in document
    as_(client, session, "officer", ticket.agency_code)
    assert name in client.get(f"/desk/tickets/{ticket.reference}").text
