"""Whoever asked about personal data by a report's private link is told that there is an answer."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Contact
from app.accounts.schemas import ContactInput
from app.core import installation
from app.core.time import frozen, now
from app.core.work.jobs import lease_drain
from app.notifications.channels import Channel, Message, PermanentFailure
from app.notifications.models import Delivery
from app.notifications.plan import Template
from app.notifications.send import Round
from app.rights.models import RightsRequest
from app.rights.periods import Kind
from app.rights.queries import by_seal
from app.rights.schemas import Asked, Sender
from app.rights.service import answer, ask, decide, extend
from config import Settings
from tests.factories.tickets import DAY, MONDAY, coordinator, report_of, routed_ticket

SENDER = Sender(device=b"d" * 22, network=b"n" * 22)
MAIL, PHONE, SAID = "lan.rieng@example.invalid", "0912 345 678", "Đã gửi bản sao của ông/bà"
NIGHT = MONDAY.replace(hour=16)  # 23:00 in the city


class Box:
    """Keeps messages of one channel, or refuses them for good."""

    def __init__(self, name: str, *, refuses: bool = False) -> None:
        self.name, self._refuses = name, refuses
        self.messages: list[Message] = []

    def send(self, message: Message) -> None:
        if self._refuses:
            raise PermanentFailure("never")
        self.messages.append(message)


def sent(*boxes: Box) -> list[Message]:
    channels: dict[str, Channel] = {box.name: box for box in boxes or (Box("email"),)}
    one = Round(channels, clock=now, chance=lambda: 0.5)
    lease_drain(one.lease, one.send, one.record)
    return [message for box in channels.values() for message in box.messages]  # type: ignore[attr-defined]


def a_request(
    session: Session, kind: Kind = Kind.ACCESS, contact: ContactInput | None = None
) -> RightsRequest:
    contact = contact or ContactInput(email=MAIL)
    report = report_of(session, routed_ticket(session, contact=contact))
    asked = Asked(kind=kind, text="Xin bản sao", contact="", lang="vi")
    return ask(session, asked, SENDER, report, now=MONDAY)


def owed(session: Session, row: RightsRequest) -> list[Delivery]:
    query = select(Delivery).where(Delivery.recipient == f"request:{row.id}").order_by(Delivery.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def test_the_link_comes_by_mail_and_nothing_else(session: Session) -> None:
    row, by = a_request(session), coordinator(session)
    answer(session, row.id, SAID, actor=by, now=MONDAY)
    answer(session, row.id, SAID + ".", actor=by, now=MONDAY)  # a second click, or a better word
    with frozen(MONDAY):
        (message,) = sent()
    assert (message.to, message.lang, message.stop_link) == (MAIL, "vi", "")
    assert "dữ liệu cá nhân" in message.subject
    assert SAID not in message.body + message.short
    _base, _, seal = message.link.rpartition("/")
    assert by_seal(session, row.id, seal) is row
    assert message.link in message.body
    (delivery,) = owed(session, row)
    assert (delivery.state, delivery.params) == ("sent", {})
    answer(session, row.id, "Thêm một ý", actor=by, now=MONDAY + DAY)
    extend(session, row.id, "Cần đối chiếu hồ sơ", actor=by, now=MONDAY + DAY)
    decide(session, row.id, "granted", "", actor=by, now=MONDAY + DAY)
    assert [one.once for one in owed(session, row)] == [
        f"answered {MONDAY.date()}", f"answered {(MONDAY + DAY).date()}", "extended", "decided",
    ]  # fmt: skip


def test_the_address_is_sealed_and_outlives_its_erasure_by_one_message(session: Session) -> None:
    row, by = a_request(session, Kind.DELETE), coordinator(session)
    contact = session.scalars(select(Contact).where(Contact.erased_at.is_(None))).one()
    decide(session, row.id, "granted", "", actor=by, now=MONDAY)
    assert (contact.email_enc, contact.erased_at) == (None, MONDAY)
    assert MAIL not in str([one.params for one in owed(session, row)])
    with frozen(MONDAY):
        assert [message.to for message in sent()] == [MAIL]
    assert [one.params for one in owed(session, row)] == [{}]


def test_nobody_is_told_without_a_contact_or_a_link(session: Session) -> None:
    by = coordinator(session)
    bare = report_of(session, routed_ticket(session))
    asked = Asked(kind=Kind.ACCESS, text="Xin bản sao", contact=MAIL, lang="vi")
    for report in (bare, None):
        row = ask(session, asked, SENDER, report, now=MONDAY)
        answer(session, row.id, SAID, actor=by, now=MONDAY)
        # A typed address is asked whether it is the requester's; nobody has said so.
        assert [one.template for one in owed(session, row)] == [Template.REQUEST_RECEIPT.value]
    asked = replace(asked, contact="")
    row = ask(session, asked, SENDER, None, now=MONDAY)
    answer(session, row.id, SAID, actor=by, now=MONDAY)
    assert owed(session, row) == []


@pytest.fixture
def with_sms(settings: Settings):
    installation.configure(replace(settings, sms=replace(settings.sms, kind="file")))
    yield
    installation.configure(settings)


@pytest.mark.parametrize(("at", "then"), [(MONDAY, MONDAY), (NIGHT, NIGHT + timedelta(hours=12))])
def test_a_phone_comes_first_but_not_at_night(
    session: Session, with_sms: None, at: datetime, then: datetime
) -> None:
    row = a_request(session, contact=ContactInput(email=MAIL, phone=PHONE))
    answer(session, row.id, SAID, actor=coordinator(session), now=at)
    if then != at:
        with frozen(at):
            assert sent(Box("sms"), Box("email")) == []
    with frozen(then):
        (message,) = sent(Box("sms"), Box("email"))
    assert message.to == "+84912345678"
    assert message.link in message.short
    assert len(message.short) <= 160


def test_the_next_way_takes_over(session: Session, with_sms: None) -> None:
    row = a_request(session, contact=ContactInput(email=MAIL, phone=PHONE))
    answer(session, row.id, SAID, actor=coordinator(session), now=MONDAY)
    with frozen(MONDAY):
        (message,) = sent(Box("sms", refuses=True), Box("email"))
    assert message.to == MAIL
    first, second = owed(session, row)
    assert (first.state, second.state, second.instead_of) == ("given_up", "sent", first.id)
    assert (first.params, second.params) == ({}, {})
    assert {first.template, second.template} == {Template.REQUEST_ANSWERED.value}
