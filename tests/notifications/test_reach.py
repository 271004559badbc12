"""One way to each person, the next when it ends; what is told once; nights; the end of the news."""

import email
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.contacts import consents_of, open_contact
from app.accounts.models import Contact
from app.accounts.reach import phones
from app.accounts.reach.quiet import quiet_until
from app.accounts.schemas import ContactInput
from app.core import installation
from app.core.db import transaction
from app.core.errors import Rejection
from app.core.words.i18n import use_language
from app.core.work.jobs import lease_drain
from app.core.work.outbox import Consumer, publish
from app.notifications.channels import (
    FileChannel,
    Message,
    PermanentFailure,
    TemporaryFailure,
    Unreachable,
)
from app.notifications.models import Delivery
from app.notifications.plan import Template
from app.notifications.reminders import remind
from app.notifications.send import Round
from app.notifications.words import Facts, words_for
from app.notifications.words.short import SMS_LIMIT, gsm, short_text
from app.reports.links import FOLLOW, STOP, follow_signature, short_code
from app.reports.models import Report
from app.reports.service import add_contact
from app.tickets.models import Ticket
from config import Settings
from tests.desk.scene import FORM
from tests.notifications.rows import NOW, agency, event, fan_out, report, ticket
from tests.notifications.test_words import FACTS, REPORTER

DAY = timedelta(days=1)
NIGHT = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)  # 22:30 in the city
MORNING = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)  # 07:00


class Box:
    """A channel that keeps messages, or fails as told."""

    def __init__(self, name: str, failure: Exception | None = None) -> None:
        self.name, self.failure = name, failure
        self.messages: list[Message] = []

    def send(self, message: Message) -> None:
        self.messages.append(message)
        if self.failure:
            raise self.failure


@pytest.fixture
def all_ways(settings: Settings) -> Iterator[None]:
    """An installation that has every channel."""
    on = replace(
        settings,
        sms=replace(settings.sms, kind="file"),
        zalo=replace(settings.zalo, kind="file"),
        push=replace(settings.push, kind="file"),
    )
    installation.configure(on)
    yield
    installation.configure(settings)


def boxes(**failures: Exception) -> dict[str, Box]:
    return {name: Box(name, failures.get(name)) for name in ("push", "zalo", "sms", "email")}


def drained(channels: Mapping[str, Box], at: datetime = NOW) -> int:
    one = Round(channels, clock=lambda: at, chance=lambda: 0.5)
    return lease_drain(one.lease, one.send, one.record)


def counts(channels: Mapping[str, Box]) -> dict[str, int]:
    return {name: len(box.messages) for name, box in channels.items() if box.messages}


def rows(session: Session) -> list[tuple[str, str, str]]:
    query = select(Delivery).order_by(Delivery.id).execution_options(populate_existing=True)
    return [(row.channel, row.state, row.template) for row in session.scalars(query)]


def told(session: Session, **values: object) -> tuple[Ticket, Report]:
    one = ticket(session, agency(session, email=None), status="resolved")
    sender = report(session, one, **values)  # type: ignore[arg-type]
    contact = session.get_one(Contact, sender.contact_id)
    contact.phone_enc = installation.sealer().seal("+84912345678")
    event(session, one, "resolve", text="We have cleaned it.")
    fan_out()
    return one, sender


@pytest.mark.usefixtures("all_ways")
def test_one_way_and_the_next_when_it_ends(session: Session) -> None:
    told(session)
    channels = boxes(zalo=PermanentFailure("zalo_400"), sms=PermanentFailure("sms_400"))
    drained(channels)
    assert counts(channels) == {"zalo": 1, "sms": 1, "email": 1}
    assert rows(session) == [
        ("zalo", "given_up", "outcome"),
        ("sms", "given_up", "outcome"),
        ("email", "sent", "outcome"),
    ]
    again = boxes()
    assert drained(again, NOW + 9 * DAY) == 0


@pytest.mark.usefixtures("all_ways")
def test_no_double_across_channels(session: Session) -> None:
    _one, sender = told(session)
    happened = session.scalars(select(Delivery)).one().event_id
    drained(boxes())
    # The person gives up the phone, and the event is fanned out once more.
    session.get_one(Contact, sender.contact_id).phone_enc = None
    session.flush()
    publish(session, [happened or 0], [Consumer.NOTIFICATIONS], NOW)
    fan_out()
    assert rows(session) == [("zalo", "sent", "outcome")]


@pytest.mark.usefixtures("all_ways")
def test_a_channel_that_is_away_stops_only_itself(session: Session) -> None:
    for _ in range(3):
        told(session)
    _one, by_mail = told(session)
    session.get_one(Contact, by_mail.contact_id).phone_enc = None
    session.execute(delete(Delivery).where(Delivery.recipient == f"report:{by_mail.id}"))
    event(session, _one, "resolve")
    fan_out()
    channels = boxes(zalo=Unreachable("timeout"))
    drained(channels)
    assert counts(channels) == {"zalo": 1, "email": 1}
    channels["zalo"].failure = None
    drained(channels, NOW + timedelta(hours=1))
    assert counts(channels) == {"zalo": 4, "email": 1}


