"""Whoever has a whole network of addresses hides and flags no more than somebody with one."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.time import now
from app.rights.models import ContentFlag, RightsRequest
from app.rights.queries import reasons_of
from app.rights.schemas import Sender
from app.rights.service import decide, flag, object_to
from app.rights.service.flags import BROWSERS_OF_NETWORK, TICKETS_OF_NETWORK
from app.rights.service.retention import forget
from app.rights.service.shown import PENDING_OF_NETWORK
from app.tickets.models import Ticket
from tests.desk.scene import FORM
from tests.factories.tickets import (
    DAY,
    MONDAY,
    accepted_ticket,
    act,
    coordinator,
)
from tests.rights.test_shown import add_photo

NEAR, FAR = b"network-near", b"network-far"


def sender(number: int, network: bytes = NEAR) -> Sender:
    return Sender(device=b"device-%d" % number, network=network)


@pytest.fixture
def shown(session: Session) -> Ticket:
    """A published ticket with words."""
    ticket = accepted_ticket(session, text="Ông Tư đổ rác ra ngõ")
    act(session, ticket, "publish", coordinator(session))
    session.commit()
    return ticket


def hide(session: Session, ticket: Ticket, number: int, **more: bytes) -> RightsRequest:
    target = f"photo:{add_photo(session, ticket).id}"
    act(session, ticket, "publish", coordinator(session))
    # Another day each, as far as the limit of a day goes.
    at = MONDAY + number * timedelta(minutes=1)
    return object_to(session, ticket, target, "", sender(number, **more), lang="vi", now=at)


def test_a_network_hides_so_much_until_somebody_decides(session: Session, shown: Ticket) -> None:
    """Each from a browser of its own, as who throws cookies away has."""
    asked = [hide(session, shown, number) for number in range(PENDING_OF_NETWORK + 2)]
    assert [row.hidden for row in asked] == [True] * PENDING_OF_NETWORK + [False, False]
    # Who waits is not turned away: a person decides, in the same time.
    assert asked[-1].closed_at is None
    assert asked[-1].done_due_at == asked[0].done_due_at
    assert hide(session, shown, 50, network=FAR).hidden
    session.execute(update(RightsRequest).values(received_at=MONDAY - 3 * DAY))
    session.expire_all()
    assert not hide(session, shown, 60).hidden  # days do not help, as long as nobody has decided
    decide(session, asked[0].id, "granted", "", actor=coordinator(session), now=MONDAY)
    assert hide(session, shown, 70).hidden


def post(client: FlaskClient, address: str, page: str, **fields: str):
    browser = client.application.test_client()
    where = {"REMOTE_ADDR": address}
    return browser.post(page, data=fields, headers=FORM, environ_overrides=where)


@pytest.mark.parametrize(
    ("first", "neighbour", "far"),
    [("203.0.113.7", "203.0.113.200", "203.0.114.7"),
     ("2001:db8:1:1::7", "2001:db8:1:ffff::9", "2001:db8:2:1::7")],
)  # fmt: skip
def test_many_addresses_are_one_network_and_the_page_says_what_happens(
    client: FlaskClient, session: Session, shown: Ticket, first: str, neighbour: str, far: str
) -> None:
    page = f"/tickets/{shown.reference}/shows-me"

    def get(address: str) -> str:
        where = {"REMOTE_ADDR": address}
        return client.application.test_client().get(page, environ_overrides=where).text

    for _ in range(PENDING_OF_NETWORK - 1):
        row = add_photo(session, shown)
        act(session, shown, "publish", coordinator(session))
        sent = post(client, first, page, what=f"photo:{row.id}")
        assert sent.status_code == 303
    assert "ẩn ngay" in get(neighbour).casefold()
    row = add_photo(session, shown)
    act(session, shown, "publish", coordinator(session))
    post(client, first, page, what=f"photo:{row.id}")
    session.commit()
    assert "xem trước" in get(neighbour)
    assert "Đề nghị ẩn" in get(neighbour)
    assert "xem trước" not in get(far)
    later = post(client, neighbour, page, what="text:1")
    told = client.get(later.headers["Location"]).text
    assert "đang chờ quyết định" in told
    assert "Ông Tư" in client.get(f"/tickets/{shown.reference}").text
    hidden = session.scalars(select(RightsRequest).where(RightsRequest.hidden)).all()
    assert len(hidden) == PENDING_OF_NETWORK


def tickets(session: Session, many: int) -> list[Ticket]:
    found = []
    for _ in range(many):
        ticket = accepted_ticket(session)
        act(session, ticket, "publish", coordinator(session))
        found.append(ticket)
    return found


def test_a_network_fills_the_check_only_so_far(session: Session) -> None:
    found = tickets(session, TICKETS_OF_NETWORK + 1)
    soon = [
        flag(session, ticket, "insult", sender(number), now=MONDAY)
        for number, ticket in enumerate(found)
    ]
    assert soon == [True] * TICKETS_OF_NETWORK + [False]
    last = found[-1]
    assert last.flagged_at is None
    # The mark is kept: one from elsewhere, and somebody looks at both.
    assert flag(session, last, "false", sender(0, FAR), now=MONDAY)
    assert last.flagged_at == MONDAY
    assert reasons_of(session, last.id, MONDAY) == {"insult": 1, "false": 1}
    more = tickets(session, 1)[0]
    assert flag(session, more, "insult", sender(0), now=MONDAY + DAY + timedelta(seconds=1))


def test_many_browsers_of_a_network_are_one_voice(session: Session, shown: Ticket) -> None:
    for number in range(20):
        flag(session, shown, "insult", sender(number), now=MONDAY)
    flag(session, shown, "insult", sender(99, FAR), now=MONDAY)
    assert reasons_of(session, shown.id, MONDAY) == {"insult": 2}
    assert len(session.scalars(select(ContentFlag)).all()) == BROWSERS_OF_NETWORK + 1


def test_what_somebody_has_looked_at_is_not_flagged_again_by_the_same(
    session: Session, shown: Ticket
) -> None:
    assert flag(session, shown, "insult", sender(0), now=MONDAY)
    act(session, shown, "publish", coordinator(session))
    assert not flag(session, shown, "insult", sender(0), now=MONDAY)
    assert shown.flagged_at is None


def test_the_page_tells_what_becomes_of_a_mark(client: FlaskClient, session: Session) -> None:
    found = tickets(session, TICKETS_OF_NETWORK + 1)
    session.commit()
    for ticket in found:
        sent = post(client, "203.0.113.9", f"/tickets/{ticket.reference}/flag", reason="insult")
        assert sent.status_code == 303
    assert "mạng mà ông/bà đang dùng" in client.get(sent.headers["Location"]).text


def test_networks_of_flags_are_forgotten_with_the_others(session: Session, shown: Ticket) -> None:
    flag(session, shown, "insult", sender(0), now=now() - 8 * DAY)
    forget(session, now=now(), limit=100)
    kept = session.scalars(select(ContentFlag)).one()
    session.refresh(kept)
    assert (kept.network_hash, kept.device_hash) == (None, b"device-0")
