"""How often codes and links are sent: to one address, from one network, in all, to which phones."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import ContactProof
from app.accounts.reach import asking, proofs
from app.accounts.reach.asking import Asked
from app.admin.attention import points
from app.core import installation
from app.core.db import db
from app.core.errors import TooMany
from app.core.time import frozen, now
from app.core.work.heartbeat import Heartbeat
from app.notifications.models import Delivery
from config import Settings, SettingsError
from tests.conftest import environment
from tests.desk.scene import FORM
from tests.tickets.test_at_once import at_once

PHONE, MAIL = "+84912345678", "owner@people.example"
HOME, AWAY = b"network-home", b"network-away"
START = datetime.fromisoformat("2026-11-02T02:00:00+00:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def with_sms(settings: Settings) -> Iterator[Settings]:
    chosen = replace(settings, sms=replace(settings.sms, kind="file"))
    installation.configure(chosen)
    yield chosen
    installation.configure(settings)


def capped(settings: Settings, **most: object) -> None:
    """Set other limits for codes."""
    installation.configure(replace(settings, codes=replace(settings.codes, **most)))  # type: ignore[arg-type]


def ask(
    session: Session,
    address: str = PHONE,
    *,
    network: bytes = HOME,
    at: datetime = START,
    known_only: bool = False,
) -> Asked | None:
    kind, way = (proofs.EMAIL, "email") if "@" in address else (proofs.PHONE, "sms")
    return asking.ask(session, kind, address, way, known_only=known_only, network=network, now=at)


def messages(found: list[Asked | None]) -> int:
    return sum(asked is not None and asked.secret != "" for asked in found)


# One address.


@pytest.mark.parametrize("address", [PHONE, MAIL])
def test_one_network_gets_five_messages_and_then_one_in_ten_minutes(
    session: Session, address: str
) -> None:
    assert messages([ask(session, address) for _ in range(30)]) == asking.NETWORK_AN_HOUR
    later = [ask(session, address, at=START + minute * MINUTE) for minute in range(60)]
    # What was sent at the start is valid for ten minutes, and so is each that follows.
    assert messages(later) == 5
    assert messages([ask(session, address, at=START + timedelta(hours=2))]) == 1


@pytest.mark.parametrize("address", [PHONE, MAIL])
def test_many_networks_flood_nobody(session: Session, address: str) -> None:
    found = [ask(session, address, network=b"%d" % number) for number in range(100)]
    assert messages(found) == asking.ALL_AN_HOUR


def test_a_stranger_does_not_keep_the_owner_from_a_link(session: Session) -> None:
    links = [ask(session, MAIL, network=b"%d" % number) for number in range(100)]
    in_mailbox = next(link.secret for link in reversed(links) if link is not None and link.secret)
    assert proofs.use_link(session, in_mailbox, now=START + MINUTE) is not None
    # All others of that flood are too old later: the owner asks and gets a new one.
    again = ask(session, MAIL, at=START + 11 * MINUTE)
    assert again is not None
    assert again.secret
    assert proofs.use_link(session, again.secret, now=START + 12 * MINUTE) is not None


def test_a_stranger_does_not_keep_the_owner_from_a_code(session: Session) -> None:
    flood(session)
    own = ask(session)
    assert own is not None
    # Nothing more goes there; what went last, whoever asked for it, opens the owner's browser.
    assert own.secret == ""
    in_phone = newest(session)
    assert (own.proof.id, own.proof.secret_hash) != (in_phone.id, b"")
    assert own.proof.secret_hash == in_phone.secret_hash
    later = ask(session, at=START + 11 * MINUTE)
    assert later is not None
    assert later.secret


def flood(session: Session) -> str:
    """Use up the messages of the hour from other networks; return the code that went last."""
    found = [ask(session, network=b"%d" % number) for number in range(asking.ALL_AN_HOUR)]
    last = found[-1]
    assert last is not None
    return last.secret


def newest(session: Session) -> ContactProof:
    query = select(ContactProof).where(ContactProof.sent).order_by(ContactProof.id.desc())
    found = session.scalars(query).first()
    assert found is not None
    return found


def test_who_shares_a_code_has_attempts_of_their_own_and_the_code_works_once(
    session: Session,
) -> None:
    code = flood(session)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    stranger, owner = ask(session, network=AWAY), ask(session)
    assert stranger is not None
    assert owner is not None
    for _ in range(proofs.ATTEMPTS + 1):
        assert proofs.check_code(session, stranger.proof.id, PHONE, wrong, now=START) is None
    assert proofs.check_code(session, stranger.proof.id, PHONE, code, now=START) is None
    assert proofs.check_code(session, owner.proof.id, PHONE, code, now=START) is not None
    assert proofs.check_code(session, newest(session).id, PHONE, code, now=START) is None


def test_guessing_stays_limited(session: Session) -> None:
    for number in range(200):
        ask(session, network=b"%d" % (number % 50))
    tried = session.scalar(select(func.count()).select_from(ContactProof))
    assert tried == asking.ALL_AN_HOUR + asking.SHARED_ALL


def test_asks_that_may_send_nothing_use_up_no_code_for_a_report(session: Session) -> None:
    for number in range(30):
        ask(session, network=b"%d" % number, known_only=True)
    for_report = ask(session)
    assert for_report is not None
    assert for_report.secret


# Two and more at the same moment, on real connections.


@pytest.fixture
def real(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session()
        db.session.rollback()
        db.session.execute(delete(ContactProof))
        db.session.commit()
        db.session.remove()


@pytest.mark.parametrize("address", [PHONE, MAIL])
def test_asks_at_the_same_moment_are_counted_one_by_one(
    app: Flask, real: Session, address: str
) -> None:
    found = at_once(app, *[lambda session: ask(session, address)] * 12)
    assert [error for error in found if isinstance(error, Exception)] == []
    assert sum(isinstance(asked, Asked) and asked.secret != "" for asked in found) == 5


def test_the_last_code_of_the_hour_is_sent_once(
    app: Flask, real: Session, with_sms: Settings
) -> None:
    capped(with_sms, an_hour=3)
    numbers = [f"+8491234{number:04d}" for number in range(8)]
    found = at_once(app, *[lambda session, to=to: ask(session, to) for to in numbers])
    assert sum(isinstance(asked, Asked) for asked in found) == 3
    assert sum(isinstance(error, TooMany) for error in found) == 5


# What codes may cost.


def test_a_network_has_so_many_codes_an_hour(session: Session, with_sms: Settings) -> None:
    capped(with_sms, an_hour_network=3)
    for number in range(3):
        assert ask(session, f"+8491234000{number}")
    with pytest.raises(TooMany):
        ask(session, "+84912340009")
    assert ask(session, "+84912340009", network=AWAY)
    assert ask(session, MAIL)  # a link costs nothing
    assert ask(session, "+84912340009", at=START + timedelta(hours=1, seconds=1))


def test_the_installation_has_so_many_and_the_administrator_hears_of_it(
    client: FlaskClient, session: Session, with_sms: Settings
) -> None:
    capped(with_sms, an_hour=2)
    noon = now()
    with frozen(noon):
        for number in range(2):
            assert post(client, f"091234000{number}").status_code == 200
        refused = post(client, "0912 340 009")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "3600"
    assert "0912 340 009" in refused.text  # what was typed stays
    assert len(session.scalars(select(Delivery)).all()) == 2
    titles = [point.title for point in points(session, with_sms, noon, noon.date())]
    assert any("used up" in title for title in titles)
    later = noon + timedelta(days=3)
    titles = [point.title for point in points(session, with_sms, later, later.date())]
    assert not any("used up" in title for title in titles)
    with frozen(noon + timedelta(hours=1, seconds=1)):
        assert post(client, "0912 340 009").status_code == 200


def test_a_network_that_asks_too_much_is_no_news(
    client: FlaskClient, session: Session, with_sms: Settings
) -> None:
    capped(with_sms, an_hour_network=1)
    post(client, "0912340001")
    assert post(client, "0912340002").status_code == 429
    # Next door in the same network: no own address helps.
    near = {"environ_overrides": {"REMOTE_ADDR": "127.0.0.200"}}
    assert post(client, "0912340002", **near).status_code == 429
    far = {"environ_overrides": {"REMOTE_ADDR": "198.51.100.9"}}
    assert post(client, "0912340002", **far).status_code == 200
    assert session.get(Heartbeat, asking.USED_UP) is None


def post(client: FlaskClient, address: str, **more: object):
    return client.post("/my-reports", data={"address": address}, headers=FORM, **more)


# Where codes go.


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("+8801812345678", "a mobile phone far away"),
        ("+37128765432", "a mobile phone in another country"),
        ("+12425551234", "an island with our neighbours' code"),
        ("+84 1900 6789", "a premium number at home"),
        ("+882 1612 3456", "a satellite network"),
        ("+979 123456789", "an international premium number"),
        ("024 3825 1234", "a landline"),
    ],
)
@pytest.mark.parametrize("onward", ["", "/report/x/check"])
def test_no_code_goes_there(
    client: FlaskClient, session: Session, typed: str, what: str, onward: str
) -> None:
    data = {"address": typed, "next": onward}
    answer = client.post("/my-reports", data=data, headers=FORM)
    assert answer.status_code == 422, what
    assert typed in answer.text
    assert session.scalars(select(Delivery)).all() == []
    assert session.scalars(select(ContactProof)).all() == []


def test_the_refusal_names_where_codes_go_in_both_languages(client: FlaskClient) -> None:
    for lang, words in (("vi", "chỉ được gửi đến số di động"), ("en", "only to mobile numbers")):
        answer = client.post(
            f"/my-reports?lang={lang}", data={"address": "+37128765432"}, headers=FORM
        )
        assert words in answer.text
        assert "+84" in answer.text


def test_other_countries_are_a_setting(client: FlaskClient, with_sms: Settings) -> None:
    capped(with_sms, regions=("LV", "VN"))
    assert post(client, "+37128765432").status_code == 200
    assert post(client, "0912 345 678").status_code == 200
    assert post(client, "+8801812345678").status_code == 422


def test_a_country_that_is_none_stops_the_start(database_url: str, tmp_path) -> None:
    env = environment(database_url, tmp_path)
    assert Settings.from_env({**env, "SMS_REGIONS": "vn, LA"}).codes.regions == ("VN", "LA")
    with pytest.raises(SettingsError, match="SMS_REGIONS"):
        Settings.from_env({**env, "SMS_REGIONS": "VN,Lào"})
    # Two letters that are no country are found by who knows the countries.
    before = installation.settings()
    with pytest.raises(SettingsError, match="XX"):
        create_app(Settings.from_env({**env, "SMS_REGIONS": "VN,XX"}))
    assert installation.settings() is before
