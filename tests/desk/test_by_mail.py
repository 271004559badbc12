"""An agency without users works by links in its mail; who reads nothing is listed."""

import io
import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.agencies.models import Agency
from app.core.time import frozen
from app.notifications.compose import compose
from app.notifications.digest.unread import SILENCE, unread_agencies
from app.notifications.models import Delivery
from app.notifications.service import fan_out_pending
from app.tickets.mail_links import LIFE
from app.tickets.models import Ticket, TicketEvent
from app.tickets.queries import events_of
from tests.desk.scene import FORM, as_
from tests.factories.tickets import (
    DAY,
    HOUR,
    MONDAY,
    NEXT_WARD,
    WARD,
    act,
    coordinator,
    count,
    officer,
    routed_ticket,
    wrong,
)
from tests.media.pictures import picture


@pytest.fixture
def ticket(session: Session) -> Ticket:
    """A ticket of an agency where nobody can sign in."""
    made = routed_ticket(session)
    session.commit()
    return made


def mailed(session: Session, at: datetime = MONDAY) -> str:
    """The path of the link in the agency's newest message."""
    while fan_out_pending(session, now=at):
        pass
    query = Delivery.__table__.select().where(Delivery.recipient == f"agency:{WARD}")
    rows = session.execute(query.order_by(Delivery.id.desc())).all()
    message = compose(session, session.get_one(Delivery, rows[0].id), at=at)
    session.commit()
    found = re.search(r"http://localhost(/desk/\S+)", message.body)
    assert found is not None
    return found[1]


