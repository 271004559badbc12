"""A proof that does not fit: a second person looks, and the reporter's word is never touched."""

import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.time import now
from app.media import service as media
from app.media.models import Photo
from app.media.recode import Recoded
from app.media.service import store
from app.reports.queries import reports_of
from app.reports.service import confirm
from app.tickets.models import Ticket
from app.tickets.service import look_at_proof
from tests.desk.scene import a_ticket, act, as_, do, enter, member, offered
from tests.factories.tickets import IN_NEXT_WARD, IN_WARD, WARD, kinds, wrong
from tests.media.pictures import picture

AWAY = Recoded(refused=None, width=9, height=9, taken_lat=IN_NEXT_WARD.lat,
               taken_lon=IN_NEXT_WARD.lon)  # fmt: skip
HERE = Recoded(refused=None, width=9, height=9, taken_lat=IN_WARD.lat, taken_lon=IN_WARD.lon)


@pytest.fixture
def officer(session: Session) -> Account:
    return member(session, "officer", WARD)


def proved(session: Session, officer: Account, found: Recoded) -> Ticket:
    """Resolved with a photo that the worker has prepared since."""
    ticket = a_ticket(session, place=IN_WARD, area=None, category="waste")
    photo = store(session, io.BytesIO(picture()), now=now())
    photo.evidence = True
    session.flush()
    do(session, ticket, "resolve", officer, code="fixed", text="Xong", photo_ids=[photo.id])
    lease = media.Lease(photo_id=photo.id, attempt=1)
    media.record(session, lease, found, now=now())
    look_at_proof(session, photo.id, now=now())
    session.commit()
    return ticket


def test_a_photo_from_elsewhere_is_doubted_once(session: Session, officer: Account) -> None:
    ticket = proved(session, officer, AWAY)
    version = ticket.row_version
    assert kinds(session, ticket).count("doubt") == 1
    photo = session.scalars(select(Photo).where(Photo.evidence)).one()
    look_at_proof(session, photo.id, now=now())
    assert kinds(session, ticket).count("doubt") == 1
    assert (ticket.status, ticket.row_version) == ("resolved", version)
    assert wrong(session, now()) == []


def test_what_fits_is_not_doubted(session: Session, officer: Account) -> None:
    assert "doubt" not in kinds(session, proved(session, officer, HERE))


def test_a_photo_that_was_prepared_before_the_act_is_compared_too(
    session: Session, officer: Account
) -> None:
    ticket = a_ticket(session, place=IN_WARD, area=None, category="waste")
    photo = store(session, io.BytesIO(picture()), now=now())
    photo.evidence = True
    media.record(session, media.Lease(photo_id=photo.id, attempt=1), AWAY, now=now())
    do(session, ticket, "resolve", officer, code="fixed", text="Xong", photo_ids=[photo.id])
    assert kinds(session, ticket)[-2:] == ["resolve", "doubt"]


def test_a_second_person_judges(client: FlaskClient, session: Session, officer: Account) -> None:
    ticket = proved(session, officer, AWAY)
    client.set_cookie("lang", "en")
    enter(client, session, officer)
    assert "judge" not in offered(client.get(f"/desk/tickets/{ticket.reference}").text)
    own = act(client, ticket, "judge", verdict="fits")
    assert own.status_code == 409
    assert "You proved this yourself" in own.text
    as_(client, session, "officer", WARD)
    assert ticket.reference in client.get("/desk?tab=doubted").text
    page = client.get(f"/desk/tickets/{ticket.reference}").text
    assert "judge" in offered(page)
    assert "taken far from the place of the report" in page
    silent = act(client, ticket, "judge", verdict="misfit")
    assert silent.status_code == 409
    assert '<a href="#judge-text">Please write a text.</a>' in silent.text
    strange = act(client, ticket, "judge", verdict="perhaps")
    assert '<a href="#judge-verdict">Please say whether the proof fits.</a>' in strange.text
    assert act(client, ticket, "judge", verdict="misfit", text="Ảnh nơi khác").status_code == 303
    session.refresh(ticket)
    enter(client, session, officer)
    assert ticket.reference in client.get("/desk?tab=doubted").text
    back = client.get(f"/desk/tickets/{ticket.reference}").text
    assert "It does not fit" in back
    assert "Ảnh nơi khác" in back
    assert "Ảnh nơi khác" not in client.get(f"/tickets/{ticket.reference}").text
    as_(client, session, "manager", WARD)
    assert act(client, ticket, "judge", verdict="fits").status_code == 303
    assert ticket.reference not in client.get("/desk?tab=doubted").text
    session.refresh(ticket)
    assert act(client, ticket, "judge", verdict="fits").status_code == 409
    assert wrong(session, now()) == []


def test_the_reporter_confirms_whatever_is_doubted(session: Session, officer: Account) -> None:
    ticket = proved(session, officer, AWAY)
    confirm(session, reports_of(session, ticket.id)[0], now=now())
    assert (ticket.status, ticket.confirmed) == ("closed", True)


def test_the_list_and_the_page_mean_the_same(
    client: FlaskClient, session: Session, officer: Account
) -> None:
    ticket = proved(session, officer, AWAY)
    session.execute(update(Ticket).where(Ticket.id == ticket.id).values(status="in_progress"))
    session.commit()
    as_(client, session, "officer", WARD)
    assert ticket.reference not in client.get("/desk?tab=doubted").text
