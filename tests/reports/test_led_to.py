"""One question tells feedback on rules from staff conduct: another category, owner and clock."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.catalog import queries
from app.catalog.likely import likely_categories
from app.catalog.models import Category, ServiceTarget
from app.core.errors import Rejection
from app.core.words.i18n import pick, use_language
from app.reports.answers import subject_of
from app.reports.models import Report
from app.reports.queries import sure_texts
from app.reports.service import submit
from app.residents.outlook import outlook_words, question_of
from app.tickets.models import Ticket
from tests.desk.scene import FORM
from tests.factories.tickets import (
    DAY,
    HOUR,
    MONDAY,
    WARD,
    command,
    count,
    routed_ticket,
    submitted,
)

RULES = {"matter": "rules"}


@pytest.fixture
def rewritten(session: Session) -> Iterator[Callable[..., Category]]:
    """Gives the category other questions, until the test ends."""

    def write(*questions: dict[str, object]) -> Category:
        row = session.get_one(Category, "admin")
        row.questions = list(questions)
        flag_modified(row, "questions")
        session.flush()
        queries.forget_kept()
        return queries.category(session, "admin")

    yield write
    queries.forget_kept()


def test_the_ticket_is_what_the_answer_says_and_the_report_what_was_chosen(
    session: Session,
) -> None:
    done = submitted(session, category="admin", answers=RULES | {"file_number": "H-1"})
    assert done.ticket.category_code == "procedures"
    assert done.ticket.severity_code == "normal"
    assert done.report.category_code == "admin"
    assert done.report.answers == RULES | {"file_number": "H-1"}


@pytest.mark.parametrize("answers", [{}, {"matter": "conduct"}, {"matter": "file"}, {"rules": "x"}])
def test_any_other_answer_and_none_leave_it_where_it_was(session: Session, answers) -> None:
    assert submitted(session, category="admin", answers=answers).ticket.category_code == "admin"


def test_it_has_its_own_owner_and_clock(session: Session) -> None:
    conduct = routed_ticket(session, category="admin", answers={"matter": "conduct"})
    rules = routed_ticket(session, category="admin", answers=RULES)
    assert (conduct.agency_code, rules.agency_code) == ("TTPVHCC", "VP-UBND")
    for ticket in (conduct, rules):
        target = session.get_one(ServiceTarget, ticket.target_id)
        assert target.category_code == ticket.category_code
    assert rules.first_reply_due_at is not None
    assert conduct.first_reply_due_at is not None
    # Monday 9:00 on the wall: one working day, and two.
    assert conduct.first_reply_due_at == MONDAY + DAY
    assert rules.first_reply_due_at == MONDAY + 2 * DAY
    assert rules.outcome_due_at is not None
    assert conduct.outcome_due_at is not None
    assert rules.outcome_due_at - conduct.outcome_due_at > 13 * DAY


@pytest.mark.parametrize("about", ["TTPVHCC", WARD, "VP-UBND"])
@pytest.mark.parametrize("matter", ["rules", "conduct"])
def test_nobody_gets_what_is_said_about_itself(session: Session, matter: str, about: str) -> None:
    ticket = routed_ticket(
        session, category="admin", answers={"matter": matter}, about_agency=about
    )
    assert ticket.agency_code not in (about, None)


def test_the_outlook_says_so_before(session: Session) -> None:
    body = {"category": "admin", "answers": RULES}
    with use_language("en"):
        found = outlook_words(session, question_of(session, body), now=MONDAY)
        named = pick(session.get_one(Category, "procedures").names)
    assert found.agency == "Office of the Provincial People's Committee"
    assert named in found.reason
    assert found.outcome is not None
    ticket = routed_ticket(session, category="admin", answers=RULES, place=None)
    assert found.outcome.at == ticket.outcome_due_at


def test_nobody_is_offered_it(session: Session, client: FlaskClient) -> None:
    assert {row.code for row in queries.categories(session)} - {
        row.code for row in queries.offered(session)
    } == {"procedures"}
    page = client.get("/report").text
    assert 'value="admin"' in page
    assert 'value="procedures"' not in page
    assert 'value="rules"' in page
    found = likely_categories(session, "Kiến nghị bỏ thủ tục hành chính không hợp lý")
    assert "procedures" not in {row.code for row in found}
    # What is there can be found.
    assert 'value="procedures"' in client.get("/tickets").text


def test_its_words_teach_the_model_nothing(session: Session) -> None:
    for answers in (RULES, {"matter": "file"}):
        ticket = routed_ticket(session, category="admin", answers=answers)
        ticket.content, ticket.checked_at, ticket.confirmed = "published", MONDAY + HOUR, True
    session.flush()
    assert [category for _text, category, _lang in sure_texts(session)] == ["admin"]


@pytest.mark.parametrize(
    "answer", ["procedures", "RULES", "rules\x00", ["nothing", "rules"], "x" * 9_000]
)
def test_a_wrong_answer_is_refused(session: Session, answer) -> None:
    with pytest.raises(Rejection) as refused:
        submitted(session, category="admin", answers={"matter": answer})
    assert (refused.value.code, refused.value.field) == ("bad_answer", "answers.matter")
    assert count(session, Report) == 0


def test_of_one_answer_only_the_first_counts(session: Session) -> None:
    done = submitted(session, category="admin", answers={"matter": ["conduct", "rules"]})
    assert (done.ticket.category_code, done.report.answers) == ("admin", {"matter": "conduct"})


def test_the_same_sent_twice_is_one(session: Session) -> None:
    sent = command(category="admin", answers=RULES)
    first, again = (submit(session, sent, now=MONDAY) for _ in range(2))
    assert again.repeated
    assert again.ticket is first.ticket
    assert count(session, Ticket) == 1


def test_a_severity_that_is_called_for_is_kept(session: Session, rewritten) -> None:
    chosen = rewritten(
        {"code": "matter", "type": "one", "category": {"rules": "procedures"}},
        {"code": "hurt", "type": "yes_no", "severity": {"yes": "urgent"}},
    )
    calm = subject_of(session, chosen, {"matter": "rules", "hurt": "no"})
    hurt = subject_of(session, chosen, {"matter": "rules", "hurt": "yes"})
    assert (calm.category.code, calm.severity) == ("procedures", "normal")
    assert (hurt.category.code, hurt.severity) == ("procedures", "urgent")


def test_of_many_the_first_that_leads_on_counts_one_step(session: Session, rewritten) -> None:
    chosen = rewritten(
        {"code": "all", "type": "many", "category": {"a": "procedures", "b": "waste"}},
        {"code": "more", "type": "yes_no", "category": {"yes": "road"}},
    )
    found = subject_of(session, chosen, {"all": ["z", "b", "a"], "more": "yes"})
    assert found.category.code == "waste"


def test_what_is_gone_leads_nowhere(session: Session, rewritten) -> None:
    chosen = rewritten({"code": "q", "type": "yes_no", "category": {"yes": "gone"}})
    assert subject_of(session, chosen, {"q": "yes"}).category.code == "admin"


def test_by_the_plain_form_and_on_the_receipt(client: FlaskClient, session: Session) -> None:
    client.set_cookie("lang", "en")
    key = "3f0e7a52-8b1d-4c44-9f0a-1d2c3b4a5e6f"
    for step, form in (
        ("what", {"text": "Một loại giấy phải nộp hai lần", "category": "admin"}),
        ("details", {"answers.matter": "rules", "about_agency": "SXD"}),
    ):
        answer = client.post(f"/report/{key}/{step}", data=form, headers=FORM)
        assert answer.status_code == 303
    sent = client.post(f"/report/{key}/check", headers=FORM)
    ticket = session.scalars(select(Ticket)).one()
    assert (ticket.category_code, ticket.about_agency_code) == ("procedures", "SXD")
    receipt = client.get(sent.headers["Location"])
    assert receipt.status_code == 200
    assert "<strong>Rules and administrative procedures</strong>" in receipt.text


def test_a_wrong_answer_is_told_on_its_own_page(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")
    path = "/report/3f0e7a52-8b1d-4c44-9f0a-1d2c3b4a5e70"
    client.post(f"{path}/what", data={"text": "x", "category": "admin"}, headers=FORM)
    for wrong in ("procedures", "../rules"):
        answer = client.post(f"{path}/details", data={"answers.matter": wrong}, headers=FORM)
        assert answer.status_code == 422
        assert "This answer does not fit the question." in answer.text
