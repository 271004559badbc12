"""A typed address is asked once whether it is the requester's; without a yes nothing goes there."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.time import now
from app.core.work.jobs import lease_drain
from app.notifications.channels import Message
from app.notifications.models import Delivery
from app.notifications.send import Round
from app.rights.models import RightsRequest
from app.rights.periods import Kind
from app.rights.queries import seal_of
from app.rights.schemas import Asked, Sender
from app.rights.service import answer, ask, decide, extend
from app.rights.service.address import ASKED_A_DAY, ASKED_OF_NETWORK, by_address, seal_of_address
from tests.desk.scene import FORM
from tests.factories.tickets import DAY, coordinator

MAIL, WORDS = "planted@people.example", "Xin cho tôi xem dữ liệu của tôi"


class Box:
    """Keeps messages of one channel."""

    name = "email"

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def send(self, message: Message) -> None:
        self.messages.append(message)


def sent() -> list[Message]:
    box = Box()
    one = Round({"email": box}, clock=now, chance=lambda: 0.5)
    lease_drain(one.lease, one.send, one.record)
    return box.messages


def wish(session: Session, contact: str = MAIL, network: bytes = b"n") -> RightsRequest:
    asked = Asked(kind=Kind.ACCESS, text=WORDS, contact=contact, lang="vi")
    return ask(session, asked, Sender(device=b"d", network=network), None, now=now())


def path_of(message: Message) -> str:
    return "/" + message.link.partition("://")[2].partition("/")[2]


def test_receipt_yes_and_then_each_word_of_the_office(
    client: FlaskClient, session: Session
) -> None:
    form = {"kind": "access", "text": WORDS, "contact": MAIL}
    made = client.post("/requests", data=form, headers=FORM)
    assert made.status_code == 303
    page = made.headers["Location"]
    assert "bấm nút xác nhận" in client.get(page).text
    row = session.scalars(select(RightsRequest)).one()
    (receipt,) = sent()
    assert receipt.to == MAIL
    shown = client.get(path_of(receipt))
    assert shown.status_code == 200
    assert row.contact_confirmed_at is None  # looking says nothing
    for _ in range(2):
        assert "Cảm ơn" in client.post(path_of(receipt), headers=FORM).text
    session.refresh(row)
    assert row.contact_confirmed_at is not None
    assert "bấm nút xác nhận" not in client.get(page).text
    by = coordinator(session)
    for act in (
        lambda: answer(session, row.id, "Đang xem", actor=by, now=now()),
        lambda: extend(session, row.id, "Cần thêm thời gian", actor=by, now=now()),
        lambda: decide(session, row.id, "refused", "Không có", actor=by, now=now()),
    ):
        act()
        session.commit()
        (told,) = sent()
        assert told.to == MAIL
        assert path_of(told) == f"/requests/{row.id}/{seal_of(row)}"
        assert "Không có" not in told.body


def test_without_a_yes_nothing_more_goes_there(session: Session) -> None:
    row, by = wish(session), coordinator(session)
    assert len(sent()) == 1
    answer(session, row.id, "Đang xem", actor=by, now=now())
    decide(session, row.id, "granted", "", actor=by, now=now())
    assert sent() == []


def test_the_receipt_tells_a_stranger_nothing(client: FlaskClient, session: Session) -> None:
    row = wish(session)
    session.commit()
    rows = str(session.execute(select(Delivery.__table__)).all())
    assert MAIL not in rows
    (receipt,) = sent()
    page = client.get(path_of(receipt)).text
    for text in (receipt.body, receipt.subject, page):
        assert WORDS not in text
        assert MAIL not in text
        assert seal_of(row) not in text
    # Its signature opens the request as little as the request's own confirms the address.
    assert client.get(f"/requests/{row.id}/{seal_of_address(row)}").status_code == 404
    other = client.post(f"/requests/{row.id}/address/{seal_of(row)}", headers=FORM)
    assert other.status_code == 404


def test_nobodys_mailbox_is_flooded(session: Session) -> None:
    for number in range(ASKED_A_DAY + 4):
        wish(session, MAIL.upper() if number % 2 else MAIL, b"%d" % number)
    assert len(sent()) == ASKED_A_DAY
    session.execute(update(RightsRequest).values(received_at=now() - DAY - timedelta(seconds=1)))
    wish(session)
    assert len(sent()) == 1


def test_a_network_writes_to_so_many_strangers(session: Session) -> None:
    for number in range(ASKED_OF_NETWORK + 5):
        wish(session, f"someone{number}@people.example")
    assert len(sent()) == ASKED_OF_NETWORK
    wish(session, "somebody@people.example", b"far")
    assert len(sent()) == 1


@pytest.mark.parametrize(
    "typed", ["", "0912 345 678", "gọi cho tôi", "a@b", "a@b.example, c@d.example"]
)
def test_what_is_no_address_gets_nothing(session: Session, typed: str) -> None:
    row = wish(session, typed)
    assert sent() == []
    with pytest.raises(NotFound):
        by_address(session, row.id, seal_of_address(row))