@pytest.mark.usefixtures("all_ways")
def test_a_busy_channel_keeps_its_message(session: Session) -> None:
    told(session)
    drained(boxes(zalo=TemporaryFailure("zalo_429")))
    assert rows(session) == [("zalo", "pending", "outcome")]


@pytest.mark.usefixtures("all_ways")
def test_a_channel_that_was_switched_off_hands_over(session: Session) -> None:
    told(session)
    only_mail = {"email": Box("email")}
    drained(only_mail)
    assert counts(only_mail) == {"email": 1}


@pytest.mark.usefixtures("all_ways")
def test_nothing_rings_at_night_and_mail_may_come(session: Session) -> None:
    told(session)
    _one, by_mail = told(session)
    session.get_one(Contact, by_mail.contact_id).phone_enc = None
    session.flush()
    session.execute(delete(Delivery).where(Delivery.recipient == f"report:{by_mail.id}"))
    event(session, _one, "answer")
    fan_out()
    channels = boxes()
    drained(channels, NIGHT)
    assert counts(channels) == {"email": 1}
    waiting = session.scalars(select(Delivery).where(Delivery.channel == "zalo")).one()
    session.refresh(waiting)
    assert (waiting.state, waiting.attempts, waiting.next_attempt_at) == ("pending", 0, MORNING)
    drained(channels, MORNING)
    assert counts(channels) == {"email": 1, "zalo": 1}


@pytest.mark.usefixtures("all_ways")
def test_urgent_matters_ring_at_any_time(session: Session) -> None:
    one, _sender = told(session)
    one.severity_code = "urgent"
    session.flush()
    channels = boxes()
    drained(channels, NIGHT)
    assert counts(channels) == {"zalo": 1}


@pytest.mark.parametrize(
    ("hours", "clock", "ends"),
    [
        (("21:00", "07:00"), "20:59", None),
        (("21:00", "07:00"), "21:00", "2026-03-03 07:00"),
        (("21:00", "07:00"), "00:00", "2026-03-02 07:00"),
        (("21:00", "07:00"), "06:59", "2026-03-02 07:00"),
        (("21:00", "07:00"), "07:00", None),
        (("12:00", "13:30"), "12:10", "2026-03-02 13:30"),
        (("12:00", "13:30"), "13:30", None),
        (None, "03:00", None),
    ],
)
def test_quiet_hours(hours: tuple[str, str] | None, clock: str, ends: str | None) -> None:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    pair = tuple(datetime.strptime(text, "%H:%M").time() for text in hours) if hours else None  # noqa: DTZ007
    at = datetime.fromisoformat(f"2026-03-02T{clock}").replace(tzinfo=zone)
    found = quiet_until(pair, at.astimezone(UTC), zone)  # type: ignore[arg-type]
    assert (found.strftime("%Y-%m-%d %H:%M") if found else None) == ends


def test_at_most_this_much(session: Session) -> None:
    """The whole life of a report that goes wrong: one message of each kind."""
    owner = agency(session, email=None)
    one = ticket(session, owner)
    report(session, one)
    for kind, params in (
        ("triage", {}), ("assign", {}), ("return", {}), ("assign", {}), ("reply_overdue", {}),
        ("pause", {"code": "reporter"}), ("overdue", {}), ("extend", {}), ("extend", {}),
        ("comment", {}), ("comment", {}), ("merge", {}), ("cooperate", {}), ("resolve", {}),
    ):  # fmt: skip
        event(session, one, kind, **params)
    fan_out()
    assert [template for _channel, _state, template in rows(session)] == [
        "being_sorted", "reply_overdue", "question", "new_date", "message", "outcome",
    ]  # fmt: skip


def waiting_for_reporter(session: Session, ends: datetime) -> Ticket:
    return ticket(
        session, agency(session, email=None), status="waiting", pause_code="reporter",
        paused_until=ends, updated_at=NOW - 2 * DAY,
    )  # fmt: skip


def resolved(session: Session, at: datetime, **values: object) -> Ticket:
    return ticket(
        session, agency(session, email=None), status="resolved", outcome_at=at, updated_at=at,
        **values,
    )  # fmt: skip


def reminded(session: Session, at: datetime = NOW) -> int:
    with transaction() as inner:
        return remind(inner, now=at)


def test_one_reminder_of_a_question_and_of_a_result(session: Session) -> None:
    asked = waiting_for_reporter(session, NOW + timedelta(hours=20))
    done = resolved(session, NOW - timedelta(days=5, hours=1))
    report(session, asked)
    report(session, done)
    assert reminded(session) == 2
    assert reminded(session) == 0
    assert reminded(session, NOW + timedelta(hours=3)) == 0
    channels = boxes()
    drained(channels)
    subjects = sorted(message.subject for message in channels["email"].messages)
    assert [subject.partition(": ")[2] for subject in subjects] == [
        "your answer is still missing",
        "is it done?",
    ]


