"""One message for each agency and working day, with what waits; urgent matters at once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.core.words.i18n import use_language
from app.notifications.compose import compose
from app.notifications.digest import owe_digests
from app.notifications.models import Delivery
from app.notifications.service import fan_out_pending
from app.tickets.models import Ticket
from app.tickets.service import escalate, mark_due
from tests.factories.tickets import (
    DAY,
    HOUR,
    MONDAY,
    NEXT_WARD,
    WARD,
    accepted_ticket,
    act,
    manager,
    officer,
    resolve,
    routed_ticket,
)

SEVEN_THIRTY = datetime(2026, 10, 6, 0, 30, tzinfo=UTC)  # Tuesday
OFFICE = "VP-UBND"


def digests(session: Session) -> dict[str, dict[str, object]]:
    rows = session.scalars(select(Delivery).where(Delivery.template == "agency_digest"))
    return {row.recipient: row.params for row in rows}


def test_the_morning_tells_what_waits(session: Session) -> None:
    routed_ticket(session)
    accepted = accepted_ticket(session)
    act(session, accepted, "answer", officer(session), code="explained", text="Đã kiểm tra")
    act(session, accepted, "cooperate", officer(session), agency_code=NEXT_WARD, text="Xe nâng")
    assert owe_digests(session, now=SEVEN_THIRTY) >= 2
    told = digests(session)
    assert told[f"agency:{WARD}"] == {"agency": WARD, "new": 1, "approval": 1}
    assert told[f"agency:{NEXT_WARD}"] == {"agency": NEXT_WARD, "cooperation": 1}


def test_once_a_day_and_again_the_next(session: Session) -> None:
    routed_ticket(session)
    assert owe_digests(session, now=SEVEN_THIRTY) == 1
    assert owe_digests(session, now=SEVEN_THIRTY + timedelta(minutes=2)) == 0
    assert owe_digests(session, now=SEVEN_THIRTY + DAY) == 1


@pytest.mark.parametrize(
    "at",
    [
        SEVEN_THIRTY - timedelta(seconds=1),
        SEVEN_THIRTY + HOUR,
        SEVEN_THIRTY + 4 * DAY,  # Saturday
        datetime(2026, 11, 24, 0, 30, tzinfo=UTC),  # a holiday
    ],
)
def test_not_at_another_time_and_not_on_a_day_off(session: Session, at: datetime) -> None:
    routed_ticket(session)
    assert owe_digests(session, now=at) == 0


def test_who_has_nothing_waiting_gets_nothing(session: Session) -> None:
    resolve(session, accepted_ticket(session))
    assert owe_digests(session, now=SEVEN_THIRTY) == 0


def test_without_an_address_the_managers_get_it(session: Session) -> None:
    session.get_one(Agency, WARD).email = None
    by = manager(session)
    routed_ticket(session)
    owe_digests(session, now=SEVEN_THIRTY)
    assert set(digests(session)) == {f"account:{by.account_id}"}


def test_its_words_name_numbers_and_nobody(session: Session) -> None:
    routed_ticket(session, text="Gọi chị Lan 0912345678")
    owe_digests(session, now=SEVEN_THIRTY)
    (row,) = session.scalars(select(Delivery).where(Delivery.template == "agency_digest"))
    message = compose(session, row, at=SEVEN_THIRTY)
    assert "Cần tiếp nhận hoặc chuyển trả: 1" in message.body
    assert "/desk" in message.body
    assert "0912345678" not in message.body
    with use_language("en"):
        assert row.params["new"] == 1


def called(session: Session, ticket: Ticket) -> list[str]:
    fan_out_pending(session, now=MONDAY + DAY)
    query = select(Delivery.recipient).where(Delivery.template == "agency_called")
    return list(session.scalars(query.order_by(Delivery.id)))


def test_what_counts_real_hours_is_told_at_once(session: Session) -> None:
    ticket = routed_ticket(session)
    ticket.severity_code = "urgent"
    late = MONDAY + 5 * DAY
    mark_due(session, now=late)
    escalate(session, now=late)
    assert f"agency:{OFFICE}" in called(session, ticket)
    (row, *_) = session.scalars(select(Delivery).where(Delivery.template == "agency_called"))
    assert "chờ quá lâu" in compose(session, row, at=late).subject


def test_all_else_waits_for_the_digest(session: Session) -> None:
    ticket = routed_ticket(session)
    late = MONDAY + 5 * DAY
    mark_due(session, now=late)
    escalate(session, now=late)
    assert called(session, ticket) == []
    owe_digests(session, now=SEVEN_THIRTY + 7 * DAY)
    told = digests(session)
    assert told[f"agency:{OFFICE}"]["escalated"] == 1
    assert told[f"agency:{WARD}"]["unexplained"] == 1
