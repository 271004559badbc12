"""My reports by a link or a code: the same answer for all, few attempts, a short session."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.contacts import erase_contact
from app.accounts.models import Contact, ContactProof, ResidentSession
from app.accounts.reach import asking, proofs
from app.accounts.schemas import ContactInput
from app.core import installation
from app.core.time import frozen, now
from app.core.work.jobs import lease_drain
from app.notifications.channels import Message
from app.notifications.models import Delivery
from app.notifications.send import Round
from app.reports.links import follow_signature
from app.reports.models import Report
from app.reports.service import add_contact
from config import Settings
from tests.desk.scene import FORM
from tests.notifications.rows import report, ticket

MAIL, PHONE, TYPED = "lan.planted@people.example", "+84912345678", "0912 345 678"


class Box:
    """Keeps messages of one channel."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.messages: list[Message] = []

    def send(self, message: Message) -> None:
        self.messages.append(message)


@pytest.fixture(autouse=True)
def with_sms(settings: Settings) -> Iterator[None]:
    installation.configure(replace(settings, sms=replace(settings.sms, kind="file")))
    yield
    installation.configure(settings)


@pytest.fixture
def mine(session: Session) -> Report:
    row = report(session, ticket(session), contact_id=None)
    add_contact(session, row, ContactInput(email=MAIL, phone=TYPED), now=now())
    return row


def ask(client: FlaskClient, address: str, **more: str) -> TestResponse:
    return client.post("/my-reports", data={"address": address, **more}, headers=FORM)


def sent() -> dict[str, list[Message]]:
    boxes = {name: Box(name) for name in ("email", "sms")}
    one = Round(boxes, clock=now, chance=lambda: 0.5)
    lease_drain(one.lease, one.send, one.record)
    return {name: box.messages for name, box in boxes.items()}


def fields(answer: TestResponse) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))


def enter(client: FlaskClient, answer: TestResponse, code: str) -> TestResponse:
    data = {**fields(answer), "code": code}
    return client.post("/my-reports/code", data=data, headers=FORM)


def the_code(box: list[Message]) -> str:
    (message,) = box
    found = re.search(r"\b\d{6}\b", message.short)
    assert found is not None
    return found[0]


def test_a_link_by_mail(client: FlaskClient, mine: Report) -> None:
    assert ask(client, f"  {MAIL.upper()} ").status_code == 200
    (message,) = sent()["email"]
    assert message.to.lower() == MAIL
    path = message.link.partition("://")[2].partition("/")[2]
    shown = client.get(f"/{path}")
    assert shown.status_code == 200
    assert client.get("/my-reports").text.count(follow_signature(mine)) == 0
    opened = client.post(f"/{path}", headers=FORM)
    assert opened.status_code == 303
    cookie = opened.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    listed = client.get("/my-reports")
    assert follow_signature(mine) in listed.text
    assert listed.headers["Cache-Control"] == "no-store"
    assert MAIL not in listed.text
    assert client.post(f"/{path}", headers=FORM).status_code == 404
    assert client.get(f"/{path}").status_code == 404


def test_a_code_by_sms_at_night_too(client: FlaskClient, mine: Report) -> None:
    with frozen(now().replace(hour=16)):  # 23:00 in the city
        asked = ask(client, TYPED)
        assert "+84 912 345 678" in asked.text
        code = the_code(sent()["sms"])
        assert enter(client, asked, f" {code[:3]} {code[3:]} ").status_code == 303
        assert follow_signature(mine) in client.get("/my-reports").text


def test_the_answer_is_the_same_for_all(client: FlaskClient, mine: Report) -> None:
    known, unknown = ask(client, TYPED), ask(client, "0987 654 321")
    same = [re.sub(r'value="[^"]*"|\+84[\d ]+', "…", answer.text) for answer in (known, unknown)]
    assert same[0] == same[1]
    by_mail = [ask(client, MAIL).text, ask(client, "b" + MAIL[1:]).text]
    assert by_mail[0].replace(MAIL, "") == by_mail[1].replace("b" + MAIL[1:], "")
    got = sent()
    assert [message.to for message in got["sms"]] == [PHONE]
    assert [message.to for message in got["email"]] == [MAIL]


def test_five_attempts(client: FlaskClient, mine: Report) -> None:
    asked = ask(client, TYPED)
    code = the_code(sent()["sms"])
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(proofs.ATTEMPTS):
        assert enter(client, asked, wrong).status_code == 422
    assert enter(client, asked, code).status_code == 422