def test_nobody_is_reminded_too_early_or_in_vain(session: Session) -> None:
    report(session, waiting_for_reporter(session, NOW + timedelta(hours=25)))
    report(session, resolved(session, NOW - timedelta(days=4, hours=23)))
    report(session, resolved(session, NOW - timedelta(days=8)))
    report(session, resolved(session, NOW - timedelta(days=6), disputed_outcome=True))
    report(session, resolved(session, NOW - timedelta(days=6), sample=True))
    report(session, resolved(session, NOW - timedelta(days=6)), consent=("questions",))
    report(session, resolved(session, NOW - timedelta(days=6)), withdrawn_at=NOW)
    weather = waiting_for_reporter(session, NOW + timedelta(hours=20))
    weather.pause_code = "weather"
    report(session, weather)
    assert reminded(session) == 0


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("template", [*REPORTER, Template.CODE])
def test_an_sms_is_one_part_without_accents(template: Template, lang: str) -> None:
    link = "https://phananh.thanhpho.example/s/1234567.AbCdEfGhIjKlMnOpQrSt_-"
    facts: Facts = replace(FACTS, service="Phản ánh hiện trường thành phố", agency="Ủy ban X")
    with use_language(lang):
        words = words_for(template, facts)
        text = short_text("sms", words, link, link.replace("/s/", "/stop/"))
        short_links = short_text("sms", words, "https://x.vn/s/1.a", "https://x.vn/stop/1.a")
        chat = short_text("zalo", words, link, "")
    assert len(text) <= SMS_LIMIT
    assert text.isascii()
    assert link in text
    assert short_links.endswith("https://x.vn/stop/1.a") or template is Template.CODE
    assert link in chat
    assert "TEXT" not in text + chat
    if template is Template.CODE:
        assert facts.code in text


def test_letters_of_an_sms() -> None:
    assert gsm("Đã xử lý – “xong” …") == 'Da xu ly - "xong" ...'
    assert gsm("[a]{b}^€😀") == "?a??b????"


def test_phones() -> None:
    for typed in ("0912 345 678", "+84 912 345 678", "0912.345.678", "84912345678"):
        assert phones.mobile(typed, "VN") == "+84912345678"
    assert phones.shown("+84912345678") == "+84 912 345 678"
    assert phones.national("+84912345678") == "0912345678"
    assert phones.e164("0203 382 5555", "VN") == "+842033825555"
    for typed in ("0203 382 5555", "113", "1900 1234", "01234567890", "abc", "", "0912 345"):
        with pytest.raises(Rejection):
            phones.mobile(typed, "VN")


def test_a_phone_is_kept_in_one_form(session: Session) -> None:
    sender = report(session, ticket(session), contact_id=None)
    add_contact(session, sender, ContactInput(phone="0912.345.678"), now=NOW)
    contact = session.get_one(Contact, sender.contact_id)
    assert open_contact(contact).phone == "+84912345678"
    assert contact.phone_key is not None
    with pytest.raises(Rejection):
        add_contact(session, sender, ContactInput(phone="12345"), now=NOW)


def mail_of(session: Session, settings: Settings) -> email.message.EmailMessage:
    told(session)
    drained({"email": FileChannel(settings.mail)})  # type: ignore[dict-item]
    row = session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
    assert row is not None
    (path,) = settings.mail.folder.glob(f"{row.id}.*.eml")
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)  # type: ignore[return-value]


def test_one_click_ends_the_news(client: FlaskClient, session: Session, settings: Settings) -> None:
    mail = mail_of(session, settings)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip("<>")
    assert link.startswith(f"{settings.web.base_url}/stop/")
    path = link.removeprefix(settings.web.base_url)
    contact = session.scalars(select(Contact)).one()
    page = client.get(path, headers={"Accept-Language": "vi"})
    assert page.status_code == 200
    assert "updates" in consents_of(session, contact)
    # As a mail provider posts: no cookie, no Origin, no Sec-Fetch-Site.
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert consents_of(session, contact) == frozenset()
    assert client.post(path, headers=FORM).status_code == 200


def test_the_header_stays_one_line_however_long_the_link(settings: Settings) -> None:
    from app.notifications.channels.mail import as_email

    link = "https://phan-anh-hien-truong.tinh.example.gov/stop/123456789." + "x" * 60
    message = Message(
        key="1.a", to="a@b.example", sender_name="x", subject="x", body="x", lang="vi",
        stop_link=link,
    )  # fmt: skip
    raw = as_email(message, settings.mail).as_bytes().decode()
    assert f"<{link}>" in raw.replace("\r\n ", " ")


def test_short_links(client: FlaskClient, session: Session) -> None:
    one, sender = told(session)
    answer = client.get(f"/s/{short_code(sender, FOLLOW)}")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/follow/{one.reference}/{follow_signature(sender)}"
    for wrong in (
        short_code(sender, STOP), f"{sender.id}.x", "x", f"{sender.id + 1}.{'a' * 22}",
        "9" * 30 + ".x", "٣.x",
    ):  # fmt: skip
        assert client.get(f"/s/{wrong}").status_code == 404
    sender.follow_version += 1
    session.flush()
    assert client.get(f"/stop/{short_code(sender, FOLLOW)}").status_code == 404
