"""Lease, send, record: nothing is lost, little is repeated, nothing personal is written down."""

import email
import email.policy
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from app.accounts.contacts import erase_contact, withdraw_consent
from app.accounts.models import Contact
from app.core.db import transaction
from app.core.work.jobs import lease_drain
from app.notifications import retry, service
from app.notifications.channels import (
    Channel,
    FileChannel,
    Message,
    PermanentFailure,
    TemporaryFailure,
    Unreachable,
)
from app.notifications.models import Delivery
from app.notifications.queries import backlog
from app.notifications.send import LEASE, Ending, Outgoing, Result, Round, lease_due, record, send
from app.reports.links import follow_signature
from config import Settings
from tests.notifications.rows import (
    NOW,
    account,
    agency,
    coordinator,
    delivery,
    event,
    fan_out,
    report,
    ticket,
)


class Box:
    """A channel that keeps messages, or fails as told."""

    name = "email"

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.messages: list[Message] = []

    def send(self, message: Message) -> None:
        self.messages.append(message)
        if self.failure:
            raise self.failure


def leased(at: datetime = NOW, limit: int = 50) -> list[Outgoing]:
    with transaction() as session:
        return lease_due(session, now=at, limit=limit)


def recorded(outgoing: Outgoing, result: Result, at: datetime = NOW) -> None:
    with transaction() as session:
        record(session, outgoing.delivery_id, result, now=at, chance=0.5)


def drained(channel: Channel, at: datetime = NOW) -> int:
    one = Round({"email": channel}, clock=lambda: at, chance=lambda: 0.5)
    return lease_drain(one.lease, one.send, one.record)


def outcome_mail(session: Session, **values: object) -> Delivery:
    one = ticket(session, agency(session, email=None), status="resolved")
    report(session, one, **values)  # type: ignore[arg-type]
    event(session, one, "resolve", text="We have cleaned it.")
    fan_out()
    return session.scalars(select(Delivery)).one()


def test_a_receipt_in_the_reporters_language(session: Session, settings: Settings) -> None:
    owner = agency(session)
    one = ticket(session, owner)
    sender = report(session, one, lang="vi")
    event(session, one, "assign", agency=owner.code)
    fan_out()
    box = Box()
    assert drained(box) == 2
    to_reporter, to_agency = box.messages
    assert to_reporter.to == "reporter@people.example"
    assert to_reporter.lang == "vi"
    assert one.reference in to_reporter.subject
    assert owner.names["vi"] in to_reporter.body
    assert "05/03/2026" in to_reporter.body
    link = f"{settings.web.base_url}/follow/{one.reference}/{follow_signature(sender)}"
    assert link in to_reporter.body
    assert to_agency.to == "office@agency.example"
    # Nobody can sign in there: the message itself opens the ticket.
    assert f"{settings.web.base_url}/desk/by-mail/" in to_agency.body
    for secret in (
        "PRIVATE-TEXT-MARKER",
        "reporter@people",
        "0912345678",
        "Hoa",
        follow_signature(sender),
    ):
        assert secret not in to_agency.body + to_agency.subject
    assert "PRIVATE-TEXT-MARKER" not in to_reporter.body


def test_english_for_who_asked_in_english(session: Session) -> None:
    outcome_mail(session, lang="en")
    box = Box()
    drained(box)
    assert "there is a result" in box.messages[0].subject
    assert "We have cleaned it." in box.messages[0].body


def test_private_tickets_leave_no_text_in_the_mail(session: Session) -> None:
    one = ticket(session, coordinator(session), private=True)
    report(session, one)
    event(session, one, "answer", text="SECRET ANSWER")
    event(session, one, "return", code="conflict")
    fan_out()
    box = Box()
    drained(box)
    assert len(box.messages) == 2
    for message in box.messages:
        assert "SECRET" not in message.body


def test_sent_once(session: Session) -> None:
    row = outcome_mail(session)
    box = Box()
    assert drained(box) == 1
    assert drained(box, NOW + timedelta(days=2)) == 0
    done = delivery(session, row.id)
    assert (done.state, done.sent_at, done.attempts, done.last_error) == ("sent", NOW, 1, None)


