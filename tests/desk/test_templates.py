"""Reply templates: kept by managers, filled for a ticket, never sent with a gap."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.agencies.models import ReplyTemplate
from app.agencies.placeholders import fill, fits, unknown
from app.agencies.queries import coordinator
from app.core.time import now
from app.tickets.models import Ticket
from tests.desk import scene
from tests.desk.scene import a_ticket, act, as_, do, enter, member
from tests.factories.tickets import WARD, WARD_AREA

ADDRESS = "/desk/reply-templates"
WARD_2 = "UBND-06673"
VI = "{agency} đã nhận phiếu {reference}, xong trước {due}."


@pytest.fixture
def ticket(session: Session) -> Ticket:
    found = a_ticket(session, category="waste", area=WARD_AREA)
    assert found.agency_code == WARD
    return found


def kept(session: Session, agency: str = WARD, name: str = "Đã nhận", **more: object) -> int:
    values = {"category_code": None, "texts": {"vi": VI}, **more}
    row = ReplyTemplate(
        agency_code=agency, name=name, kept_by=member(session).id, kept_at=now(), **values
    )
    session.add(row)
    session.flush()
    return row.id


def post(client: FlaskClient, path: str, form: dict[str, str]) -> TestResponse:
    return scene.post(client, ADDRESS + path, **form)


def offered(client: FlaskClient, ticket: Ticket) -> set[str]:
    text = client.get(f"/desk/tickets/{ticket.reference}").text
    chooser = re.search(r'name="template">.*?</select>', text, re.DOTALL)
    return set(re.findall(r'value="([^"]+)"', chooser[0])) if chooser else set()


def test_gaps_are_filled_whole_or_not_at_all() -> None:
    values = {"agency": "Phường", "reference": "QN-1", "due": ""}
    assert not fits(VI, values)
    assert fits(VI, values | {"due": "mai"})
    assert fill(VI, values | {"due": "mai"}) == "Phường đã nhận phiếu QN-1, xong trước mai."
    assert unknown("{agency} {name} { due } {}") == ["name"]


def test_a_manager_keeps_changes_and_removes(client: FlaskClient, session: Session) -> None:
    as_(client, session, "manager", WARD)
    form = {"name": "Đã nhận", "agency": WARD, "text.vi": VI, "text.en": ""}
    assert post(client, "", form).status_code == 303
    row = session.scalars(select(ReplyTemplate)).one()
    assert (row.name, row.texts, row.category_code) == ("Đã nhận", {"vi": VI}, None)
    assert post(client, f"/{row.id}", form | {"category": "waste"}).status_code == 303
    session.expire_all()
    assert session.scalars(select(ReplyTemplate)).one().category_code == "waste"
    assert post(client, "", form).status_code == 422, "the name is taken"
    assert post(client, f"/{row.id}/drop", {}).status_code == 303
    assert session.scalars(select(ReplyTemplate)).all() == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": " "}, "Vui lòng đặt tên"),
        ({"text.vi": ""}, "Vui lòng nhập nội dung"),
        ({"text.vi": "Chào {name}"}, "{name}"),
        ({"agency": WARD_2}, "Vui lòng chọn"),
        ({"category": "nothing"}, "Vui lòng chọn"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    client: FlaskClient, session: Session, wrong: dict[str, str], told: str
) -> None:
    as_(client, session, "manager", WARD)
    form = {"name": "Mẫu A", "agency": WARD, "text.vi": "Xin cảm ơn ông bà."} | wrong
    answer = post(client, "", form)
    assert answer.status_code == 422
    assert told in answer.text
    assert form["text.vi"] in answer.text
    assert session.scalars(select(ReplyTemplate)).all() == []


def test_another_agencys_cannot_be_touched(client: FlaskClient, session: Session) -> None:
    number = kept(session, WARD_2)
    as_(client, session, "manager", WARD)
    form = {"name": "Mẫu A", "agency": WARD, "text.vi": "Xin cảm ơn."}
    assert post(client, f"/{number}", form).status_code == 404
    assert post(client, f"/{number}/drop", {}).status_code == 404
    assert session.get_one(ReplyTemplate, number).texts == {"vi": VI}


def test_an_officer_is_offered_what_fits(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    office = coordinator(session).code
    numbers = [
        kept(session),
        kept(session, name="Rác", category_code="waste"),
        kept(session, office, "Chung", texts={"vi": "Xin cảm ơn.", "en": "Thank you."}),
        kept(session, name="Đường", category_code="road"),
        kept(session, WARD_2, "Nơi khác"),
    ]
    as_(client, session, "officer", WARD)
    assert offered(client, ticket) - {""} == {
        f"{numbers[0]}:vi", f"{numbers[1]}:vi", f"{numbers[2]}:vi", f"{numbers[2]}:en"
    }  # fmt: skip


def test_a_choice_fills_the_form_and_does_nothing(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    number = kept(session)
    officer = member(session, "officer", WARD)
    do(session, ticket, "accept", officer)
    enter(client, session, officer)
    before = ticket.row_version
    answer = act(client, ticket, "answer", code="explained", template=f"{number}:vi", fill="1")
    assert answer.status_code == 200
    words = re.search(r'<textarea id="answer-text"[^>]*>([^<]*)<', answer.text)
    assert words is not None
    assert ticket.reference in words[1]
    assert "{" not in words[1]
    assert re.search(r'<option value="explained" selected', answer.text)
    session.refresh(ticket)
    assert (ticket.status, ticket.row_version) == ("in_progress", before)
    unknown_one = act(client, ticket, "answer", text="Chào", template="0:vi", fill="1")
    assert unknown_one.status_code == 422
    assert ">Chào</textarea>" in unknown_one.text


def test_a_gap_is_never_sent(client: FlaskClient, session: Session, ticket: Ticket) -> None:
    officer = member(session, "officer", WARD)
    do(session, ticket, "accept", officer)
    enter(client, session, officer)
    answer = act(client, ticket, "answer", code="explained", text="Xong trước {due}.")
    assert answer.status_code == 422
    assert "{due}" in answer.text
    session.refresh(ticket)
    assert ticket.status == "in_progress"
