"""Words that a reporter adds without being asked; ratings that are kept, seen and erased."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.time import now
from app.notifications.models import Delivery
from app.notifications.service import fan_out_pending
from app.reports import service
from app.reports.models import Rating, Report
from app.reports.service.voice import MOST_WORDS_A_DAY
from app.tickets.models import EventText, Ticket
from app.tickets.queries import events_of
from app.tickets.verify import Checked, problems
from app.tickets.words.timeline import lines
from tests.desk.scene import FORM, a_ticket, do, member
from tests.factories.tickets import report_of, resolve
from tests.reports.test_joined import merged
from tests.reports.test_talk import page


@pytest.fixture
def ticket(session: Session) -> Ticket:
    return a_ticket(session)


@pytest.fixture
def report(session: Session, ticket: Ticket) -> Report:
    return report_of(session, ticket)


def test_words_are_added_masked_and_wait_for_the_check(
    client: FlaskClient, session: Session, ticket: Ticket, report: Report
) -> None:
    do(session, ticket, "publish", member(session, "screener"))
    client.set_cookie("lang", "en")
    assert 'for="words"' in client.get(page(ticket, report)).text
    sent = client.post(
        page(ticket, report, "/words"),
        data={"words": "Nước đã tràn ra đường, gọi 0912345678"},
        headers=FORM,
    )
    assert sent.status_code == 303
    last = events_of(session, ticket.id)[-1]
    assert (last.kind, last.actor_role) == ("comment", "reporter")
    written = session.get_one(EventText, last.id)
    assert "0912345678" in (written.body or "")
    assert "0912345678" not in (written.public_body or "")
    assert "tràn ra đường" in (written.public_body or "")
    session.refresh(ticket)
    assert ticket.content == "pending"
    public = client.get(f"/tickets/{ticket.reference}").text
    assert "tràn ra đường" not in public
    own = client.get(page(ticket, report) + "?done=words").text
    assert "the agency has been told" in own
    assert "tràn ra đường" in own
    staff = [line.text for line in lines(session, ticket, audience="staff")]
    assert "Nước đã tràn ra đường, gọi 0912345678" in staff
    assert list(problems(session, now(), Checked())) == []


def test_the_agency_is_told_without_the_words(
    session: Session, ticket: Ticket, report: Report
) -> None:
    fan_out_pending(session, now=now())
    service.add_words(session, report, "Vẫn còn đó", now=now())
    fan_out_pending(session, now=now())
    query = select(Delivery).where(Delivery.template == "agency_words")
    told = session.scalars(query).all()
    assert [row.recipient for row in told] == [f"agency:{ticket.agency_code}"]
    assert all("Vẫn còn đó" not in str(row.params) for row in told)


def test_words_that_are_not_to_be_published_have_no_public_copy(
    session: Session, ticket: Ticket, report: Report
) -> None:
    service.keep_private(session, report, now=now())
    service.add_words(session, report, "Chỉ cho cơ quan", now=now())
    written = session.get_one(EventText, events_of(session, ticket.id)[-1].id)
    assert (written.body, written.public_body) == ("Chỉ cho cơ quan", None)


@pytest.mark.parametrize(("words", "status"), [("", 409), ("x" * 4001, 422)])
def test_what_cannot_be_taken_is_told_at_its_field(
    client: FlaskClient, ticket: Ticket, report: Report, words: str, status: int
) -> None:
    client.set_cookie("lang", "en")
    sent = client.post(page(ticket, report, "/words"), data={"words": words}, headers=FORM)
    assert sent.status_code == status
    assert 'id="words-error"' in sent.text
    assert words in sent.text


def test_nothing_is_added_to_what_is_done_or_by_who_took_it_back(
    client: FlaskClient, session: Session, ticket: Ticket, report: Report
) -> None:
    resolve(session, ticket, at=now())
    with pytest.raises(Conflict) as late:
        service.add_words(session, report, "Thêm", now=now())
    assert late.value.code == "too_late"
    assert "/words" not in client.get(page(ticket, report)).text
    other = a_ticket(session)
    gone = report_of(session, other)
    service.erase(session, gone, now=now())
    with pytest.raises(Conflict):
        service.add_words(session, gone, "Thêm", now=now())


def test_there_is_a_limit_for_each_report_and_day(
    session: Session, ticket: Ticket, report: Report
) -> None:
    at = now()
    for number in range(MOST_WORDS_A_DAY):
        service.add_words(session, report, f"Lần {number}", now=at)
    with pytest.raises(Conflict) as enough:
        service.add_words(session, report, "Nữa", now=at + timedelta(hours=23))
    assert enough.value.code == "enough_today"
    neighbour = report_of(session, a_ticket(session))
    service.add_words(session, neighbour, "Người khác", now=at)
    service.add_words(session, report, "Ngày mai", now=at + timedelta(days=1))
    assert len(events_of(session, ticket.id)) > MOST_WORDS_A_DAY


def test_words_of_who_was_merged_go_where_the_work_goes_on(session: Session) -> None:
    mine, other = merged(session)
    service.add_words(session, report_of(session, mine), "Ở đây cũng vậy", now=now())
    last = events_of(session, other.id)[-1]
    assert (last.kind, last.actor_role) == ("comment", "joined_reporter")
    assert list(problems(session, now(), Checked())) == []


def test_who_was_merged_rates_the_outcome_of_the_other_ticket(
    client: FlaskClient, session: Session
) -> None:
    mine, other = merged(session)
    resolve(session, other, at=now())
    session.commit()
    reports = [report_of(session, mine), report_of(session, other)]
    for report, at, value in zip(
        reports, (mine, other), ("satisfied", "dissatisfied"), strict=True
    ):
        sent = client.post(page(at, report, "/rate"), data={"rating": value}, headers=FORM)
        assert sent.status_code == 303
    rows = session.scalars(select(Rating).order_by(Rating.report_id)).all()
    assert {row.report_id: row.value for row in rows} == {
        reports[0].id: "satisfied",
        reports[1].id: "dissatisfied",
    }
    assert len({row.outcome_event_id for row in rows}) == 1
    rated = [event.actor_role for event in events_of(session, other.id) if event.kind == "rate"]
    assert rated == ["joined_reporter", "reporter"]
    assert list(problems(session, now(), Checked())) == []


def test_ratings_are_shown_and_erased(
    client: FlaskClient, session: Session, ticket: Ticket, report: Report
) -> None:
    resolve(session, ticket, at=now())
    service.rate(session, report, "dissatisfied", now=now())
    session.commit()
    client.set_cookie("lang", "vi")
    shown = client.get(page(ticket, report, "/kept")).text
    assert "Đánh giá <time" in shown
    assert "Chưa hài lòng" in shown
    file = client.get(page(ticket, report, "/kept.json")).get_json()
    assert [entry["code"] for entry in file["ratings"]] == ["dissatisfied"]
    service.erase(session, report, now=now())
    assert session.scalars(select(Rating)).all() == []
    assert client.get(page(ticket, report, "/kept.json")).get_json()["ratings"] == []
