"""A closed ticket is opened again only because its reporter asks, and somebody answers that."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Rejection
from app.core.time import now
from app.notifications.models import Delivery
from app.notifications.service import fan_out_pending
from app.reports.service import ask_reopen
from app.tickets.models import Ticket
from app.tickets.queries import events_of
from app.tickets.service import expire
from app.tickets.verify import Checked, problems
from tests.desk.scene import FORM, a_ticket, as_, do, member, offered
from tests.desk.scene import act as send
from tests.factories.tickets import kinds, report_of, resolve, wrong
from tests.reports.test_talk import CONTACT, page

DAY = timedelta(days=1)


def closed(session: Session, *, days_ago: int = 10) -> Ticket:
    """A ticket that rested and was closed by the clock, `days_ago`."""
    at = now() - timedelta(days=days_ago + 8)
    ticket = a_ticket(session, at=at, contact=CONTACT)
    resolve(session, ticket, at=at)
    while expire(session, now=at + 8 * DAY):
        pass
    assert ticket.status == "closed"
    session.commit()
    return ticket


def ask(session: Session, ticket: Ticket, at: datetime | None = None) -> Ticket:
    return ask_reopen(session, report_of(session, ticket), "back", "Lại hỏng", now=at or now())


def test_nobody_reopens_what_the_reporter_did_not_ask_for(
    client: FlaskClient, session: Session
) -> None:
    ticket = closed(session)
    as_(client, session, "manager")
    shown = client.get(f"/desk/tickets/{ticket.reference}").text
    assert not {"reopen", "uphold"} & offered(shown)
    assert send(client, ticket, "reopen", text="x", requested="1").status_code == 409
    session.refresh(ticket)
    assert ticket.status == "closed"


@pytest.mark.parametrize("role", ["manager", "coordinator"])
def test_asked_for_it_is_new_at_the_desk_and_can_be_opened(
    client: FlaskClient, session: Session, role: str
) -> None:
    ticket = closed(session)
    report = report_of(session, ticket)
    shown = client.get(page(ticket, report)).text
    assert 'action="' + page(ticket, report, "/ask_reopen") in shown
    form = {"code": "back", "text": "Lại hỏng, gọi 0912345678"}
    assert client.post(page(ticket, report, "/ask_reopen"), data=form, headers=FORM).location
    session.refresh(ticket)
    assert ticket.status == "closed"
    assert (kinds(session, ticket)[-1], ticket.closed_at is None) == ("ask_reopen", False)
    assert page(ticket, report, "/ask_reopen") not in client.get(page(ticket, report)).text
    as_(client, session, role)
    client.set_cookie("lang", "en")
    everyone = "&everyone=1" if role == "coordinator" else ""
    listed = client.get(f"/desk?tab=new{everyone}").text
    assert ticket.reference in listed
    assert "asks to open it again" in listed
    at_desk = client.get(f"/desk/tickets/{ticket.reference}").text
    assert {"reopen", "uphold"} <= offered(at_desk)
    assert "asks to open it again" in at_desk
    assert send(client, ticket, "reopen", text="Làm lại").status_code == 303
    session.refresh(ticket)
    assert (ticket.status, ticket.reopen_asked_at) == ("in_progress", None)
    assert ticket.outcome_due_at is not None
    assert list(problems(session, now(), Checked())) == []


def test_upheld_it_stays_closed_and_may_be_asked_once_more(session: Session) -> None:
    ticket = closed(session)
    ask(session, ticket)
    with pytest.raises(Conflict, match="requested_already"):
        ask(session, ticket)
    by = member(session, "manager")
    do(session, ticket, "uphold", by, text="Đã kiểm tra")
    assert (ticket.status, ticket.reopen_asked_at) == ("closed", None)
    with pytest.raises(Conflict, match="not_requested"):
        do(session, ticket, "reopen", by)
    assert ask(session, ticket).reopen_asked_at is not None
    assert wrong(session, now()) == []


def test_an_officer_does_not_decide_it(session: Session) -> None:
    ticket = closed(session)
    ask(session, ticket)
    for verb in ("reopen", "uphold"):
        with pytest.raises(Conflict, match="not_now"):
            do(session, ticket, verb, member(session, "officer"))


def test_after_thirty_days_there_is_only_a_new_report(
    client: FlaskClient, session: Session
) -> None:
    ticket = closed(session, days_ago=31)
    report = report_of(session, ticket)
    with pytest.raises(Conflict, match="too_late"):
        ask(session, ticket)
    session.rollback()
    client.set_cookie("lang", "vi")
    shown = client.get(page(ticket, report)).text
    assert page(ticket, report, "/ask_reopen") not in shown
    assert "Sự việc lại xảy ra?" in shown
    assert f"/tickets/{ticket.reference}/again" in shown


def test_asking_needs_a_reason_shown_at_its_field(client: FlaskClient, session: Session) -> None:
    ticket = closed(session)
    report = report_of(session, ticket)
    address = page(ticket, report, "/ask_reopen")
    sent = client.post(address, data={"code": "", "text": ""}, headers=FORM)
    assert sent.status_code == 409
    assert 'id="text-error"' in sent.text
    assert client.post(address, data={"code": "nonsense"}, headers=FORM).status_code == 422
    with pytest.raises(Rejection):
        ask_reopen(session, report, "nonsense", "x", now=now())


def test_the_agency_and_then_the_reporter_are_told(session: Session) -> None:
    ticket = closed(session)
    owner = ticket.agency_code or ""
    by = member(session, "manager")
    fan_out_pending(session, now=now(), limit=500)
    ask(session, ticket)
    fan_out_pending(session, now=now())
    do(session, ticket, "reopen", by)
    fan_out_pending(session, now=now())
    numbers = {e.id: e.kind for e in events_of(session, ticket.id) if "reopen" in e.kind}
    rows = session.scalars(select(Delivery).where(Delivery.event_id.in_(numbers)))
    told = {(numbers[row.event_id or 0], row.recipient, row.template) for row in rows}
    assert ("reopen", f"report:{report_of(session, ticket).id}", "reopened") in told
    assert ("ask_reopen", f"agency:{owner}", "agency_asked_to_reopen") in told


def test_verify_finds_a_wish_that_nobody_said(session: Session) -> None:
    ticket = closed(session)
    ticket.reopen_asked_at = now()
    assert any("wish" in found for found in wrong(session, now()))
