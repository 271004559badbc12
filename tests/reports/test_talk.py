"""What a reporter says later: an answer to a question, and that there shall be no more news."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Contact
from app.accounts.schemas import ContactInput
from app.core.errors import Conflict
from app.core.time import now
from app.reports import service
from app.reports.links import follow_signature
from app.reports.models import Report
from app.tickets.models import Ticket
from app.tickets.queries import events_of
from app.tickets.verify import Checked, problems
from tests.desk.scene import FORM, a_ticket, do, member

CONTACT = ContactInput(email="nam@example.invalid", consent=("updates",))


@pytest.fixture
def ticket(session: Session) -> Ticket:
    return a_ticket(session, contact=CONTACT)


@pytest.fixture
def report(session: Session, ticket: Ticket) -> Report:
    return session.scalars(select(Report).where(Report.ticket_id == ticket.id)).one()


def ask(session: Session, ticket: Ticket, code: str = "reporter") -> None:
    until = now() + timedelta(days=1)
    do(session, ticket, "pause", member(session), code=code, until=until, text="Ở số nhà nào?")


def page(ticket: Ticket, report: Report, act: str = "") -> str:
    return f"/follow/{ticket.reference}/{follow_signature(report)}{act}"


def test_an_answer_ends_the_waiting(
    client: FlaskClient, session: Session, ticket: Ticket, report: Report
) -> None:
    ask(session, ticket)
    client.set_cookie("lang", "en")
    assert 'for="text">Your answer' in client.get(page(ticket, report)).text
    form = {"text": "Số 12, gọi tôi 0912345678"}
    sent = client.post(page(ticket, report, "/reply"), data=form, headers=FORM)
    assert sent.status_code == 303
    session.refresh(ticket)
    assert (ticket.status, ticket.pause_code) == ("in_progress", None)
    kinds = [(event.kind, event.actor_role) for event in events_of(session, ticket.id)[-2:]]
    assert kinds == [("comment", "reporter"), ("resume", "system")]
    assert "Your answer" not in client.get(page(ticket, report)).text
    assert list(problems(session, now(), Checked())) == []


def test_an_empty_answer_is_refused_at_its_field(
    client: FlaskClient, session: Session, ticket: Ticket, report: Report
) -> None:
    ask(session, ticket)
    client.set_cookie("lang", "en")
    answer = client.post(page(ticket, report, "/reply"), data={"text": " "}, headers=FORM)
    assert answer.status_code == 409
    assert "Please write a text." in answer.text
    session.refresh(ticket)
    assert ticket.status == "waiting"


def test_nobody_answers_what_was_not_asked(
    session: Session, ticket: Ticket, report: Report
) -> None:
    ask(session, ticket, "weather")
    with pytest.raises(Conflict):
        service.reply(session, report, "Tôi đây", now=now())


def test_a_contact_is_erased_on_request(
    client: FlaskClient, session: Session, ticket: Ticket, report: Report
) -> None:
    kept = session.get_one(Contact, report.contact_id)
    assert ticket.reporter_reachable
    for _ in range(2):
        sent = client.post(page(ticket, report, "/contact/end"), headers=FORM)
        assert sent.status_code == 303
    session.refresh(kept)
    session.refresh(report)
    session.refresh(ticket)
    assert (kept.email_enc, report.contact_id, ticket.reporter_reachable) == (None, None, False)
