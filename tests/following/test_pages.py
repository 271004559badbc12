"""The pages: what everybody can do about a ticket, in both languages, without JavaScript."""

import re
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.time import now
from app.reports.links import follow_signature
from app.reports.service import confirm
from app.tickets.models import Ticket
from tests.desk.scene import FORM, a_ticket, act, as_, do, member
from tests.factories.tickets import IN_WARD, report_of, resolve

LANGUAGES = pytest.mark.parametrize("lang", ["vi", "en"])


def page(client: FlaskClient, ticket: Ticket, query: str = "") -> str:
    return client.get(f"/tickets/{ticket.reference}{query}").text


@LANGUAGES
def test_me_too(client: FlaskClient, session: Session, lang: str) -> None:
    ticket = a_ticket(session)
    client.set_cookie("lang", lang)
    path = f"/tickets/{ticket.reference}/support"
    assert client.get_cookie("device") is None
    assert f'action="{path}"' in page(client, ticket)
    assert client.get_cookie("device") is None
    for _ in range(2):
        sent = client.post(path, headers=FORM)
        assert sent.status_code == 303
    cookie = client.get_cookie("device")
    assert cookie is not None
    assert cookie.http_only
    shown = page(client, ticket, "?done=support")
    assert {"vi": "1 người cũng gặp", "en": "1 person has it too"}[lang] in shown
    assert f'action="{path}"' not in shown
    assert cookie.value not in shown


@LANGUAGES
def test_it_is_fixed(client: FlaskClient, session: Session, lang: str) -> None:
    ticket = a_ticket(session)
    client.set_cookie("lang", lang)
    sent = client.post(f"/tickets/{ticket.reference}/fixed", headers=FORM)
    assert sent.status_code == 303
    words = {"vi": "Có người dân báo đã xử lý xong", "en": "A resident says that it is fixed"}
    assert words[lang] in page(client, ticket)
    as_(client, session)
    desk = client.get(f"/desk/tickets/{ticket.reference}").text
    assert {"vi": "Người dân báo đã xong", "en": "Said to be fixed"}[lang] in desk
    session.refresh(ticket)
    answered = act(client, ticket, "refute", text="Còn một đoạn chưa xong")
    assert answered.status_code == 303
    assert "Còn một đoạn chưa xong" in page(client, ticket)
    assert words[lang] + "." not in page(client, ticket)


@LANGUAGES
def test_it_came_back(client: FlaskClient, session: Session, lang: str) -> None:
    ticket = a_ticket(session)
    client.set_cookie("lang", lang)
    again = f"/tickets/{ticket.reference}/again"
    assert client.get(again).status_code == 409
    do(session, ticket, "accept", member(session))
    resolve(session, ticket, at=now())
    confirm(session, report_of(session, ticket), now=now())
    session.commit()
    assert again in page(client, ticket)
    follow = f"/follow/{ticket.reference}/{follow_signature(report_of(session, ticket))}"
    assert again in client.get(follow).text
    shown = client.get(again)
    assert {"vi": "Lại xảy ra", "en": "It has come back"}[lang] in shown.text
    form = {"key": str(uuid.uuid4()), "text": "Lại hỏng"}
    sent = client.post(again, data=form, headers=FORM)
    assert sent.status_code == 303
    reference = sent.headers["Location"].split("/")[2]
    assert reference != ticket.reference
    assert reference in page(client, ticket)
    after = client.get(f"/tickets/{reference}").text
    assert ticket.reference in after
    empty = client.post(again, data={"key": str(uuid.uuid4()), "text": ""}, headers=FORM)
    assert empty.status_code == 422


@LANGUAGES
def test_is_it_one_of_these(client: FlaskClient, session: Session, lang: str) -> None:
    into = a_ticket(session, place=IN_WARD, area=None)
    mine = a_ticket(session, place=IN_WARD, area=None)
    client.set_cookie("lang", lang)
    report = report_of(session, mine)
    receipt = f"/sent/{mine.reference}/{follow_signature(report)}"
    shown = client.get(receipt).text
    assert {"vi": "Có phải là một trong", "en": "Is it one of these?"}[lang] in shown
    assert re.search(rf'name="into" value="{into.reference}"', shown)
    for _ in range(2):
        sent = client.post(f"{receipt}/join", data={"into": into.reference}, headers=FORM)
        assert sent.status_code == 303
    assert into.reference in client.get(sent.headers["Location"]).text
    session.refresh(into)
    assert into.reports_count == 2
    assert 'name="into"' not in client.get(receipt).text
    wrong = client.post(f"{receipt}/join", data={"into": "QN-26-222222"}, headers=FORM)
    assert wrong.status_code == 404


def test_a_private_ticket_offers_nothing(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    ticket.private = True
    session.commit()
    shown = page(client, ticket)
    for act_ in ("support", "fixed", "join", "again"):
        assert f"/{act_}" not in shown
        path = f"/tickets/{ticket.reference}/{act_}"
        assert client.post(path, data={"text": "x"}, headers=FORM).status_code in {404, 422}