def seal(page: str, verb: str) -> dict[str, str]:
    """The hidden fields of a form."""
    form = page.split(f'/{verb}"', 1)[1].split("</form>", 1)[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def send(client: FlaskClient, path: str, verb: str, **fields: object) -> TestResponse:
    """Open the link and send one of its forms."""
    hidden = seal(client.get(path).text, verb)
    return client.post(f"{path}/{verb}", data={**hidden, **fields}, headers=FORM)


def test_opening_the_link_changes_nothing(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    path = mailed(session)
    assert path.startswith("/desk/by-mail/")
    before = count(session, TicketEvent)
    with frozen(MONDAY + HOUR):
        page = client.get(path)
    assert page.status_code == 200
    assert "Rác chất đống ba ngày" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert (count(session, TicketEvent), ticket.status) == (before, "assigned")


def test_it_is_accepted_and_resolved_by_mail(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    path = mailed(session)
    with frozen(MONDAY + HOUR):
        done = send(client, path, "accept")
        assert (done.status_code, done.location) == (303, f"{path}?done=accept")
        assert client.get(done.location).status_code == 200
        photo = {"photos": (io.BytesIO(picture()), "after.jpg")}
        done = send(client, path, "resolve", code="fixed", text="Đã dọn", **photo)
        assert done.status_code == 303, re.findall(r"<li>.*?</li>", done.text)
    session.refresh(ticket)
    last = events_of(session, ticket.id)[-1]
    assert (ticket.status, last.kind, last.agency_code) == ("resolved", "resolve", WARD)
    assert (last.actor_account_id, last.actor_role) == (None, "manager")
    assert wrong(session, MONDAY + HOUR) == []


def test_an_answer_needs_nobody_else(client: FlaskClient, session: Session, ticket: Ticket) -> None:
    assert session.get_one(Agency, WARD).approval != "none"
    path = mailed(session)
    with frozen(MONDAY + HOUR):
        assert send(client, path, "answer", code="explained", text="Vì vậy").status_code == 303
    session.refresh(ticket)
    assert ticket.status == "answered"


def test_a_return_needs_a_reason_and_ends_the_link(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    path = mailed(session)
    with frozen(MONDAY + HOUR):
        refused = send(client, path, "return", text="Không phải của chúng tôi")
        assert refused.status_code in (409, 422)
        assert "Không phải của chúng tôi" in refused.text
        done = send(client, path, "return", code="not_competent", text="Không phải")
        assert (done.status_code, done.location) == (303, "/desk/by-mail")
        assert client.get(done.location).status_code == 200
        assert client.get(path).status_code == 410
    session.refresh(ticket)
    assert (ticket.in_triage, ticket.transfers) == (True, 1)


def test_a_form_works_once_and_for_its_own_verb(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    path = mailed(session)
    with frozen(MONDAY + HOUR):
        hidden = seal(client.get(path).text, "accept")
        other = client.post(f"{path}/answer", data={**hidden, "code": "explained", "text": "x"},
                            headers=FORM)  # fmt: skip
        assert other.status_code == 409
        assert client.post(f"{path}/accept", data=hidden, headers=FORM).status_code == 303
        assert client.post(f"{path}/accept", data=hidden, headers=FORM).status_code == 409
        assert client.post(f"{path}/transfer", data=hidden, headers=FORM).status_code == 404
        cross = {"Sec-Fetch-Site": "cross-site"}
        assert client.post(f"{path}/accept", data=hidden, headers=cross).status_code == 403
    session.refresh(ticket)
    assert ticket.status == "in_progress"


def test_the_link_expires(client: FlaskClient, session: Session, ticket: Ticket) -> None:
    path = mailed(session)
    with frozen(MONDAY + LIFE):
        assert client.get(path).status_code == 200
    with frozen(MONDAY + LIFE + HOUR):
        assert client.get(path).status_code == 410
        assert client.post(f"{path}/accept", headers=FORM).status_code == 410
    assert ticket.status == "assigned"


def test_users_end_it(client: FlaskClient, session: Session, ticket: Ticket) -> None:
    path = mailed(session)
    officer(session, WARD)
    with frozen(MONDAY + HOUR):
        assert client.get(path).status_code == 410
    assert mailed(session) == f"/desk/tickets/{ticket.reference}"


def test_another_agency_ends_it(client: FlaskClient, session: Session, ticket: Ticket) -> None:
    path = mailed(session)
    boss = coordinator(session)
    act(session, ticket, "transfer", boss, agency_code=NEXT_WARD)
    with frozen(MONDAY + HOUR):
        assert client.get(path).status_code == 410


def test_a_guessed_link_opens_nothing(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    path = mailed(session)
    number, _, signature = path.rpartition("/")[2].partition(".")
    assert signature
    with frozen(MONDAY + HOUR):
        for code in (
            number,
            f"{number}.",
            f"{number}.{'s' * 22}",
            f"{int(number) - 1}.{signature}",
        ):
            assert client.get(f"/desk/by-mail/{code}").status_code in (404, 410), code
        assert client.get("/desk/by-mail/x.y").status_code == 404
    assert ticket.status == "assigned"


def test_what_is_private_is_not_mailed(session: Session) -> None:
    ticket = routed_ticket(session)
    ticket.private = True
    session.flush()
    assert mailed(session) == f"/desk/tickets/{ticket.reference}"


def test_who_is_silent_is_listed_for_the_coordinator(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    path = mailed(session)
    for row in session.query(Delivery).where(Delivery.recipient == f"agency:{WARD}"):
        row.state, row.sent_at = "sent", MONDAY
    session.flush()
    late = MONDAY + SILENCE + HOUR

    def listed() -> list[str]:
        return [agency.code for agency, _reason in unread_agencies(session, late)]

    assert listed() == [WARD]
    as_(client, session, "coordinator")
    with frozen(late):
        session.expire_all()
    with frozen(MONDAY + 3 * DAY):
        client.delete_cookie("desk")
        assert send(client, path, "accept").status_code == 303
    session.refresh(ticket)
    assert listed() == []


def test_whose_mail_comes_back_is_listed(session: Session, ticket: Ticket) -> None:
    mailed(session)
    for row in session.query(Delivery).where(Delivery.recipient == f"agency:{WARD}"):
        row.state, row.created_at = "given_up", MONDAY
    session.flush()
    assert [agency.code for agency, _ in unread_agencies(session, MONDAY + DAY)] == [WARD]
    assert ticket.status == "assigned"


def test_the_list_is_a_page(client: FlaskClient, session: Session, ticket: Ticket) -> None:
    session.get_one(Agency, WARD).email = None
    session.flush()
    as_(client, session, "coordinator")
    page = client.get("/desk/unread")
    assert page.status_code == 200
    assert "06685" in page.text or "Hồng Gai" in page.text or "<article" in page.text
    assert ticket.agency_code == WARD
