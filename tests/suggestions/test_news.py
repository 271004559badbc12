"""What authors and supporters hear of a suggestion's steps, and what nobody hears of a hidden one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.schemas import ContactInput
from app.core.time import now
from app.following import service as following
from app.notifications.compose import compose
from app.notifications.models import Delivery
from app.notifications.recipients.base import Unwanted
from app.notifications.service import fan_out_pending
from app.reports.models import Report
from app.reports.service import add_contact
from app.reports.service.voice import withdraw
from app.tickets.models import Ticket
from tests.desk.scene import do, member
from tests.factories.tickets import DAY
from tests.suggestions.scene import answered, published


def report_of(session: Session, ticket: Ticket) -> Report:
    return session.scalars(select(Report).where(Report.ticket_id == ticket.id)).one()


def followed(session: Session, ticket: Ticket) -> Ticket:
    follower = following.ask(session, ticket, "lan@people.example", lang="en", now=now())
    assert follower is not None
    following.confirm(session, follower, now=now())
    session.commit()
    return ticket


def told(session: Session, who: str, template: str) -> str:
    """The message of a kind to a kind of recipient; why there is none."""
    while fan_out_pending(session, now=now()):
        pass
    mine = Delivery.recipient.like(f"{who}:%"), Delivery.template == template
    row = session.scalars(select(Delivery).where(*mine)).one()
    try:
        return compose(session, row, at=now()).body
    except Unwanted as unwanted:
        return unwanted.code


def test_a_later_date_that_is_set_in_time_is_no_apology(session: Session) -> None:
    ticket = published(session)
    contact = ContactInput(email="hoa@people.example", consent=("updates",))
    add_contact(session, report_of(session, ticket), contact, now=now())
    officer = member(session, "officer", ticket.agency_code)
    assert ticket.outcome_due_at is not None
    later = ticket.outcome_due_at + 5 * DAY
    do(session, ticket, "extend", officer, text="Cần khảo sát thêm", until=later)
    body = told(session, "report", "new_date")
    assert "xin lỗi" not in body.lower()
    assert "cần thêm thời gian" in body
    assert "Cần khảo sát thêm" in body


def test_supporters_hear_of_the_next_step(session: Session) -> None:
    ticket = followed(session, answered(session))
    boss = member(session, "manager", ticket.agency_code)
    do(session, ticket, "milestone", boss, text="Chọn mẫu ghế", until=now() + 40 * DAY)
    body = told(session, "follower", "followed_step")
    assert "has named the next step" in body
    assert "Chọn mẫu ghế" in body


def test_supporters_hear_that_it_was_withdrawn(session: Session) -> None:
    ticket = followed(session, published(session))
    withdraw(session, report_of(session, ticket), now=now())
    session.commit()
    body = told(session, "follower", "followed_withdrawn")
    assert "has withdrawn the suggestion" in body
    assert ticket.reference in body


def test_nobody_hears_what_was_answered_to_a_hidden_one(session: Session) -> None:
    ticket = followed(session, published(session))
    do(session, ticket, "hide", member(session, "screener"), code="advertising")
    boss = member(session, "manager", ticket.agency_code)
    do(session, ticket, "answer", boss, code="not_accepted", text="Ghế của công ty Phúc Lộc.")
    assert told(session, "follower", "followed_outcome") == "not_public"
