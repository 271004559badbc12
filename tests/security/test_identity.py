"""A number or code of something that is somebody else's does nothing, wherever it is put."""

import io
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, StaffSession
from app.agencies.models import DutyShift, Membership
from app.core.installation import settings
from app.core.time import now
from app.media import waiting
from app.media.models import Photo
from app.media.serving import signed
from app.reports.links import follow_signature
from app.reports.queries import reports_of
from app.tickets.models import Ticket, TicketPhoto
from tests.desk.scene import a_ticket, act, as_, communes, enter, member, post
from tests.desk.test_redaction import BOX
from tests.journeys.way import photo as picture
from tests.public_map.test_photos import of_reporter


def other_agency(session: Session) -> str:
    return communes(session)[2].code


def test_a_photos_address_is_for_one_account(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    shown = of_reporter(session, a_ticket(session))
    owner, other = member(session), member(session)
    path = f"/desk/photos/{shown.id}-medium.jpg"
    key = settings().secrets.secret_key
    address = signed(path, key=key, now=now(), audience=f"account:{owner.id}")
    enter(client, session, owner)
    assert client.get(address).status_code == 200
    assert client.get(address.replace("medium", "large")).status_code == 404
    assert client.get(path).status_code == 404
    for audience in ("", "account:", f"report:{owner.id}", "account:0"):
        wrong = signed(path, key=key, now=now(), audience=audience)
        assert client.get(wrong).status_code == 404
    stranger = app.test_client()
    enter(stranger, session, other)
    assert stranger.get(address).status_code == 404
    assert app.test_client().get(address).status_code == 302


def test_a_photo_of_another_ticket_is_not_made_unreadable(
    client: FlaskClient, session: Session
) -> None:
    mine, other = a_ticket(session), a_ticket(session)
    shown = of_reporter(session, other)
    as_(client, session, "screener")
    path = f"/desk/check/{mine.reference}/photos/{shown.id}"
    assert client.get(path).status_code == 404
    assert post(client, path, version=mine.row_version, **BOX).status_code == 404
    assert session.scalar(select(func.count()).where(Photo.redacts == shown.id)) == 0


def test_only_ones_own_waiting_photos_are_sent_again(client: FlaskClient, session: Session) -> None:
    """`kept` names photos that wait for this form: a resident's, or a colleague's, is none."""
    ticket = a_ticket(session)
    residents = of_reporter(session, a_ticket(session))
    colleagues = waiting.keep(session, uuid.uuid4(), io.BytesIO(picture("red")), now=now())
    as_(client, session)
    for stolen in (residents, colleagues):
        act(client, ticket, "resolve", code="fixed", text="Xong", kept=str(stolen.id))
    assert session.scalars(select(TicketPhoto)).all() == []
    assert session.get_one(Photo, residents.id).evidence is not True


def test_anothers_session_is_not_ended(client: FlaskClient, session: Session) -> None:
    victim = member(session)
    enter(client.application.test_client(), session, victim)
    theirs = session.scalars(select(StaffSession).where(StaffSession.account_id == victim.id)).one()
    as_(client, session, "administrator")
    for number in (theirs.id, f" {theirs.id}", f"{theirs.id}.0", -theirs.id, "٣"):
        post(client, "/desk/account/sessions/end", session=number)
    session.refresh(theirs)
    assert theirs.revoked_at is None


@pytest.mark.parametrize("page", ["/desk/approvals/deputies", "/desk/duty"])
def test_nobody_of_another_agency_is_given_a_duty(
    client: FlaskClient, session: Session, page: str
) -> None:
    stranger = member(session, "officer", other_agency(session))
    as_(client, session, "manager")
    day = now().date()
    form = {
        "person": stranger.id, "since": day.isoformat(), "until": (day + timedelta(1)).isoformat(),
        "begins": f"{day}T08:00", "ends": f"{day + timedelta(2)}T08:00", "order": "1",
        "agency": other_agency(session), "agency_code": other_agency(session),
    }  # fmt: skip
    assert post(client, page, **form).status_code == 422
    assert session.scalars(select(DutyShift)).all() == []
    rows = session.scalars(select(Membership.role).where(Membership.account_id == stranger.id))
    assert rows.all() == ["officer"]


def test_a_ticket_is_not_put_into_a_strangers_hands(client: FlaskClient, session: Session) -> None:
    ticket, stranger = a_ticket(session), member(session, "officer", other_agency(session))
    gone = member(session)
    session.get_one(Account, gone.id).disabled_at = now()
    left = member(session)
    row = session.scalars(select(Membership).where(Membership.account_id == left.id)).one()
    row.until = now()
    session.commit()
    as_(client, session)
    for person in (stranger, left, gone):
        assert act(client, ticket, "entrust", person=person.id).status_code == 422
    session.refresh(ticket)
    assert ticket.officer_id is None


def test_a_role_is_ended_on_its_own_accounts_page(client: FlaskClient, session: Session) -> None:
    one, other = member(session), member(session, "coordinator")
    theirs = session.scalars(select(Membership).where(Membership.account_id == other.id)).one()
    as_(client, session, "administrator")
    page = f"/admin/users/{one.id}/roles/{theirs.id}/end"
    assert post(client, page).status_code == 404
    session.refresh(theirs)
    assert theirs.until is None


def test_a_bulk_names_only_what_one_may_see(client: FlaskClient, session: Session) -> None:
    own, others = a_ticket(session), a_ticket(session, area=communes(session)[1].area_code)
    private = a_ticket(session, area=communes(session)[2].area_code)
    session.commit()
    as_(client, session)
    marks = [f"{t.reference} {t.row_version}" for t in (own, others, private)]
    marks.append("QN-26-222222 1")
    page = post(client, "/desk/bulk?lang=en", verb="note", text="Xem", ticket=marks).text
    assert page.count("There is no report with this code.") == 3
    post(client, "/desk/bulk/do", key=str(uuid.uuid4()), verb="note", text="Xem", ticket=marks)
    changed = {t.reference for t in session.scalars(select(Ticket)) if t.events_count > 2}
    assert changed <= {own.reference}
    assert own.events_count == 3


def test_ones_own_link_opens_no_other_reports_photo(app: Flask, session: Session) -> None:
    mine, other = a_ticket(session), a_ticket(session)
    shown = of_reporter(session, other)
    own = follow_signature(reports_of(session, mine.id)[0])
    for reference in (mine.reference, other.reference):
        path = f"/follow/{reference}/{own}/photos/{shown.id}-medium.jpg"
        assert app.test_client().get(path).status_code == 404
