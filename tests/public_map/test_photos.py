"""A photo is public only through the page that shows it."""

import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.installation import settings
from app.core.time import now
from app.media import files
from app.media.models import Photo
from app.reports.models import ReportPhoto
from app.tickets.models import Ticket, TicketPhoto
from tests.factories.tickets import photo, report_of, routed_ticket
from tests.media.pictures import picture

VARIANTS = ("large", "medium", "thumb")


def ready(session: Session) -> Photo:
    """A photo with its copies."""
    row = photo(session)
    for variant in VARIANTS:
        files.write(files.copy_path(settings().media.folder, row.id, variant), picture())
    return row


def of_reporter(session: Session, ticket: Ticket) -> Photo:
    row = ready(session)
    attached = ReportPhoto(
        report_id=report_of(session, ticket).id,
        client_uuid=uuid.uuid4(),
        photo_id=row.id,
        position=0,
    )
    session.add(attached)
    session.commit()
    return row


def of_agency(session: Session, ticket: Ticket) -> Photo:
    row = ready(session)
    session.add(TicketPhoto(ticket_id=ticket.id, photo_id=row.id, role="proof", added_at=now()))
    session.commit()
    return row


def status(client: FlaskClient, ticket: Ticket, row: Photo, variant: str = "medium") -> int:
    return client.get(f"/photos/{ticket.reference}/{row.id}-{variant}.jpg").status_code


def test_a_residents_photo_waits_for_the_check(client: FlaskClient, session: Session) -> None:
    ticket = routed_ticket(session)
    row = of_reporter(session, ticket)
    page = f"/tickets/{ticket.reference}"
    seen = []
    for content in ("pending", "published", "hidden"):
        ticket.content = content
        session.commit()
        seen.append((status(client, ticket, row), str(row.id) in client.get(page).text))
    assert seen == [(404, False), (200, True), (404, False)]


def test_a_photo_of_the_work_is_shown_at_once(client: FlaskClient, session: Session) -> None:
    ticket = routed_ticket(session)
    row = of_agency(session, ticket)
    assert [status(client, ticket, row, variant) for variant in VARIANTS] == [200] * 3
    assert status(client, ticket, row, "original") == 404
    assert str(row.id) in client.get(f"/tickets/{ticket.reference}").text


def test_a_photo_belongs_to_its_ticket(client: FlaskClient, session: Session) -> None:
    mine, other = routed_ticket(session), routed_ticket(session)
    row = of_agency(session, mine)
    assert status(client, other, row) == 404


@pytest.mark.parametrize("change", [{"hidden_code": "child"}, {"state": "refused"}])
def test_a_photo_that_was_taken_away_is_gone_at_once(
    client: FlaskClient, session: Session, change
) -> None:
    ticket = routed_ticket(session)
    row = of_agency(session, ticket)
    for name, value in change.items():
        setattr(row, name, value)
    session.commit()
    assert status(client, ticket, row) == 404
    assert str(row.id) not in client.get(f"/tickets/{ticket.reference}").text


def test_a_private_ticket_shows_no_photo_at_all(client: FlaskClient, session: Session) -> None:
    ticket = routed_ticket(session, category="safety")
    ticket.content = "published"
    rows = [of_reporter(session, ticket), of_agency(session, ticket)]
    assert [status(client, ticket, row) for row in rows] == [404, 404]


def test_what_its_sender_keeps_from_the_public_stays_away(
    client: FlaskClient, session: Session
) -> None:
    ticket = routed_ticket(session, text="Chỉ cho cơ quan")
    ticket.content = "published"
    row = of_reporter(session, ticket)
    page = f"/tickets/{ticket.reference}"
    assert "Chỉ cho cơ quan" in client.get(page).text
    assert status(client, ticket, row) == 200
    report_of(session, ticket).do_not_publish = True
    session.commit()
    assert "Chỉ cho cơ quan" not in client.get(page).text
    assert status(client, ticket, row) == 404