def test_killed_between_sending_and_recording(session: Session, settings: Settings) -> None:
    """The message is sent again after the lease, under the same key: one file, not two."""
    row = outcome_mail(session)
    channel = FileChannel(settings.mail)
    (first,) = leased()
    assert send(channel, first).ending is Ending.SENT
    # The worker is gone here: nothing was recorded.
    assert leased(NOW + LEASE - timedelta(seconds=1)) == []
    (second,) = leased(NOW + LEASE)
    assert second.message is not None
    assert first.message is not None
    assert second.message.key == first.message.key
    recorded(second, send(channel, second))
    assert [file.name for file in settings.mail.folder.glob(f"{row.id}.*")] == [
        f"{second.message.key}.eml"
    ]
    assert delivery(session, row.id).state == "sent"


def test_a_file_can_be_read_as_mail(session: Session, settings: Settings) -> None:
    row = outcome_mail(session, lang="vi")
    drained(FileChannel(settings.mail))
    (file,) = settings.mail.folder.glob(f"{row.id}.*.eml")
    got = email.message_from_bytes(file.read_bytes(), policy=email.policy.SMTP)
    assert "đã có kết quả" in got["Subject"]


@pytest.mark.parametrize(
    ("failure", "state", "code"),
    [
        (TemporaryFailure("smtp_450"), "pending", "smtp_450"),
        (Unreachable("timeout"), "pending", "timeout"),
        (PermanentFailure("smtp_550"), "given_up", "smtp_550"),
        (ZeroDivisionError("reporter@people.example"), "pending", "failed"),
    ],
)
def test_failures_are_codes(
    session: Session, caplog: pytest.LogCaptureFixture, failure: Exception, state: str, code: str
) -> None:
    row = outcome_mail(session)
    with caplog.at_level(logging.DEBUG):
        drained(Box(failure))
    failed = delivery(session, row.id)
    assert (failed.state, failed.last_error) == (state, code)
    assert "people.example" not in caplog.text


def test_back_off_and_giving_up(session: Session) -> None:
    row = outcome_mail(session)
    box = Box(TemporaryFailure("smtp_450"))
    at, waits = NOW, []
    for _ in range(retry.ATTEMPTS):
        assert drained(box, at) == 1
        assert drained(box, at) == 0
        due = delivery(session, row.id).next_attempt_at
        waits.append(due - at)
        at = max(at, due)
    failed = delivery(session, row.id)
    assert (failed.state, failed.last_error, failed.attempts) == (
        "given_up",
        "smtp_450",
        retry.ATTEMPTS,
    )
    assert waits[0] == timedelta(minutes=1)
    assert timedelta(hours=20) < at - NOW < timedelta(hours=34)
    assert drained(box, at + timedelta(days=9)) == 0


def test_it_recovers(session: Session) -> None:
    row = outcome_mail(session)
    box = Box(TemporaryFailure("smtp_450"))
    drained(box)
    box.failure = None
    drained(box, NOW + timedelta(minutes=2))
    done = delivery(session, row.id)
    assert (done.state, done.last_error, done.attempts) == ("sent", None, 2)


def test_an_absent_server_ends_the_round(session: Session) -> None:
    one = ticket(session)
    for _ in range(4):
        report(session, one)
    event(session, one, "answer")
    fan_out()
    box = Box(Unreachable("timeout"))
    assert drained(box) == 1
    assert len(box.messages) == 1
    refusing = Box(TemporaryFailure("smtp_450"))
    assert drained(refusing) == 3


def _withdraw(session: Session, contact: Contact) -> None:
    withdraw_consent(session, contact, "updates", now=NOW)


def _erase(session: Session, contact: Contact) -> None:
    erase_contact(session, contact, now=NOW)


@pytest.mark.parametrize("change", [_withdraw, _erase])
def test_who_changes_their_mind_gets_nothing(
    session: Session, change: Callable[[Session, Contact], None]
) -> None:
    row = outcome_mail(session)
    change(session, session.scalars(select(Contact)).one())
    box = Box()
    drained(box)
    dropped = delivery(session, row.id)
    assert box.messages == []
    assert (dropped.state, dropped.last_error) == ("dropped", "no_consent")


