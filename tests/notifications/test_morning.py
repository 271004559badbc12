"""The morning's messages reach who has to know: of what nobody has, and of each agency."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.agencies.models import Agency
from app.agencies.service import give_role
from app.notifications.compose import compose
from app.notifications.digest import owe_digests
from app.notifications.models import Delivery
from app.tickets.service import escalate
from tests.factories.tickets import (
    IN_NEXT_WARD,
    MONDAY,
    NEXT_WARD,
    WARD,
    accepted_ticket,
    act,
    due,
    manager,
    officer,
    routed_ticket,
    submitted,
)
from tests.notifications.test_digest import DAY, OFFICE, SEVEN_THIRTY, digests


def test_what_nobody_could_route_is_in_the_coordinators_digest(session: Session) -> None:
    submitted(session)
    while escalate(session, now=MONDAY + 3 * DAY):
        pass
    owe_digests(session, now=SEVEN_THIRTY + 7 * DAY)
    assert digests(session)[f"agency:{OFFICE}"]["escalated"] == 1


def test_who_manages_two_agencies_without_an_address_hears_of_both(session: Session) -> None:
    by = manager(session)
    account = session.get_one(Account, by.account_id)
    give_role(session, account, "manager", NEXT_WARD, now=MONDAY - DAY)
    for code in (WARD, NEXT_WARD):
        session.get_one(Agency, code).email = None
    routed_ticket(session)
    routed_ticket(session, place=IN_NEXT_WARD)
    assert owe_digests(session, now=SEVEN_THIRTY) == 2
    assert owe_digests(session, now=SEVEN_THIRTY) == 0
    told = session.scalars(select(Delivery).where(Delivery.template == "agency_digest")).all()
    assert {(row.recipient, row.params["agency"]) for row in told} == {
        (f"account:{by.account_id}", WARD), (f"account:{by.account_id}", NEXT_WARD),
    }  # fmt: skip


def test_what_is_due_soon_or_planned_for_today_is_counted(session: Session) -> None:
    ticket = accepted_ticket(session, category="construction")
    at = (due(ticket) - 3 * DAY).replace(hour=0, minute=30)  # Friday; due on Monday
    owe_digests(session, now=at)
    assert digests(session)[f"agency:{WARD}"] == {"agency": WARD, "soon": 1}
    session.query(Delivery).delete()
    act(session, ticket, "plan", officer(session), until=SEVEN_THIRTY + DAY / 6, text="Sáng mai")
    owe_digests(session, now=SEVEN_THIRTY)
    assert digests(session)[f"agency:{WARD}"] == {"agency": WARD, "planned": 1}


def test_an_officer_hears_of_what_lies_in_the_own_hands(session: Session) -> None:
    by, boss = officer(session), manager(session)
    mine, ours = accepted_ticket(session), accepted_ticket(session)
    mine.officer_id, ours.officer_id = by.account_id, boss.account_id
    elsewhere = accepted_ticket(session, place=IN_NEXT_WARD)
    elsewhere.officer_id = by.account_id  # who does not work there (any more)
    session.get_one(Agency, WARD).email = None
    late = SEVEN_THIRTY + 28 * DAY
    owe_digests(session, now=late)
    rows = session.scalars(select(Delivery).where(Delivery.template == "officer_digest")).all()
    told = [(row.recipient, row.params) for row in rows]
    assert told == [(f"account:{by.account_id}", {"overdue": 1})]
    assert f"account:{boss.account_id}" in digests(session)
    before = session.scalars(select(Delivery.id)).all()
    owe_digests(session, now=late + DAY / 96)
    assert session.scalars(select(Delivery.id)).all() == before
    message = compose(session, rows[0], at=late)
    assert "Quá hạn: 1" in message.body
    assert "/desk" in message.body
