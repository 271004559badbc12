"""Web push against a local service that checks who sends and decrypts as a browser does.

The decryption is another people's (`http_ece`), and so is the check of the token (`joserfc`).
"""

import json
import os
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.contacts import consents_of, erase_contact, open_contact
from app.accounts.models import Contact
from app.accounts.reach.push import (
    Subscription,
    allowed,
    own_key,
    packed,
    parse_subscription,
    public_point,
    public_text,
    unpacked,
)
from app.core import installation
from app.core.errors import Rejection
from app.core.time import now
from app.core.work.jobs import lease_drain
from app.notifications.channels import (
    Channel,
    Gone,
    Message,
    PermanentFailure,
    TemporaryFailure,
    Unreachable,
    channels_of,
)
from app.notifications.channels.push import PushChannel
from app.notifications.models import Delivery
from app.notifications.send import Round
from app.reports.links import follow_signature
from config import Push, Settings
from tests.desk.scene import FORM
from tests.notifications.outside import Got, Outside, outside
from tests.notifications.rows import NOW, agency, event, fan_out, report, ticket

MESSAGE = Message(
    key="12.abc",
    to="",
    sender_name="Phản ánh hiện trường",
    subject="",
    body="",
    lang="vi",
    short="Phản ánh ZZ-26-7F3K2M: đã có kết quả",
    link="https://city.example/follow/ZZ-26-7F3K2M/x",
    reference="ZZ-26-7F3K2M",
)
HOSTS = ("push.example", "*.push.example.org")


@dataclass
class Browser:
    """A browser's half of the keys."""

    key: ec.EllipticCurvePrivateKey
    auth: bytes

    def at(self, endpoint: str) -> Subscription:
        return Subscription(
            endpoint=endpoint, p256dh=packed(public_point(self.key)), auth=packed(self.auth)
        )

    def reads(self, got: Got) -> dict[str, str]:
        clear = http_ece.decrypt(
            got.body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"
        )
        return dict(json.loads(clear))


@pytest.fixture
def browser() -> Browser:
    return Browser(ec.generate_private_key(ec.SECP256R1()), os.urandom(16))


@pytest.fixture
def there() -> Iterator[Outside]:
    with outside() as server:
        server.status = 201
        yield server


@pytest.fixture
def with_push(settings: Settings, there: Outside) -> Iterator[Settings]:
    chosen = replace(settings, push=replace(settings.push, kind="http", hosts=(there.url,)))
    installation.configure(chosen)
    yield chosen
    installation.configure(settings)


def channel(there: Outside, **changes: object) -> PushChannel:
    push = Push(kind="http", hosts=(there.url,), contact="", timeout_s=1)
    return PushChannel(replace(push, **changes), "no-reply@city.example")  # type: ignore[arg-type]


def to(browser: Browser, endpoint: str) -> Message:
    return replace(MESSAGE, to=browser.at(endpoint).sealed_text())


@pytest.mark.usefixtures("session")
def test_only_the_browser_reads_it(there: Outside, browser: Browser) -> None:
    channel(there).send(to(browser, f"{there.url}/send/abc"))
    (got,) = there.got
    assert browser.reads(got) == {
        "title": MESSAGE.sender_name, "body": MESSAGE.short, "url": MESSAGE.link,
        "tag": MESSAGE.reference, "lang": "vi",
    }  # fmt: skip
    assert (got.method, got.path) == ("POST", "/send/abc")
    assert got.headers["Content-Encoding"] == "aes128gcm"
    assert int(got.headers["Ttl" if "Ttl" in got.headers else "TTL"]) > 3_600
    stranger = Browser(ec.generate_private_key(ec.SECP256R1()), browser.auth)
    with pytest.raises(Exception, match=r".*"):
        stranger.reads(got)
    assert b"ZZ-26" not in got.body


@pytest.mark.usefixtures("session")
def test_the_service_knows_who_sends(there: Outside, browser: Browser) -> None:
    for _ in range(2):
        channel(there).send(to(browser, f"{there.url}/send/abc"))
    words = there.got[0].headers["Authorization"]
    token, key = words.removeprefix("vapid t=").split(", k=")
    assert key == public_text(own_key())
    point = unpacked(key)
    public = ECKey.import_key(
        {"kty": "EC", "crv": "P-256", "x": packed(point[1:33]), "y": packed(point[33:])}
    )
    decoded = jwt.decode(token, public, algorithms=["ES256"])
    assert decoded.claims["aud"] == there.url
    assert decoded.claims["sub"] == "mailto:no-reply@city.example"
    assert 0 < decoded.claims["exp"] - time.time() <= 24 * 3_600
    # A repeat after a crash takes the first one's place.
    assert there.got[0].headers["Topic"] == there.got[1].headers["Topic"]
    assert there.got[0].body != there.got[1].body


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, Gone), (410, Gone), (413, PermanentFailure), (400, PermanentFailure),
        (429, TemporaryFailure), (401, Unreachable), (500, Unreachable), (307, Unreachable),
    ],
)  # fmt: skip
def test_what_answers_mean(there: Outside, browser: Browser, status: int, kind: type) -> None:
    there.status = status
    with pytest.raises((PermanentFailure, TemporaryFailure)) as failure:
        channel(there).send(to(browser, f"{there.url}/x"))
    assert type(failure.value) is kind


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("behaviour", ["hang", "drip", "drop"])
def test_a_service_that_does_not_answer(there: Outside, browser: Browser, behaviour: str) -> None:
    there.behaviour = behaviour
    with pytest.raises(Unreachable):
        channel(there).send(to(browser, f"{there.url}/x"))


