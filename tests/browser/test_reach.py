"""What comes by message and leads back: my reports, codes, the end of the news, push.

The installation writes SMS into files and pushes to a service of ours. A headless Chromium has no
push service, so `PushManager.subscribe` is ours too; what our server sends there is decrypted with
the browser's keys and given to the very worker that the page has registered.
"""

import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import create_engine, text

from app.accounts.reach.push import packed, public_point
from tests.browser.phone import phone, worker_is_ready
from tests.browser.test_pages import OPEN_ALL, check_access, check_shape, look
from tests.browser.visitor import Visitor, visitor
from tests.installation import Installation, installed
from tests.journeys import way
from tests.journeys.person import Person
from tests.notifications.outside import Got, Outside, outside

MAIL, PHONE = "lan@journey.test", "0912 345 678"
REASON = "Lý do chuyển đến đơn vị này"
KEY, AUTH = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
SUBSCRIBE = """(() => {
  const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer;
  PushManager.prototype.subscribe = async (options) => {
    window.asked = [options.userVisibleOnly, options.applicationServerKey.length];
    const keys = {p256dh: bytes('%(p256dh)s'), auth: bytes('%(auth)s')};
    return {endpoint: '%(endpoint)s', getKey: (name) => keys[name]};
  };
})();"""
NOTES = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({title, body, tag, icon, lang, data}) => ({title, body, tag, icon, lang, data}))"""
TAP = """async (url) => {
  const opened = [];
  self.clients.openWindow = async (target) => { opened.push(target); };
  const waits = [];
  const event = new Event('notificationclick');
  event.notification = {close: () => opened.push('closed'), data: {url}};
  event.waitUntil = (wait) => waits.push(wait);
  self.dispatchEvent(event);
  await Promise.all(waits);
  return opened;
}"""


@dataclass(frozen=True)
class City:
    """The installation, its push service, and the tracking pages of what it holds."""

    place: Installation
    service: Outside
    own: str  # with e-mail and phone, resolved: there was a message
    pushed: str  # nobody has left anything

    def message(self, folder: str, pattern: str) -> bytes:
        """Return the last message of a folder, once there is one that holds the pattern."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            paths = sorted((self.place.folder / folder).rglob("*"), key=_written)
            found = [path.read_bytes() for path in paths if path.is_file()]
            fitting = [one for one in found if re.search(pattern.encode(), one)]
            if fitting:
                return fitting[-1]
            time.sleep(0.2)
        raise AssertionError(f"no message in {folder}\n{self.place.logs()}")


def _written(path: Path) -> float:
    return path.stat().st_mtime


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("reach")
    with outside() as service:
        settings = {"SMS": "file", "PUSH": "http", "PUSH_HOSTS": service.url}
        with installed(folder, redis_number=15, settings=settings) as place:
            way.add_staff(place)
            ring_at_any_hour(place)
            resident = Person(place.url, "vi")
            own = way.report(resident, **way.PLACE)
            pushed = way.report(resident, lat="20.9520", lon="107.0810")
            for path in (own, pushed):
                resident.wait_for(path, REASON)
            resident.open(own)
            resident.send("/contact", email=MAIL, consent_updates="1", consent_text="2026-11b")
            assert resident.status == 200, resident.words()
            resolve(place, own)
            yield City(place=place, service=service, own=own, pushed=pushed)