def test_ten_minutes(client: FlaskClient, mine: Report) -> None:
    asked = ask(client, TYPED)
    code = the_code(sent()["sms"])
    with frozen(now() + timedelta(minutes=10)):
        assert enter(client, asked, code).status_code == 422


def test_a_code_works_once_for_its_phone_and_browser(client: FlaskClient, mine: Report) -> None:
    asked = ask(client, TYPED)
    code = the_code(sent()["sms"])
    data = {**fields(asked), "code": code}
    for wrong in (
        {"phone": "+84987654321"}, {"proof": "1.x"}, {"proof": ""}, {"phone": ""}, {"code": ""},
        {"proof": data["proof"].partition(".")[0]},
    ):  # fmt: skip
        answer = client.post("/my-reports/code", data={**data, **wrong}, headers=FORM)
        assert answer.status_code == 422, wrong
    other = ask(client, TYPED)  # a stranger asks for the same phone
    assert enter(client, other, "000000").status_code == 422
    assert enter(client, asked, code).status_code == 303
    assert enter(client, asked, code).status_code == 422


def test_no_phone_is_flooded(client: FlaskClient, session: Session, mine: Report) -> None:
    texts = [re.sub(r'value="[^"]*"', "", ask(client, TYPED).text) for _ in range(8)]
    assert len(set(texts)) == 1
    assert len(sent()["sms"]) == asking.NETWORK_AN_HOUR
    with frozen(now() + timedelta(hours=1, seconds=1)):
        ask(client, TYPED)
        assert len(sent()["sms"]) == 1


def test_a_session_ends(client: FlaskClient, session: Session, mine: Report) -> None:
    asked = ask(client, TYPED)
    enter(client, asked, the_code(sent()["sms"]))
    with frozen(now() + proofs.SESSION_LIFETIME):
        assert follow_signature(mine) not in client.get("/my-reports").text
        assert proofs.sweep(session, now=now() + timedelta(hours=2)) == 2
    asked = ask(client, TYPED)
    enter(client, asked, the_code(sent()["sms"]))
    assert follow_signature(mine) in client.get("/my-reports").text
    client.post("/my-reports/end", headers=FORM)
    assert follow_signature(mine) not in client.get("/my-reports").text
    assert session.scalars(select(ResidentSession)).all() == []


def test_an_erased_contact_is_not_found(
    client: FlaskClient, session: Session, mine: Report
) -> None:
    erase_contact(session, session.get_one(Contact, mine.contact_id), now=now())
    ask(client, TYPED)
    assert sent() == {"email": [], "sms": []}


@pytest.mark.parametrize("typed", ["", "nobody", "@", "a@b", "113", "0203 382 5555", "x" * 9_000])
def test_what_is_no_address(client: FlaskClient, session: Session, typed: str) -> None:
    answer = ask(client, typed)
    assert answer.status_code == 422
    assert session.scalars(select(ContactProof)).all() == []


def test_without_sms_there_is_mail(client: FlaskClient, settings: Settings, mine: Report) -> None:
    installation.configure(settings)
    assert ask(client, TYPED).status_code == 422
    assert ask(client, MAIL).status_code == 200


def test_nothing_personal_rests_or_is_logged(
    client: FlaskClient, session: Session, mine: Report, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asked = ask(client, TYPED)
    ask(client, MAIL)
    rows = [
        *session.execute(select(Delivery.__table__)),
        *session.execute(select(ContactProof.__table__)),
    ]
    code = the_code(sent()["sms"])
    enter(client, asked, code)
    rows += [*session.execute(select(ResidentSession.__table__))]
    kept = str(rows) + caplog.text
    for secret in (MAIL, PHONE, "912345678", "912 345", TYPED):
        assert secret not in kept
    assert f"'{code}'" not in str(rows)
    left = session.scalars(select(Delivery).execution_options(populate_existing=True))
    assert {str(row.params) for row in left} == {"{}"}


def test_only_pages_of_a_report_follow(client: FlaskClient) -> None:
    for target in ("https://evil.example/report", "//evil.example/report", "/desk", "/reporting\n"):
        asked = ask(client, TYPED, next=target)
        assert "evil" not in asked.text
        assert 'name="next" value="/desk' not in asked.text
    asked = ask(client, TYPED, next="/report/x/check")
    answer = enter(client, asked, the_code(sent()["sms"]))
    assert answer.headers["Location"] == "/report/x/check"