@pytest.mark.parametrize(
    ("endpoint", "good"),
    [
        ("https://push.example/x", True),
        ("https://push.example:443/x", True),
        ("https://a.b.push.example.org/x?y=1", True),
        ("http://push.example/x", False),
        ("https://push.example:8443/x", False),
        ("https://evil.example/x", False),
        ("https://push.example.evil.example/x", False),
        ("https://push.example.org/x", False),
        ("https://evilpush.example.org/x", False),
        ("https://push.example@evil.example/x", False),
        ("https://evil.example\\@push.example/x", False),
        ("https://127.0.0.1/x", False),
        ("https://[::1]/x", False),
        ("https://169.254.169.254/latest", False),
        ("https://push.example:bad/x", False),
        ("https://[push.example/x", False),
        ("https://pu\u0455h.example/x", False),
        ("https://push.example/\r\nX: y", False),
        ("file:///etc/passwd", False),
        ("gopher://push.example/", False),
        ("", False),
    ],
)
def test_where_messages_may_go(endpoint: str, good: bool) -> None:
    assert allowed(endpoint, HOSTS) is good


@pytest.mark.usefixtures("session")
def test_a_name_that_leads_inside_is_refused(there: Outside, browser: Browser) -> None:
    """`localhost` stands for a name of a push service that resolves to one of our machines."""
    port = there.url.rpartition(":")[2]
    from app.notifications.channels.calls import call
    from app.notifications.channels.push import _is_public

    with pytest.raises(PermanentFailure) as failure:
        call("POST", f"http://localhost:{port}/x", b"", {}, timeout_s=2, peer=_is_public)
    assert failure.value.code == "forbidden_address"
    assert there.got == []
    with pytest.raises(Gone):
        channel(there, hosts=HOSTS).send(to(browser, f"{there.url}/x"))


@pytest.mark.usefixtures("session")
def test_without_a_proper_certificate_nothing_is_said(browser: Browser, tmp_path: Path) -> None:
    with outside() as plain:
        url = plain.url.replace("http://", "https://")
        with pytest.raises(Unreachable) as failure:
            channel(plain, hosts=(url,)).send(to(browser, f"{url}/x"))
    assert failure.value.code == "no_tls"
    assert ssl.OPENSSL_VERSION


@pytest.mark.usefixtures("session")
def test_subscriptions_are_checked(with_push: Settings, there: Outside, browser: Browser) -> None:
    good = browser.at(f"{there.url}/x")
    assert parse_subscription(good.endpoint, good.p256dh, good.auth) == good
    assert Subscription.from_text(good.sealed_text()) == good
    assert there.url not in repr(good)
    for wrong in (
        {"endpoint": "https://127.0.0.1/x"}, {"endpoint": good.endpoint + "x" * 1_000},
        {"p256dh": packed(b"\x04" + b"\x01" * 64)}, {"p256dh": ""}, {"p256dh": "é"},
        {"auth": packed(b"x" * 15)}, {"auth": "!"},
    ):  # fmt: skip
        changed = replace(good, **wrong)
        with pytest.raises(Rejection):
            parse_subscription(changed.endpoint, changed.p256dh, changed.auth)


def drained(channels: dict[str, Channel]) -> int:
    one = Round(channels, clock=lambda: NOW, chance=lambda: 0.5)
    return lease_drain(one.lease, one.send, one.record)


def test_from_the_tap_to_the_screen(
    client: FlaskClient, session: Session, with_push: Settings, there: Outside, browser: Browser
) -> None:
    one = ticket(
        session, agency(session, email=None), status="in_progress", reference="QN-26-7F3K2M"
    )
    sender = report(session, one, contact_id=None)
    path = f"/follow/{one.reference}/{follow_signature(sender)}"
    session.commit()
    page = client.get(path)
    assert public_text(own_key()) in page.text
    given = browser.at(f"{there.url}/send/1")
    typed = {"endpoint": given.endpoint, "p256dh": given.p256dh, "auth": given.auth}
    bad = client.post(f"{path}/push", data={**typed, "endpoint": "https://x.y/"}, headers=FORM)
    assert bad.status_code == 422
    for _ in range(2):
        answer = client.post(f"{path}/push", data=typed, headers=FORM)
        assert answer.status_code == 303
    session.refresh(sender)
    contact = session.get_one(Contact, sender.contact_id)
    assert consents_of(session, contact) == {"updates"}
    assert there.url.encode() not in (contact.push_enc or b"")
    event(session, one, "resolve", text="PRIVATE-ANSWER")
    fan_out()
    channels = channels_of(with_push)
    assert drained(dict(channels)) == 1
    (got,) = there.got
    shown = browser.reads(got)
    assert one.reference in shown["body"]
    assert shown["url"] == with_push.web.base_url + path
    assert "PRIVATE" not in str(shown)
    rows = [*session.execute(select(Delivery.__table__))]
    assert there.url not in str(rows)
    # The browser was reset: its service says so, once and for all.
    there.status = 410
    event(session, one, "reopen")
    fan_out()
    drained(dict(channels))
    session.refresh(contact)
    assert contact.push_enc is None


def test_an_erased_contact_has_no_subscription(
    session: Session, with_push: Settings, browser: Browser, there: Outside
) -> None:
    from app.reports.service import add_push

    sender = report(session, ticket(session))
    add_push(session, sender, browser.at(f"{there.url}/x"), now=now())
    contact = session.get_one(Contact, sender.contact_id)
    opened = open_contact(contact)
    assert opened.push is not None
    assert opened.email == "reporter@people.example"
    erase_contact(session, contact, now=now())
    assert open_contact(contact).push is None
