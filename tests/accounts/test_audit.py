"""Whoever sees a contact leaves a row that nobody changes."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.accounts.audit import REQUEST_CONTACT, note_look
from app.accounts.models import StaffAudit
from app.core.actor import REPORTER
from app.core.errors import Forbidden
from app.core.installation import sealer
from app.core.time import now
from app.rights.models import RightsRequest
from app.rights.schemas import Sender
from app.rights.service import object_to
from tests.desk.scene import a_ticket, as_, do, member, post

ADDRESS = "hoa@example.invalid"


@pytest.fixture
def asked(session: Session) -> RightsRequest:
    sender = Sender(device=b"d", network=b"n")
    ticket = do(session, a_ticket(session), "publish", member(session, "coordinator"))
    row = object_to(session, ticket, "text:1", "", sender, lang="vi", now=now())
    row.contact_enc = sealer().seal(ADDRESS)
    session.commit()
    return row


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_a_contact_is_shown_on_asking_and_the_look_is_written_down(
    client: FlaskClient, session: Session, asked: RightsRequest, role: str
) -> None:
    account = as_(client, session, role)
    page = f"/desk/requests/{asked.id}"
    assert ADDRESS not in client.get(page).text
    assert session.scalars(select(StaffAudit)).all() == []
    assert ADDRESS in post(client, f"{page}/contact").text
    row = session.scalars(select(StaffAudit)).one()
    assert (row.account_id, row.kind, row.subject) == (account.id, REQUEST_CONTACT, str(asked.id))
    as_(client, session, "administrator")
    looked = client.get("/admin/looks?lang=en").text
    assert account.email in looked
    assert f"Contact of a data request: {asked.id}" in looked
    assert ADDRESS not in looked


@pytest.mark.parametrize("role", ["officer", "manager", "intake", "crew", "screener"])
def test_others_see_neither_contacts_nor_who_looked(
    client: FlaskClient, session: Session, asked: RightsRequest, role: str
) -> None:
    as_(client, session, role)
    assert post(client, f"/desk/requests/{asked.id}/contact").status_code == 403
    assert client.get("/admin/looks").status_code == 403
    assert session.scalars(select(StaffAudit)).all() == []


def test_a_request_without_a_contact_has_nothing_to_look_at(
    client: FlaskClient, session: Session, asked: RightsRequest
) -> None:
    asked.contact_enc = None
    session.commit()
    as_(client, session, "coordinator")
    assert "/contact" not in client.get(f"/desk/requests/{asked.id}").text
    assert post(client, f"/desk/requests/{asked.id}/contact").status_code == 404
    assert session.scalars(select(StaffAudit)).all() == []


def test_nobody_changes_a_row(client: FlaskClient, session: Session, asked: RightsRequest) -> None:
    as_(client, session, "coordinator")
    post(client, f"/desk/requests/{asked.id}/contact")
    for change in (update(StaffAudit).values(subject="x"), delete(StaffAudit)):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(change)
    assert session.scalars(select(StaffAudit.subject)).one() == str(asked.id)


def test_nobody_in_particular_looks_at_nothing(session: Session) -> None:
    with pytest.raises(Forbidden):
        note_look(session, REQUEST_CONTACT, "1", actor=REPORTER, now=now())


def test_the_list_goes_on(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = as_(client, session, "administrator")
    monkeypatch.setattr("app.admin.routes.looks.PAGE_ROWS", 2)
    session.add_all(
        StaffAudit(account_id=account.id, kind=REQUEST_CONTACT, subject=f"90{n}", at=now())
        for n in range(3)
    )
    session.commit()
    first = client.get("/admin/looks").text
    assert ("902" in first, "900" in first) == (True, False)
    before = session.scalars(select(StaffAudit.id).where(StaffAudit.subject == "901")).one()
    assert f"before={before}" in first
    assert ": 900" in client.get(f"/admin/looks?before={before}").text
