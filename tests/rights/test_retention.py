"""Retention at a fixed time: one day before its end everything is there, at the end it is gone."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import AccountToken, Consent, Contact, SignInThrottle, StaffSession
from app.accounts.schemas import ContactInput
from app.notifications.models import Delivery
from app.reports.models import Report
from app.reports.service import erase, reply
from app.rights.models import ContentFlag, RightsRequest
from app.rights.periods import Kind
from app.rights.schemas import Asked, Sender
from app.rights.service import ask, decide, flag
from app.rights.service.retention import forget, rules
from app.tickets.models import EventText, Ticket
from tests.desk.scene import member
from tests.factories.tickets import (
    DAY,
    MONDAY,
    accepted_ticket,
    act,
    coordinator,
    manager,
    officer,
    report_of,
    routed_ticket,
)

MAIL = ContactInput(email="lan@example.invalid", phone="0912345678", consent=("updates",))
Left = Callable[[Session], object]


def run(session: Session, at: datetime) -> int:
    total = 0
    while done := forget(session, now=at, limit=2):
        total += done
    session.expire_all()
    return total


def boundary(session: Session, start: datetime, days: int, left: Left, gone: object) -> None:
    """What is kept is kept until the very end, gone after it, and nothing is done twice."""
    before = left(session)
    run(session, start + timedelta(days=days) - timedelta(seconds=1))
    assert left(session) == before
    assert run(session, start + timedelta(days=days)) > 0
    assert left(session) == gone
    assert forget(session, now=start + timedelta(days=days), limit=500) == 0


def ended(session: Session, **changes: object) -> Ticket:
    """A ticket whose reporter replied to a question, answered and closed on Monday."""
    ticket = accepted_ticket(session, contact=MAIL, address="Số 5", **changes)
    by = officer(session, ticket.agency_code or "")
    act(session, ticket, "pause", by, code="reporter", until=MONDAY + DAY, text="Ở đâu?")
    reply(session, report_of(session, ticket), "Gọi 0912345678", now=MONDAY)
    boss = manager(session, ticket.agency_code or "")
    act(session, ticket, "answer", boss, code="explained", text="Đã giải thích")
    ticket.status, ticket.closed_at = "closed", MONDAY
    session.flush()
    return ticket


def test_contacts_go_a_year_after_the_end(session: Session) -> None:
    ticket = ended(session)
    contact = session.get_one(Contact, report_of(session, ticket).contact_id)

    def left(session: Session) -> object:
        row = session.get_one(Contact, contact.id)
        return (row.email_enc is None, row.phone_enc is None, report_of(session, ticket).contact_id)

    assert left(session) == (False, False, contact.id)
    boundary(session, MONDAY, 365, left, (True, True, None))
    assert session.scalars(select(Consent.withdrawn_at)).all() == [MONDAY + 365 * DAY]


def test_what_was_merged_ends_with_the_work(session: Session) -> None:
    one = accepted_ticket(session)
    other = routed_ticket(session, contact=MAIL)
    act(session, other, "merge", coordinator(session), target_reference=one.reference)
    run(session, MONDAY + 400 * DAY)
    assert report_of(session, other).contact_id is not None
    one.status, one.closed_at = "closed", MONDAY + 40 * DAY
    session.flush()
    run(session, MONDAY + 404 * DAY)
    assert report_of(session, other).contact_id is not None
    run(session, MONDAY + 405 * DAY)
    assert report_of(session, other).contact_id is None


def test_open_work_keeps_its_contact(session: Session) -> None:
    ticket = accepted_ticket(session, contact=MAIL)
    run(session, MONDAY + 3_000 * DAY)
    assert report_of(session, ticket).contact_id is not None


def test_originals_go_and_the_public_copy_stays(session: Session) -> None:
    ticket = ended(session, text="Gọi tôi 0912345678")
    report = report_of(session, ticket).id
    query = select(EventText).where(EventText.report_id == report)

    def left(session: Session) -> object:
        row, said = session.get_one(Report, report), session.scalars(query).one()
        return (row.text, row.address, row.place is None, said.body)

    boundary(session, MONDAY, 1825, left, (None, None, True, None))
    row, said = session.get_one(Report, report), session.scalars(query).one()
    assert "Gọi tôi" in (row.public_text or "")
    assert "0912345678" not in (row.public_text or "") + (said.public_body or "")
    assert "Gọi" in (said.public_body or "")


def test_the_place_of_erased_reports_goes_when_the_work_ends(session: Session) -> None:
    ticket = accepted_ticket(session, do_not_publish=True)
    erase(session, report_of(session, ticket), now=MONDAY)
    run(session, MONDAY + 10 * DAY)
    assert ticket.place is not None
    ticket.status, ticket.closed_at = "closed", MONDAY + 20 * DAY
    session.flush()
    run(session, MONDAY + 20 * DAY)
    assert ticket.place is None


def test_proofs_of_consent_go_five_years_after_the_contact(session: Session) -> None:
    ticket = accepted_ticket(session, contact=MAIL)
    erase(session, report_of(session, ticket), now=MONDAY)

    def left(session: Session) -> object:
        return len(session.scalars(select(Consent)).all())

    boundary(session, MONDAY, 1825, left, 0)


def test_words_of_requests_and_digests_go(session: Session) -> None:
    sender = Sender(device=b"d", network=b"n")
    wish = Asked(kind=Kind.ACCESS, text="Xin", contact="lan@example.invalid", lang="vi")
    row = ask(session, wish, sender, None, now=MONDAY)
    routed_ticket(session, device=b"d")

    def digests(session: Session) -> object:
        found = session.get_one(RightsRequest, row.id)
        reports = session.scalars(select(Report.device_hash)).all()
        return (found.device_hash, found.network_hash, *reports)

    boundary(session, MONDAY, 7, digests, (None, None, None))
    decide(session, row.id, "granted", "Đây", actor=coordinator(session), now=MONDAY + 8 * DAY)

    def words(session: Session) -> object:
        found = session.get_one(RightsRequest, row.id)
        return (found.body_enc, found.contact_enc, found.answer)

    boundary(session, MONDAY + 8 * DAY, 730, words, (None, None, None))

    number = row.id

    def whole(session: Session) -> object:
        query = select(func.count()).where(RightsRequest.id == number)
        return session.scalar(query)

    boundary(session, MONDAY + 8 * DAY, 1825, whole, 0)


def test_a_request_forgets_whose_report_it_was_about(session: Session) -> None:
    sender = Sender(device=b"d", network=b"n")
    report = report_of(session, routed_ticket(session))
    wish = Asked(kind=Kind.ACCESS, text="Xin", contact="lan@example.invalid", lang="vi")
    row = ask(session, wish, sender, report, now=MONDAY)
    decide(session, row.id, "granted", "", actor=coordinator(session), now=MONDAY)
    assert (row.report_id, row.contact_key is None) == (report.id, False)

    def who(session: Session) -> object:
        found = session.get_one(RightsRequest, row.id)
        return (found.report_id, found.contact_key)

    boundary(session, MONDAY, 730, who, (None, None))


def test_flags_messages_sessions_links_and_failures_go(session: Session) -> None:
    ticket = accepted_ticket(session)
    flag(session, ticket, "insult", Sender(device=b"x", network=b"y"), now=MONDAY)
    account = member(session)
    common = {"account_id": account.id, "token_hash": b"t" * 32, "created_at": MONDAY}
    session.add_all(
        [
            StaffSession(**common, last_seen_at=MONDAY, expires_at=MONDAY, device=""),
            AccountToken(**common, purpose="invitation", expires_at=MONDAY),
            SignInThrottle(key=b"k", failures=1, blocked_until=MONDAY, last_failed_at=MONDAY),
            delivery("sent"),
            delivery("pending"),
        ]
    )
    session.flush()

    def left(*tables: type) -> Left:
        return lambda session: [len(session.scalars(select(table)).all()) for table in tables]

    boundary(session, MONDAY, 30, left(StaffSession, AccountToken, SignInThrottle), [0, 0, 0])
    boundary(session, MONDAY, 180, left(ContentFlag), [0])
    # One that still waits is a message that somebody is owed.
    boundary(session, MONDAY, 365, left(Delivery), [1])


def test_a_message_stays_until_what_took_its_place_goes(session: Session) -> None:
    lost = delivery("given_up")
    session.add(lost)
    session.flush()
    instead = delivery("sent", at=MONDAY + DAY, instead_of=lost.id, channel="sms")
    session.add(instead)
    session.flush()

    def left(session: Session) -> list[str]:
        return sorted(session.scalars(select(Delivery.state)))

    run(session, MONDAY + 365 * DAY)
    assert left(session) == ["given_up", "sent"]
    run(session, MONDAY + 366 * DAY)
    assert left(session) == []


def delivery(state: str, at: datetime = MONDAY, **values: object) -> Delivery:
    return Delivery(
        **{"recipient": "agency:X", "channel": "email", "template": "assigned", "params": {}}
        | {"state": state, "created_at": at, "next_attempt_at": at}
        | values
    )


@pytest.mark.parametrize("rule", range(20))
def test_the_operators_guide_tells_every_period(session: Session, rule: int) -> None:
    from pathlib import Path

    guide = (Path(__file__).parents[2] / "docs" / "operator.md").read_text("utf-8")
    assert len(rules()) == 20
    found = rules()[rule]
    assert f"| {found.what} | {found.of} | {found.days} |" in guide
