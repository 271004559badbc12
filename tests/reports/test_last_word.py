"""The reporter's last word: done or not, with a photo; how content; what the third dispute does."""

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Rejection
from app.core.time import now
from app.reports import service
from app.reports.links import follow_signature
from app.reports.models import Rating, Report, ReportPhoto
from app.tickets.models import Ticket
from app.tickets.queries import events_of, last_outcome
from app.tickets.service import scans
from app.tickets.verify import Checked, problems
from app.tickets.words.timeline import lines
from tests.desk.scene import FORM, a_ticket, do, member
from tests.media.pictures import picture

LATER = timedelta(minutes=1)


@pytest.fixture
def ticket(session: Session) -> Ticket:
    found = a_ticket(session)
    answer(session, found)
    return found


@pytest.fixture
def report(session: Session, ticket: Ticket) -> Report:
    return session.scalars(select(Report).where(Report.ticket_id == ticket.id)).one()


def answer(session: Session, ticket: Ticket) -> None:
    do(session, ticket, "answer", member(session, "manager"), code="explained", text="Đã kiểm tra.")


def page(ticket: Ticket, report: Report, act: str = "") -> str:
    return f"/follow/{ticket.reference}/{follow_signature(report)}{act}"


def ratings(session: Session, report: Report) -> list[str]:
    query = select(Rating).where(Rating.report_id == report.id)
    rows = session.scalars(query.order_by(Rating.outcome_event_id))
    return [row.value for row in rows]


def test_one_question_and_then_how_content(
    client: FlaskClient, session: Session, ticket: Ticket, report: Report
) -> None:
    shown = client.get(page(ticket, report) + "?lang=vi").text
    assert "Việc này đã xong chưa?" in shown
    assert "Đã xong" in shown
    assert "Chưa xong" in shown
    sent = client.post(page(ticket, report, "/rate"), data={"rating": "satisfied"}, headers=FORM)
    assert sent.status_code == 303
    assert ratings(session, report) == ["satisfied"]
    again = client.get(page(ticket, report) + "?lang=en&done=rate").text
    assert 'value="satisfied" checked' in again
    assert "Thank you for your rating." in again
    assert [line.detail for line in lines(session, ticket)][-1] in {"Satisfied", "Hài lòng"}
    assert list(problems(session, now(), Checked())) == []


def test_the_last_word_of_an_outcome_counts_and_the_same_again_is_nothing(
    session: Session, ticket: Ticket, report: Report
) -> None:
    service.rate(session, report, "satisfied", now=now())
    before = len(events_of(session, ticket.id))
    service.rate(session, report, "satisfied", now=now())
    assert len(events_of(session, ticket.id)) == before
    service.rate(session, report, "dissatisfied", now=now())
    assert ratings(session, report) == ["dissatisfied"]
    assert len(events_of(session, ticket.id)) == before + 1


def test_each_outcome_has_its_own_rating(session: Session, ticket: Ticket, report: Report) -> None:
    service.rate(session, report, "dissatisfied", now=now())
    first = last_outcome(session, ticket.id)
    service.dispute(session, report, "unclear", "Chưa rõ", now=now())
    with pytest.raises(Conflict):
        service.rate(session, report, "satisfied", now=now())
    answer(session, ticket)
    second = last_outcome(session, ticket.id)
    assert first is not None
    assert second is not None
    assert second.id > first.id
    service.rate(session, report, "acceptable", now=now())
    assert ratings(session, report) == ["dissatisfied", "acceptable"]


@pytest.mark.parametrize("value", ["", "5", "SATISFIED", "satisfied\0"])
def test_another_value_is_refused(
    client: FlaskClient, session: Session, ticket: Ticket, report: Report, value: str
) -> None:
    with pytest.raises(Rejection):
        service.rate(session, report, value, now=now())
    client.set_cookie("lang", "en")
    sent = client.post(page(ticket, report, "/rate"), data={"rating": value}, headers=FORM)
    if value != "satisfied\0":  # what nobody can see is taken out at the edge
        assert sent.status_code == 422
        assert "Please choose one of the answers." in sent.text


def test_nothing_is_rated_before_an_outcome(session: Session) -> None:
    ticket = a_ticket(session)
    report = session.scalars(select(Report).where(Report.ticket_id == ticket.id)).one()
    with pytest.raises(Conflict):
        service.rate(session, report, "satisfied", now=now())


def test_after_closing_there_are_thirty_days(
    session: Session, ticket: Ticket, report: Report
) -> None:
    closed = now() + timedelta(days=7, minutes=1)
    scans.expire(session, now=closed)
    session.refresh(ticket)
    assert ticket.status == "closed"
    service.rate(session, report, "acceptable", now=closed + timedelta(days=30))
    with pytest.raises(Conflict) as refused:
        service.rate(session, report, "satisfied", now=closed + timedelta(days=30, seconds=1))
    assert refused.value.code == "too_late"
    assert ratings(session, report) == ["acceptable"]


def test_a_dispute_brings_a_photo_long_after_the_report(
    client: FlaskClient, session: Session, ticket: Ticket, report: Report
) -> None:
    report.received_at -= timedelta(days=30)
    session.flush()
    form = {"code": "not_done", "text": "Vẫn còn", "evidence": (io.BytesIO(picture()), "a.jpg")}
    sent = client.post(page(ticket, report, "/dispute"), data=form, headers=FORM)
    assert sent.status_code == 303
    session.refresh(ticket)
    assert ticket.status == "in_progress"
    assert len(session.scalars(select(ReportPhoto)).all()) == 1
    assert ticket.content == "pending"  # looked at before anybody else sees it


def test_a_photo_that_is_none_is_told_at_its_field_and_the_words_stay(
    client: FlaskClient, session: Session, ticket: Ticket, report: Report
) -> None:
    form = {"code": "not_done", "text": "Vẫn còn", "evidence": (io.BytesIO(b"no"), "a.jpg")}
    client.set_cookie("lang", "en")
    sent = client.post(page(ticket, report, "/dispute"), data=form, headers=FORM)
    assert sent.status_code == 422
    assert "Vẫn còn" in sent.text
    assert "#evidence" in sent.text
    session.refresh(ticket)
    assert ticket.status == "answered"


def test_the_third_dispute_goes_up_and_the_page_says_so(
    client: FlaskClient, session: Session, ticket: Ticket, report: Report
) -> None:
    for _ in range(2):
        shown = client.get(page(ticket, report) + "?lang=en").text
        assert "The agency has to deal with it again, and answers you anew." in shown
        service.dispute(session, report, "not_done", "", now=now())
        answer(session, ticket)
    assert "You have disagreed twice." in client.get(page(ticket, report) + "?lang=en").text
    service.dispute(session, report, "not_done", "", now=now())
    after = client.get(page(ticket, report) + "?lang=en&done=dispute").text
    assert "It was disputed three times." in after
    assert "The agency above looks at it and decides." in after
    session.refresh(ticket)
    assert ticket.status == "answered"


def test_who_took_the_report_back_rates_nothing(
    session: Session, ticket: Ticket, report: Report
) -> None:
    report.withdrawn_at = now()
    session.flush()
    with pytest.raises(Conflict):
        service.rate(session, report, "satisfied", now=now())
