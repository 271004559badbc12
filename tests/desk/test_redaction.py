"""Redacting from the desk: at once nobody sees the former photo, and history says who and when."""

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core.time import now
from app.media.models import Photo
from app.reports.models import ReportPhoto
from app.tickets.models import Ticket, TicketEvent, TicketPhoto
from tests.desk.scene import a_ticket, as_, communes, do, member, post
from tests.factories.tickets import report_of
from tests.public_map.test_photos import of_agency, of_reporter, status
from workers import jobs

BOX = {"left": "25", "top": "12,5", "width": "50", "height": "30"}


def page_of(ticket: Ticket, photo: Photo) -> str:
    return f"/desk/check/{ticket.reference}/photos/{photo.id}"


def redact(client: FlaskClient, ticket: Ticket, photo: Photo, **form: object) -> TestResponse:
    sent = {"version": ticket.row_version, **BOX, **form}
    return post(client, page_of(ticket, photo), **sent)


def burn() -> None:
    jobs.prepare_photos.__wrapped__()  # type: ignore[attr-defined]


def published(session: Session) -> Ticket:
    ticket = a_ticket(session)
    do(session, ticket, "publish", member(session, "coordinator"))
    return ticket


@pytest.mark.parametrize("whose", ["reporter", "agency"])
def test_the_former_photo_is_gone_at_once_and_the_new_one_comes(
    client: FlaskClient, session: Session, whose: str
) -> None:
    ticket = published(session)
    photo = (of_reporter if whose == "reporter" else of_agency)(session, ticket)
    former = photo.id
    as_(client, session, "screener")
    assert status(client, ticket, photo) == 200
    assert str(former) in client.get(page_of(ticket, photo)).text
    answer = redact(client, ticket, photo)
    assert answer.headers["Location"] == f"/desk/check/{ticket.reference}?done=redact"
    assert status(client, ticket, photo) == 404, "before any worker has come"
    assert str(former) not in client.get(f"/tickets/{ticket.reference}").text
    burn()
    table = ReportPhoto if whose == "reporter" else TicketPhoto
    successor = session.get_one(Photo, session.scalars(select(table.photo_id)).one())
    assert successor.id != former
    assert successor.redacts == former
    session.refresh(successor)
    assert status(client, ticket, photo) == 404
    assert [status(client, ticket, successor, size) for size in ("large", "medium", "thumb")] == [
        200
    ] * 3
    assert str(successor.id) in client.get(f"/tickets/{ticket.reference}").text


def test_history_tells_who_and_when_and_not_what(client: FlaskClient, session: Session) -> None:
    ticket = published(session)
    photo = of_reporter(session, ticket)
    account = as_(client, session, "screener")
    redact(client, ticket, photo)
    event = session.scalars(select(TicketEvent).where(TicketEvent.kind == "redact")).one()
    assert (event.public, event.actor_account_id, event.params) == (
        False, account.id, {"photos": [str(photo.id)]},
    )  # fmt: skip
    assert (
        "A part was made unreadable" not in client.get(f"/tickets/{ticket.reference}?lang=en").text
    )
    assert (
        "A part was made unreadable" in client.get(f"/desk/tickets/{ticket.reference}?lang=en").text
    )
    burn()
    rows = session.scalars(select(Photo)).all()
    assert "500" not in json.dumps([row.areas for row in rows])


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"left": "", "top": "", "width": "", "height": ""}, "Please draw at least one rectangle"),
        ({"left": "a bit"}, "four numbers between 0 and 100"),
        ({"width": "0"}, "empty or lies beside the photo"),
        ({"left": "-5"}, "four numbers between 0 and 100"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: FlaskClient, session: Session, form: dict[str, str], sentence: str
) -> None:
    ticket = published(session)
    photo = of_reporter(session, ticket)
    as_(client, session, "coordinator")
    client.set_cookie("lang", "en")
    answer = redact(client, ticket, photo, **form)
    assert answer.status_code == 422
    assert sentence in answer.text
    for value in ({**BOX, **form}).values():
        assert f'value="{value}"' in answer.text
    assert session.get_one(Photo, photo.id).hidden_code is None


def test_too_late_is_said(client: FlaskClient, session: Session) -> None:
    ticket = published(session)
    photo = of_reporter(session, ticket)
    as_(client, session, "coordinator")
    answer = redact(client, ticket, photo, version=ticket.row_version - 1)
    assert answer.status_code == 409
    assert 'value="12,5"' in answer.text


def test_a_photo_of_another_ticket_is_not_redacted_here(
    client: FlaskClient, session: Session
) -> None:
    ticket, other = published(session), published(session)
    photo = of_reporter(session, other)
    as_(client, session, "coordinator")
    assert client.get(page_of(ticket, photo)).status_code == 404
    assert redact(client, ticket, photo).status_code == 404


@pytest.mark.parametrize("role", ["officer", "manager", "administrator"])
def test_only_who_checks_redacts(client: FlaskClient, session: Session, role: str) -> None:
    ticket = published(session)
    photo = of_reporter(session, ticket)
    as_(client, session, role, None if role == "administrator" else communes(session)[0].code)
    assert client.get(page_of(ticket, photo)).status_code == 403
    assert redact(client, ticket, photo).status_code == 403


def test_it_may_be_published_while_it_is_being_burnt(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    photo = of_reporter(session, ticket)
    office = as_(client, session, "coordinator")
    assert redact(client, ticket, photo).status_code == 303
    session.refresh(ticket)
    do(session, ticket, "publish", office, at=now())
    assert 'src="/photos/' not in client.get(f"/tickets/{ticket.reference}").text
    burn()
    link = session.scalars(
        select(ReportPhoto).where(ReportPhoto.report_id == report_of(session, ticket).id)
    ).one()
    session.refresh(session.get_one(Photo, link.photo_id))
    assert str(link.photo_id) in client.get(f"/tickets/{ticket.reference}").text