def test_one_bad_message_stops_nobody(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = outcome_mail(session)
    session.execute(update(Delivery).where(Delivery.id == bad.id).values(template="unknown"))
    one = ticket(session)
    report(session, one)
    event(session, one, "answer")
    fan_out()
    box = Box()
    assert drained(box) == 2
    assert len(box.messages) == 1
    assert delivery(session, bad.id).last_error == "compose_failed"


def test_a_late_record_changes_nothing(session: Session) -> None:
    row = outcome_mail(session)
    (outgoing,) = leased()
    recorded(outgoing, Result(ending=Ending.SENT))
    recorded(outgoing, Result(ending=Ending.RETRY, code="timeout"))
    assert delivery(session, row.id).state == "sent"


def test_an_invitation_keeps_its_token_secret(session: Session, settings: Settings) -> None:
    person = account(session)
    with transaction() as inner:
        owed = service.enqueue_account_mail(
            inner, person.id, "invitation", {"path": "/desk/password/TOKEN-MARKER"}, NOW
        )
    assert "TOKEN-MARKER" not in str(delivery(session, owed.id).params)
    box = Box()
    drained(box)
    (message,) = box.messages
    assert message.to == person.email
    assert message.lang == "vi"
    assert f"{settings.web.base_url}/desk/password/TOKEN-MARKER" in message.body
    assert person.full_name in message.body
    assert delivery(session, owed.id).params == {}


def test_account_mails_are_checked(session: Session) -> None:
    person = account(session)
    for template, params in (
        ("receipt", {"path": "/x"}),
        ("nothing", {"path": "/x"}),
        ("invitation", {}),
        ("invitation", {"path": "https://elsewhere.example/"}),
    ):
        with pytest.raises(ValueError, match=r"account mail|Template"):
            service.enqueue_account_mail(session, person.id, template, params, NOW)


def test_a_disabled_account_gets_nothing(session: Session) -> None:
    person = account(session)
    owed = service.enqueue_account_mail(session, person.id, "password_reset", {"path": "/x"}, NOW)
    person.disabled_at = NOW
    session.flush()
    drained(Box())
    gone = delivery(session, owed.id)
    assert (gone.state, gone.params) == ("dropped", {})


def test_two_senders_share_the_work(migrated: str, settings: Settings, session: Session) -> None:
    """Two real connections: what one leases the other does not see."""
    engine = create_engine(migrated)
    values = {
        "recipient": "account:0",
        "channel": "email",
        "template": "invitation",
        "params": {},
        "state": "pending",
        "created_at": NOW,
        "next_attempt_at": NOW,
    }
    with Session(engine) as setup:
        setup.add_all(Delivery(**values) for _ in range(4))
        setup.commit()
    try:
        with Session(engine) as one, Session(engine) as other:
            first = {item.delivery_id for item in lease_due(one, now=NOW, limit=2)}
            second = {item.delivery_id for item in lease_due(other, now=NOW, limit=10)}
            assert len(first) == 2
            assert len(second) == 2
            assert not first & second
            one.rollback()
            other.rollback()
    finally:
        with Session(engine) as cleanup:
            cleanup.query(Delivery).delete()
            cleanup.commit()
        engine.dispose()


def test_the_backlog_names_codes(session: Session) -> None:
    outcome_mail(session)
    drained(Box(TemporaryFailure("smtp_450")))
    found = backlog(session, NOW + timedelta(hours=1))
    assert (found.waiting, found.given_up, dict(found.errors)) == (1, 0, {"smtp_450": 1})
    assert found.oldest_due == NOW + timedelta(minutes=1)


def test_nothing_personal_rests_in_the_rows(session: Session, tmp_path: Path) -> None:
    row = outcome_mail(session)
    drained(Box())
    columns = {column.name: getattr(row, column.name) for column in Delivery.__table__.columns}
    for secret in ("people.example", "Hoa", "0912345678", "PRIVATE-TEXT-MARKER"):
        assert secret not in str(columns)
