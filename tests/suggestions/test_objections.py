"""Somebody finds to be shown in a suggestion, or that it does not belong there."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.reach.blind import contact_key
from app.core.time import now
from app.rights.models import RightsRequest
from app.rights.service import decide
from app.suggestions.models import SuggestionReason
from app.suggestions.schemas import Written
from app.suggestions.service import amend, reasoning
from app.tickets.models import Suggestion, Ticket
from app.tickets.verify import Checked, problems
from tests.desk.scene import FORM, do, member
from tests.factories.tickets import coordinator
from tests.suggestions.scene import TEXT, TITLE, published, suggested
from tests.suggestions.test_fair import report_of

REASON = "Ông Tư ở số 5 ngồi ở đó cả ngày, không ai ngồi được."
NEWER = "Bản mới không nêu tên ai cả, chỉ xin thêm ghế đá."


def object_to(client: FlaskClient, ticket: Ticket, target: str) -> int:
    said = {"what": target, "text": "Bài này nêu tên tôi."}
    path = f"/tickets/{ticket.reference}/shows-me"
    return client.post(path, data=said, headers=FORM).status_code


def judged(session: Session, ticket: Ticket, outcome: str) -> None:
    row = session.scalars(select(RightsRequest).where(RightsRequest.ticket_id == ticket.id)).one()
    decide(session, row.id, outcome, "Không nhận ra ai.", actor=coordinator(session), now=now())
    session.commit()
    session.expire_all()


def test_words_that_their_author_replaced_are_nowhere(
    client: FlaskClient, session: Session
) -> None:
    ticket = suggested(session)
    amend(session, report_of(session, ticket), Written(title=TITLE, text=NEWER), now=now())
    do(session, ticket, "publish", member(session, "screener"))
    page = client.get(f"/tickets/{ticket.reference}/shows-me").text
    assert TEXT not in page
    assert NEWER in page
    assert object_to(client, ticket, "text:1") == 404


def test_a_suggestion_is_hidden_as_a_whole_until_a_person_decides(
    client: FlaskClient, session: Session
) -> None:
    ticket = published(session)
    page = f"/suggestions/{ticket.reference}"
    assert object_to(client, ticket, "text:1") == 303
    assert TEXT not in client.get(page).text
    for everywhere in (page, "/suggestions", f"/tickets/{ticket.reference}/shows-me"):
        assert TITLE not in client.get(everywhere).text, everywhere
    session.expire_all()
    assert session.get_one(Suggestion, ticket.id).publication == "hidden"
    judged(session, ticket, "refused")
    assert TEXT in client.get(page).text
    assert TITLE in client.get("/suggestions").text
    assert list(problems(session, now(), Checked())) == []


def test_what_a_screener_hid_meanwhile_stays_hidden(client: FlaskClient, session: Session) -> None:
    ticket = published(session)
    assert object_to(client, ticket, "text:1") == 303
    session.expire_all()
    screener = member(session, "screener")
    do(session, ticket, "publish", screener)
    do(session, ticket, "hide", screener, code="advertising")
    judged(session, ticket, "refused")
    assert TEXT not in client.get(f"/suggestions/{ticket.reference}").text


def test_what_was_refused_keeps_its_place_without_its_words(
    client: FlaskClient, session: Session
) -> None:
    screener = member(session, "screener")
    ticket = do(session, suggested(session), "refuse", screener, code="unclear", text="Chưa rõ.")
    page = f"/suggestions/{ticket.reference}"
    assert TEXT in client.get(page).text
    assert object_to(client, ticket, "text:1") == 303
    assert TEXT not in client.get(page).text
    judged(session, ticket, "refused")
    assert TEXT in client.get(page).text
    assert session.get_one(Suggestion, ticket.id).publication == "refused"


def test_a_reason_can_be_objected_to(client: FlaskClient, session: Session) -> None:
    ticket, other = published(session), published(session, title="Thêm ghế đá ở công viên")
    key = [contact_key("email", "g@example.invalid")]
    reasoning.say(session, ticket, key, "against", REASON, now=now())
    row = session.scalars(select(SuggestionReason)).one()
    session.commit()
    assert object_to(client, ticket, f"reason:{row.id}") == 404  # nobody has read it
    reasoning.judge(session, row.id, "publish", actor=coordinator(session), now=now())
    session.commit()
    page = f"/suggestions/{ticket.reference}"
    assert REASON in client.get(page).text
    assert f"reason:{row.id}" in client.get(f"/tickets/{ticket.reference}/shows-me").text
    assert object_to(client, other, f"reason:{row.id}") == 404
    assert object_to(client, ticket, f"reason:{row.id}") == 303
    shown = client.get(page).text
    assert REASON not in shown
    assert TEXT in shown
    judged(session, ticket, "refused")
    assert REASON in client.get(page).text
