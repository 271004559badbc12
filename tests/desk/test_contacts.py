"""A reporter's contact is seen by who has the right, for a reason, once; and that is written down."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import StaffAudit
from app.accounts.schemas import ContactInput
from app.agencies.models import Agency
from app.catalog.models import Category
from app.core.time import now
from app.reports.queries import reports_of
from app.reports.service import end_contact, erase, join
from app.reports.service.privacy import end_consent
from app.tickets.models import EventText, Ticket, TicketEvent, UrgentCall
from tests.desk.scene import a_ticket, act, as_, communes, do, member, post
from tests.factories.tickets import command

PHONE, MAIL, NAME = "+84912345678", "nam@example.invalid", "Nguyễn Văn Nam"
REASON = "Cần gọi để tìm đúng cột đèn"
QUESTIONS = ContactInput(name=NAME, phone=PHONE, email=MAIL, consent=("questions",))


def page(ticket: Ticket) -> str:
    return f"/desk/contacts/{ticket.reference}"


def see(client: FlaskClient, ticket: Ticket, reason: str = REASON) -> TestResponse:
    return post(client, page(ticket), reason=reason)


def looked(session: Session) -> list[tuple[int, str, str, str | None]]:
    rows = session.scalars(select(StaffAudit).order_by(StaffAudit.id))
    return [(row.account_id, row.kind, row.subject, row.reason) for row in rows]


def shows(answer: TestResponse) -> bool:
    return any(part in answer.text for part in (PHONE, MAIL, NAME))


@pytest.fixture
def ticket(session: Session) -> Ticket:
    return a_ticket(session, contact=QUESTIONS)


def test_it_is_shown_once_for_a_reason_and_written_down(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    manager = as_(client, session, "manager")
    assert f'href="{page(ticket)}"' in client.get(f"/desk/tickets/{ticket.reference}").text
    asked = client.get(page(ticket))
    assert not shows(asked)
    assert looked(session) == []
    answer = see(client, ticket)
    assert all(part in answer.text for part in (PHONE, MAIL, NAME))
    assert answer.headers["Cache-Control"] == "no-store"
    assert looked(session) == [(manager.id, "ticket_contact", ticket.reference, REASON)]
    assert not shows(client.get(page(ticket)))
    assert not shows(client.get(f"/desk/tickets/{ticket.reference}"))
    see(client, ticket)
    assert len(looked(session)) == 2, "a second look is another look"


def test_the_history_says_so_to_colleagues_only(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    do(session, ticket, "publish", member(session, "coordinator"))
    manager = as_(client, session, "manager")
    see(client, ticket)
    event = session.scalars(select(TicketEvent).where(TicketEvent.kind == "see_contact")).one()
    assert (event.public, event.actor_account_id, event.params) == (False, manager.id, {})
    said = session.scalars(select(EventText).where(EventText.event_id == event.id)).one()
    assert (said.body, said.public_body) == (REASON, None)
    as_(client, session, "officer")
    desk = client.get(f"/desk/tickets/{ticket.reference}?lang=en").text
    assert "Somebody looked at the reporter’s contact" in desk
    assert REASON in desk
    for public in (f"/tickets/{ticket.reference}", f"/api/v1/reports/{ticket.reference}"):
        text = client.application.test_client().get(f"{public}?lang=en").text
        assert "looked at" not in text
        assert REASON not in text


@pytest.mark.parametrize("reason", ["", " ", "vì cần", "x" * 301])
def test_without_a_reason_nothing_is_shown(
    client: FlaskClient, session: Session, ticket: Ticket, reason: str
) -> None:
    as_(client, session, "manager")
    answer = see(client, ticket, reason)
    assert answer.status_code == 422
    assert 'id="reason-error"' in answer.text
    assert not shows(answer)
    assert looked(session) == []


def test_a_reason_keeps_no_number(client: FlaskClient, session: Session, ticket: Ticket) -> None:
    as_(client, session, "manager")
    see(client, ticket, "Gọi số 0987 654 321 để hỏi thêm")
    assert looked(session)[0][3] == "Gọi số […] để hỏi thêm"


def test_who_only_wants_news_is_not_shown(client: FlaskClient, session: Session) -> None:
    news = ContactInput(phone=PHONE, consent=("updates",))
    ticket = a_ticket(session, contact=news)
    as_(client, session, "manager")
    assert "<textarea" not in client.get(page(ticket)).text
    answer = see(client, ticket)
    assert answer.status_code == 409
    assert not shows(answer)
    assert looked(session) == []


def test_what_the_category_asks_for_is_asked_for_questions(
    client: FlaskClient, session: Session
) -> None:
    ticket = a_ticket(session, contact=ContactInput(phone=PHONE, name=NAME))
    as_(client, session, "manager")
    assert see(client, ticket).status_code == 409
    session.get_one(Category, ticket.category_code).contact_policy = "name_and_phone"
    session.commit()
    assert shows(see(client, ticket))


@pytest.mark.parametrize("left", ["contact", "consent", "everything"])
def test_what_was_taken_back_stays_away(
    client: FlaskClient, session: Session, ticket: Ticket, left: str
) -> None:
    report = reports_of(session, ticket.id)[0]
    if left == "contact":
        end_contact(session, report, now=now())
    elif left == "consent":
        end_consent(session, report, "questions", now=now())
    else:
        do(session, ticket, "accept", member(session))
        erase(session, report, now=now())
    session.commit()
    session.refresh(ticket)
    as_(client, session, "manager")
    answer = see(client, ticket)
    assert answer.status_code == 409
    assert not shows(answer)
    assert looked(session) == []


def test_everybody_who_reported_it_and_agreed_is_shown(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    other, silent = "+84987654321", "+84911111111"
    for phone, consent in ((other, ("questions",)), (silent, ("updates",))):
        contact = ContactInput(phone=phone, consent=consent)
        added = command(category=ticket.category_code, text="Tôi cũng thấy", contact=contact)
        join(session, added, ticket, now=now())
    session.commit()
    as_(client, session, "manager")
    text = see(client, ticket).text
    assert (PHONE in text, other in text, silent in text) == (True, True, False)
    assert len(looked(session)) == 1


def test_never_to_the_agency_that_the_report_is_about(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    ticket.about_agency_code = ticket.agency_code
    session.commit()
    as_(client, session, "manager")
    answer = client.post
    assert "<textarea" not in client.get(page(ticket)).text
    answer = see(client, ticket)
    assert answer.status_code == 409
    assert not shows(answer)


def test_never_of_what_may_be_a_denunciation(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    ticket.legal_kind, ticket.private = "denunciation", True
    session.commit()
    as_(client, session, "manager")
    assert see(client, ticket).status_code == 409
    assert looked(session) == []


def test_not_after_the_work(client: FlaskClient, session: Session, ticket: Ticket) -> None:
    ticket.status = "closed"
    session.commit()
    as_(client, session, "manager")
    assert see(client, ticket).status_code == 409


def test_the_coordinator_sees_it_in_triage_only(client: FlaskClient, session: Session) -> None:
    sorted_already = a_ticket(session, contact=QUESTIONS)
    triage = a_ticket(session, category="other", area=None, contact=QUESTIONS)
    as_(client, session, "coordinator")
    assert see(client, sorted_already).status_code == 409
    assert shows(see(client, triage))


def test_who_was_called_on_duty_sees_it(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session, contact=QUESTIONS, urgent=True)
    officer = as_(client, session)
    assert see(client, ticket).status_code == 409
    session.add(UrgentCall(ticket_id=ticket.id, account_id=officer.id, step=1, called_at=now()))
    session.commit()
    assert shows(see(client, ticket))


def test_it_is_no_act_of_the_usual_form(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session, "manager")
    answer = act(client, ticket, "see_contact", text=REASON)
    assert answer.status_code == 404
    assert not shows(answer)


def test_the_oversight_agency_and_the_administrator_read_who_looked(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    manager = as_(client, session, "manager")
    see(client, ticket)
    assert client.get("/desk/looks").status_code == 403
    assert "/desk/looks" not in client.get("/desk/account").text
    watch = session.scalars(select(Agency.code).where(Agency.duty == "oversight")).one()
    for role, agency, path in (
        ("manager", watch, "/desk/looks"), ("officer", watch, "/desk/looks"),
        ("administrator", None, "/admin/looks"),
    ):  # fmt: skip
        as_(client, session, role, agency)
        text = client.get(f"{path}?lang=en").text
        assert f"Reporter’s contact: {ticket.reference}" in text
        assert manager.email in text
        assert REASON in text
        assert PHONE not in text
    as_(client, session, "manager", watch)
    assert "/desk/looks" in client.get("/desk/account").text
    as_(client, session, "crew", watch)
    assert client.get("/desk/looks").status_code == 403


def test_another_agency_does_not_learn_of_it(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session, "manager", communes(session)[1].code)
    assert client.get(page(ticket)).status_code == 404
    assert see(client, ticket).status_code == 404
    assert client.get("/desk/contacts/QN-26-222222").status_code == 404