def ring_at_any_hour(place: Installation) -> None:
    """Take the quiet hours out of the pack: these tests run by day and by night."""
    engine = create_engine(place.env["DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(text("UPDATE city SET profile = profile - 'quiet_hours'"))
    engine.dispose()


def resolve(place: Installation, path: str) -> None:
    officer = Person(place.url, "vi")
    officer.sign_in(way.OFFICER, way.PASSWORD)
    officer.open(f"/desk/tickets/{way.reference_of(path)}")
    officer.send("/resolve", files=[("photos", way.photo("teal"))], code="fixed", text="Đã dọn")
    assert officer.status == 200, officer.words()


@pytest.fixture(scope="module")
def window(chromium: Browser, city: City) -> Iterator[Visitor]:
    with visitor(chromium, city.place.url) as found:
        yield found


@pytest.fixture
def stop_path(city: City) -> str:
    """The way out, as a mail program finds it in the header of a message."""
    raw = city.message("mail", "List-Unsubscribe: ")
    header = message_from_bytes(raw, policy=policy.default)["List-Unsubscribe"]
    return str(header).strip("<>").removeprefix(city.place.url)


def seen(page: Page) -> None:
    """Look at what a POST has answered: as it is, in the dark, and on a desk."""
    page.evaluate(OPEN_ALL)
    for scheme, width in (("light", 390), ("dark", 390), ("light", 1280)):
        # Without motion: a button that is still on its way to its colour has none of the two.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        check_shape(page)
        check_access(page)


def in_both_lights(window: Visitor, path: str) -> None:
    look(window, path)
    window.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    check_access(window.page)
    window.page.emulate_media(color_scheme="light", reduced_motion="no-preference")


@pytest.mark.parametrize("path", ["/my-reports", "/requests", "/how-it-works"])
def test_pages_without_a_report(window: Visitor, path: str) -> None:
    in_both_lights(window, path)


@pytest.mark.parametrize("page", ["", "/kept", "/requests"])
def test_pages_of_ones_own_report(window: Visitor, city: City, page: str) -> None:
    in_both_lights(window, city.own + page)


def test_the_end_of_the_news(window: Visitor, city: City, stop_path: str) -> None:
    in_both_lights(window, stop_path)
    window.speak("vi")
    window.open(stop_path)
    expect(window.page.locator("main .reference")).to_have_text(way.reference_of(city.own))
    window.page.click("main form button")
    expect(window.page.locator("main [role=status]")).to_be_visible()
    seen(window.page)
    assert window.faults() == []


def test_the_list_on_this_device(chromium: Browser, city: City) -> None:
    sent = city.own.replace("/follow/", "/sent/")
    with visitor(chromium, city.place.url) as window:
        page = window.open("/my-reports")
        expect(page.locator("#on-device")).to_be_hidden()
        window.open(sent)
        window.open(city.own)
        window.open(city.pushed)
        page = window.open("/my-reports")
        links = page.locator("#on-device a")
        expect(links).to_have_count(2)
        assert links.nth(0).get_attribute("href") == city.pushed
        seen(page)
        page.set_viewport_size({"width": 390, "height": 844})
        links.nth(1).click()
        assert page.url == city.place.url + city.own
        page = window.open("/my-reports")
        page.locator("#on-device button").first.click()
        expect(page.locator("#on-device a")).to_have_count(1)
        # Whoever goes by keyboard stands at the next one, not at the head of the page.
        assert page.evaluate("document.activeElement.tagName") == "BUTTON"
        page.reload()
        expect(page.locator("#on-device a")).to_have_count(1)
        page.locator("#on-device button").click()
        expect(page.locator("#on-device")).to_be_hidden()
        assert window.faults() == []


def test_a_list_that_somebody_has_spoiled(chromium: Browser, city: City) -> None:
    with visitor(chromium, city.place.url) as window:
        window.open("/my-reports")
        for kept in ("{", "null", "[null, 1, {}]", '[{"path": "https://evil.example/", "report": 1}]',
                     '[{"path": "/follow/x/y", "report": "<b>x</b>"}]'):  # fmt: skip
            window.page.evaluate("(kept) => localStorage.setItem('my-reports', kept)", kept)
            page = window.open("/my-reports")
            assert page.locator("#on-device a[href^='http']").count() == 0
            assert page.locator("#on-device b").count() == 0
            assert window.faults() == []


def test_a_link_by_mail(chromium: Browser, city: City) -> None:
    with visitor(chromium, city.place.url) as window:
        page = window.open("/my-reports")
        page.fill("#address", MAIL)
        page.click("main form .button-big")
        expect(page.locator("main [role=status]")).to_contain_text(MAIL)
        seen(page)
        link = re.findall(r"/my-reports/open/[\w.-]+", "\n".join(mails_with_link(city)))[-1]
        in_both_lights(window, link)
        window.page.click("main form .button-big")
        assert window.page.url == city.place.url + "/my-reports"
        assert window.page.locator("main .ticket-list a").count() == 1
        seen(window.page)
        assert window.faults() == []


def mails_with_link(city: City) -> list[str]:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        mails = city.place.mails()
        if any("/my-reports/open/" in mail for mail in mails):
            return mails
        time.sleep(0.2)
    raise AssertionError(city.place.logs())


def test_a_code_by_sms(chromium: Browser, city: City) -> None:
    resident = Person(city.place.url, "vi")
    path = way.report(resident, lat="20.9525", lon="107.0830")
    resident.open(path)
    resident.send("/contact", phone=PHONE, consent_updates="1", consent_text="2026-11b")
    with visitor(chromium, city.place.url, lang="en") as window:
        page = window.open("/my-reports")
        page.fill("#address", "12")
        page.click("main form .button-big")
        expect(page.locator("#address")).to_have_attribute("aria-invalid", "true")
        seen(page)
        page.fill("#address", PHONE)
        page.click("main form .button-big")
        expect(page.locator("#code")).to_be_visible()
        seen(page)
        code = json.loads(city.message("sms", '"template": "code"'))["text"].split()[0]
        page.fill("#code", "000000" if code != "000000" else "111111")
        page.click("main form .button-big")
        expect(page.locator("#code")).to_have_attribute("aria-invalid", "true")
        seen(page)
        page.fill("#code", f"{code[:3]} {code[3:]}")
        page.click("main form .button-big")
        expect(page.locator(f'a[href="{path}"]')).to_be_visible()
        seen(page)
        page.get_by_role("button", name="Sign out").click()
        assert page.locator(f'a[href="{path}"]').count() == 0
        assert window.faults(refused=True) == []


@pytest.fixture
def browser(chromium: Browser, city: City, tmp_path: Path) -> Iterator[BrowserContext]:
    with phone(chromium, tmp_path) as found:
        keys = {
            "p256dh": _plain(packed(public_point(KEY))),
            "auth": _plain(packed(AUTH)),
            "endpoint": f"{city.service.url}/push/one",
        }
        found.add_init_script(SUBSCRIBE % keys)
        yield found


def _plain(text: str) -> str:
    return text.replace("-", "+").replace("_", "/")


def test_push_from_the_tap_to_the_screen(browser: BrowserContext, city: City) -> None:
    page = browser.pages[0]
    page.goto(city.place.url + city.pushed)
    worker_is_ready(page)
    page.reload()
    form = page.locator("#push")
    expect(form).to_be_visible()
    assert form.locator("[role=status]").inner_text() == ""
    seen(page)
    browser.grant_permissions(["notifications"], origin=city.place.url)
    form.locator("button").click()
    expect(page.locator("main [role=status]").first).to_contain_text("thiết bị này")
    resolve(city.place, city.pushed)
    said = _read(_pushed(city))
    assert said["url"] == city.place.url + city.pushed
    assert said["tag"] == way.reference_of(city.pushed)
    assert _deliver(browser, page, said) == [
        {
            "title": said["title"], "body": said["body"], "tag": said["tag"], "lang": "vi",
            "icon": f"{city.place.url}/static/icon-192.png", "data": {"url": said["url"]},
        }
    ]  # fmt: skip
    (worker,) = browser.service_workers
    page.goto(city.place.url + "/map")
    assert worker.evaluate(TAP, said["url"]) == ["closed", said["url"]]
    for strange in ("https://evil.example/", "javascript:alert(1)", None):
        assert worker.evaluate(TAP, strange) == ["closed", "/my-reports"]
    assert page.request.get(city.place.url + "/static/icon-192.png").body()[:4] == b"\x89PNG"


def test_who_says_no_is_told_how_to_change_that(browser: BrowserContext, city: City) -> None:
    page = browser.pages[0]
    page.add_init_script("Notification.requestPermission = async () => 'denied'")
    page.goto(city.place.url + city.own)
    worker_is_ready(page)
    page.reload()
    page.locator("#push button").click()
    expect(page.locator("#push [role=status]")).not_to_be_empty()
    expect(page.locator("#push button")).to_be_enabled()
    assert page.url == city.place.url + city.own
    seen(page)


def _pushed(city: City) -> Got:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if city.service.got:
            return city.service.got[-1]
        time.sleep(0.2)
    raise AssertionError(city.place.logs())


def _read(got: Got) -> dict[str, Any]:
    clear = http_ece.decrypt(got.body, private_key=KEY, auth_secret=AUTH, version="aes128gcm")
    return dict(json.loads(clear))


def _deliver(browser: BrowserContext, page: Page, said: dict[str, Any]) -> list[dict[str, Any]]:
    """Give a message to the worker as the browser's push service would; return what is shown."""
    session = browser.new_cdp_session(page)
    known: list[str] = []

    def note(event: dict[str, Any]) -> None:
        known.extend(one["registrationId"] for one in event["registrations"])

    session.on("ServiceWorker.workerRegistrationUpdated", note)
    session.send("ServiceWorker.enable")
    for _ in range(100):
        if known:
            break
        page.wait_for_timeout(100)
    parts = re.match(r"https?://[^/]+", page.url)
    assert parts is not None
    message = {"origin": parts[0], "registrationId": known[0], "data": json.dumps(said)}
    # A worker that is just being stopped does not hear it; what comes twice has one place (its tag).
    for _ in range(10):
        session.send("ServiceWorker.deliverPushMessage", message)
        for _ in range(30):
            notes: list[dict[str, Any]] = page.evaluate(NOTES)
            if notes:
                return notes
            page.wait_for_timeout(100)
    raise AssertionError("nothing is shown")
