"""What nobody may gain by timing: words, questions and dates of a suggestion."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.reach.blind import contact_key
from app.core.errors import Conflict, NotFound, Rejection
from app.core.time import now
from app.following import service as following
from app.reports.models import Report
from app.reports.service.voice import ask_reopen
from app.suggestions.queries import shown_texts, title_of
from app.suggestions.queues import to_screen
from app.suggestions.schemas import Written
from app.suggestions.service import amend, support
from app.tickets.models import Suggestion, Ticket
from app.tickets.service import expire
from app.tickets.verify import Checked, problems
from tests.desk.scene import a_ticket, do, member
from tests.factories.tickets import DAY
from tests.suggestions.scene import TEXT, TITLE, answered, published, suggested

OTHER = Written(title="Một đề xuất hoàn toàn khác", text="Nội dung hoàn toàn khác với trước." * 2)


def report_of(session: Session, ticket: Ticket) -> Report:
    return session.scalars(select(Report).where(Report.ticket_id == ticket.id)).one()


def test_who_supports_a_text_supports_that_text(session: Session) -> None:
    """Written before the first support, read after it: it stands below."""
    ticket = published(session)
    amend(session, report_of(session, ticket), OTHER, now=now())
    support(session, ticket, [contact_key("email", "v@example.invalid")], now=now())
    do(session, ticket, "publish", member(session, "screener"))
    session.expire_all()
    version, addenda = shown_texts(session, ticket.id)
    assert version is not None
    assert (version.public_title, version.public_body) == (TITLE, TEXT)
    assert [row.public_body for row in addenda] == [OTHER.text]
    assert session.get_one(Suggestion, ticket.id).title == TITLE


def test_what_is_hidden_is_hidden_everywhere(session: Session) -> None:
    ticket = published(session)
    assert title_of(session, ticket) == TITLE
    do(session, ticket, "hide", member(session, "screener"), code="advertising")
    assert title_of(session, ticket) == ""
    with pytest.raises(NotFound):
        following.ask(session, ticket, "f@example.invalid", lang="vi", now=now())
    amend(session, report_of(session, ticket), OTHER, now=now())
    assert ticket.id in {row.id for row, _its in to_screen(session, 50).rows}


def test_what_was_refused_does_not_become_public_without_an_answer(session: Session) -> None:
    screener = member(session, "screener")
    ticket = do(session, suggested(session), "refuse", screener, code="unlawful", text="Trái luật.")
    do(session, ticket, "hide", screener, code="advertising")
    with pytest.raises(Conflict):
        do(session, ticket, "publish", screener)


def test_a_question_comes_before_the_next_step(session: Session) -> None:
    ticket = answered(session)
    manager = member(session, "manager", ticket.agency_code)
    do(session, ticket, "milestone", manager, text="Chọn mẫu", until=now() + 30 * DAY)
    ask_reopen(session, report_of(session, ticket), None, "Chưa rõ khi nào làm", now=now())
    for verb, more in (("deliver", {}), ("milestone", {"until": now() + 40 * DAY}), ("drop", {})):
        with pytest.raises(Conflict) as refused:
            do(session, ticket, verb, manager, text="Đã lắp 20 ghế.", **more)
        assert refused.value.code == "question_waits"
    assert expire(session, now=now() + 700 * DAY) == 0
    do(session, ticket, "uphold", manager, text="Sẽ làm trong quý tới.")
    do(session, ticket, "deliver", manager, text="Đã lắp 20 ghế.")
    assert ticket.status == "delivered"
    session.commit()
    assert list(problems(session, now(), Checked())) == []


def test_a_step_that_is_never_taken_expires(session: Session) -> None:
    ticket = answered(session)
    manager = member(session, "manager", ticket.agency_code)
    with pytest.raises((Conflict, Rejection)) as refused:
        do(session, ticket, "milestone", manager, text="Chọn mẫu", until=now() + 4000 * DAY)
    assert refused.value.code == "date_too_far"
    do(session, ticket, "milestone", manager, text="Chọn mẫu", until=now() + 30 * DAY)
    session.commit()
    assert expire(session, now=now() + 31 * DAY) == 0
    assert expire(session, now=now() + 400 * DAY) == 1
    assert ticket.status == "expired"


def test_a_suggestions_codes_are_no_reasons_of_a_report(session: Session) -> None:
    ticket = a_ticket(session)
    officer = member(session, "officer", ticket.agency_code)
    with pytest.raises(Rejection):
        do(session, ticket, "return", officer, code="unclear", text="Không rõ.")
