"""Reports on a bad network: stored on the phone first, then sent, exactly once, whatever breaks."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Scene
from tests.browser.phone import (
    Counted,
    Writing,
    big_photo,
    counted,
    holds_nothing,
    legal_kind,
    new_phone,
    phone,
    queue,
    says,
    until,
    worker_is_ready,
)
from tests.browser.relay import LOST, PASS, SILENT, UNHEARD, Relay, relay
from tests.installation import ROOT, Installation, free_port
from tests.journeys import way


@pytest.fixture
def network(scene: Scene) -> Iterator[Relay]:
    """A network before the scene's server."""
    with relay(scene.place.port) as found:
        yield found


def test_words_then_photos(chromium: Browser, scene: Scene, network: Relay) -> None:
    """The plain day: the receipt at once, the photos while somebody reads it."""
    with new_phone(chromium, network.url) as browser:
        page, report = browser.pages[0], Writing(photos=2)
        report.write(page, network.url)
        report.send(page)
        page.wait_for_url("**/sent/**")
        until(page, scene.place, report.words, Counted(1, 1, 2))
        expect(page.locator("#queue")).to_be_hidden()
        holds_nothing(page)
    sent = [(verb, path) for verb, path, _ in network.passed if path.startswith("/send/")]
    assert [verb for verb, _ in sent] == ["POST", "PUT", "PUT"]


def test_a_report_outlives_the_browser(
    chromium: Browser, scene: Scene, network: Relay, tmp_path: Path
) -> None:
    report = Writing(photos=2)
    with phone(chromium, tmp_path) as browser:
        page = browser.pages[0]
        page.goto(f"{network.url}/report?category=waste")
        worker_is_ready(page)
        network.fate = lambda _method, _path: LOST
        browser.set_offline(True)
        report.write(page, network.url)
        report.send(page)
        expect(page.locator("#stored")).to_be_visible()
        says(page, "Phản ánh chờ gửi: 1")
        assert [row["state"] for row in queue(page)["photos"]] == ["waiting"] * 2
    assert counted(scene.place, report.words) == Counted(0, 0, 0)
    with phone(chromium, tmp_path) as browser:
        page = browser.pages[0]
        page.goto(f"{network.url}/report")  # from the shelf: there is no network yet
        says(page, "Phản ánh chờ gửi: 1")
        network.fate = lambda _method, _path: PASS
        until(page, scene.place, report.words, Counted(1, 1, 2))
        says(page, "Đã nhận được phản ánh: ")
        page.click("#queue a")
        page.wait_for_url("**/sent/**")
        expect(page.locator("#queue")).to_be_hidden()
        holds_nothing(page)


class Trouble:
    """Lets the first requests of a kind fail in some way, then all pass."""

    def __init__(self, network: Relay, fate: str, *verbs: str, times: int = 1) -> None:
        self.fate, self.verbs, self.left = fate, verbs, dict.fromkeys(verbs, times)
        network.fate = self

    def __call__(self, method: str, path: str) -> str:
        if not path.startswith("/send/") or not self.left.get(method):
            return PASS
        self.left[method] -= 1
        return self.fate

    @property
    def over(self) -> bool:
        """Tell whether everything that should fail has failed."""
        return not any(self.left.values())


@pytest.mark.parametrize("fate", ["500", "502", "429", "200", LOST, UNHEARD, SILENT])
def test_sent_once_whatever_the_network_does(
    chromium: Browser, scene: Scene, network: Relay, fate: str
) -> None:
    """The first try of the words and that of the photo meet the same fate."""
    trouble = Trouble(network, fate, "POST", "PUT")
    with new_phone(chromium, network.url) as browser:
        page, report = browser.pages[0], Writing(photos=1)
        if fate == SILENT:
            page.clock.install()
        report.write(page, network.url)
        report.send(page)
        if fate == SILENT:
            page.wait_for_timeout(2_000)
            page.clock.fast_forward(31_000)  # what is not answered is given up
        expect(page.locator("#stored")).to_be_visible()
        _hasten(page, fate)
        says(page, "Đã nhận được phản ánh" if fate != SILENT else "")
        until(page, scene.place, report.words, Counted(1, 1, 1))
        assert trouble.over
        assert [row for row in queue(page)["reports"] if row["state"] != "sent"] == []


def _hasten(page: Page, fate: str) -> None:
    """Let the times of waiting pass, where the clock is ours."""
    while fate == SILENT and queue(page)["photos"]:
        page.wait_for_timeout(1_000)
        page.clock.fast_forward(241_000)
        page.clock.run_for(10_000)


def test_a_photo_that_has_arrived_is_not_sent_again(
    chromium: Browser, scene: Scene, network: Relay
) -> None:
    Trouble(network, UNHEARD, "PUT")
    with new_phone(chromium, network.url) as browser:
        page, report = browser.pages[0], Writing(photos=2)
        report.write(page, network.url)
        report.send(page)
        until(page, scene.place, report.words, Counted(1, 1, 2))
        expect(page.locator("#queue")).to_be_hidden(timeout=60_000)
    assert len(network.sizes("PUT", "/send/")) == 2
    assert len(network.sizes("GET", "/send/")) == 1


def test_tabs_and_worker_send_once(
    chromium: Browser, scene: Scene, network: Relay, tmp_path: Path
) -> None:
    with phone(chromium, tmp_path) as browser:
        page, report = browser.pages[0], Writing(photos=2)
        page.goto(f"{network.url}/report?category=waste")
        worker_is_ready(page)
        network.fate = lambda _method, path: LOST if path.startswith("/send/") else PASS
        report.write(page, network.url)
        report.send(page)
        expect(page.locator("#stored")).to_be_visible()
        tabs = [page, browser.new_page(), browser.new_page()]
        for tab in tabs[1:]:
            tab.goto(f"{network.url}/offline")
            says(tab, "Phản ánh chờ gửi: 1")
        network.fate = lambda _method, _path: PASS
        _wake_worker(browser, page)
        for tab in tabs:
            tab.evaluate("() => { outbox.flush(); outbox.flush(); }")
        until(page, scene.place, report.words, Counted(1, 1, 2))
        for tab in tabs:
            says(tab, "Đã nhận được phản ánh")
    assert len(network.sizes("POST", "/send/")) == 1
    assert len(network.sizes("PUT", "/send/")) == 2


def _wake_worker(browser: BrowserContext, page: Page) -> None:
    """Let the browser tell the worker that there is a network again (Background Sync)."""
    devtools = browser.new_cdp_session(page)
    found: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(row["registrationId"] for row in event["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    for _ in range(50):
        if found:
            break
        page.wait_for_timeout(100)
    origin = page.evaluate("location.origin")
    devtools.send(
        "ServiceWorker.dispatchSyncEvent",
        {"origin": origin, "registrationId": found[0], "tag": "outbox", "lastChance": False},
    )


def test_the_worker_alone_sends_what_waits(
    chromium: Browser, scene: Scene, network: Relay, tmp_path: Path
) -> None:
    """No page of the site is open; only the worker wakes."""
    with phone(chromium, tmp_path) as browser:
        page, report = browser.pages[0], Writing(photos=1)
        page.goto(f"{network.url}/report?category=waste")
        worker_is_ready(page)
        network.fate = lambda _method, path: LOST if path.startswith("/send/") else PASS
        report.write(page, network.url)
        report.send(page)
        expect(page.locator("#stored")).to_be_visible()
        page.goto(f"{network.url}/static/icon.svg")  # ours, but no page that could send
        network.fate = lambda _method, _path: PASS
        # The browser may wake it by itself before we do: it tries again what failed.
        _wake_worker(browser, page)
        until(page, scene.place, report.words, Counted(1, 1, 1))


PRIVATE = "async () => { const found = []; for (const name of await caches.keys()) for (const kept of await (await caches.open(name)).keys()) found.push(kept.method + ' ' + new URL(kept.url).pathname + new URL(kept.url).search); return found; }"  # fmt: skip

STORES = "async () => (await indexedDB.databases()).map((one) => one.name)"


def test_nothing_private_is_kept(
    chromium: Browser, scene: Scene, network: Relay, tmp_path: Path
) -> None:
    """After a whole visit the caches hold the shell, asked for without cookies, and no more."""
    with phone(chromium, tmp_path) as browser:
        page, report = browser.pages[0], Writing(photos=1)
        page.goto(f"{network.url}/report?category=waste")
        worker_is_ready(page)
        report.write(page, network.url)
        report.send(page)
        page.wait_for_url("**/sent/**")
        page.click("main a.button-big")
        page.wait_for_url("**/follow/**")
        for path in ("/", "/map", "/tickets", "/lookup", "/report", scene.sent(scene.fresh)):
            page.goto(network.url + path)
        _sign_in(page, network.url)
        for path in ("/desk", "/desk/account", "/report", "/offline"):
            page.goto(network.url + path)
        kept = page.evaluate(PRIVATE)
        pages = {row for row in kept if "/static/" not in row and "/assets/" not in row
                 and ".js" not in row}  # fmt: skip
        assert pages <= {
            "GET /language",
            *(
                f"GET /{name}?lang={lang}"
                for name in ("report", "offline")
                for lang in ("vi", "en")
            ),
        }
        assert "GET /report?lang=vi" in pages
        shelf = page.evaluate(
            "async () => (await Promise.all((await caches.keys()).map(async (name) => Promise.all("
            "(await (await caches.open(name)).matchAll()).map((kept) => kept.text())))))"
            ".flat().join('\\n')"
        )
        for secret in (report.words, way.OFFICER, "/desk/sign-out", "/follow/", "csrf_token"):
            assert secret not in shelf
        assert set(page.evaluate(STORES)) <= {"outbox", "report"}


def _sign_in(page: Page, base: str) -> None:
    page.goto(f"{base}/desk/sign-in")
    page.fill("input[name=email]", way.OFFICER)
    page.fill("input[name=password]", way.PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/desk")


def test_signing_out_leaves_what_waits(chromium: Browser, scene: Scene, network: Relay) -> None:
    with new_phone(chromium, network.url) as browser:
        page, report = browser.pages[0], Writing(photos=1)
        network.fate = lambda _method, path: LOST if path.startswith("/send/") else PASS
        report.write(page, network.url)
        report.send(page)
        expect(page.locator("#stored")).to_be_visible()
        _sign_in(page, network.url)
        page.click("form[action='/desk/sign-out'] button")
        page.wait_for_url("**/desk/sign-in**")
        network.fate = lambda _method, _path: PASS
        page.goto(f"{network.url}/")
        until(page, scene.place, report.words, Counted(1, 1, 1))


# What an older or stricter browser may lack, or refuse.
LACKS = {
    "service worker": "delete Navigator.prototype.serviceWorker",
    "locks": "delete Navigator.prototype.locks; delete window.BroadcastChannel",
    "new words": "delete Crypto.prototype.randomUUID; delete window.AbortController",
    "bitmap": "delete window.createImageBitmap",
    "position, push": "delete Navigator.prototype.geolocation; delete window.PushManager;"
    " delete window.Notification",
    "database": "delete window.indexedDB",
    "private window": "IDBFactory.prototype.open = () => { throw new DOMException('no'); }",
    "room": "const put = IDBObjectStore.prototype.put; IDBObjectStore.prototype.put = function (row)"
    " { const asked = put.call(this, row); asked.addEventListener('success',"
    " () => this.transaction.abort()); return asked; }",
}
LACKS["everything"] = "; ".join(list(LACKS.values())[:6])
CANNOT_STORE = {"database", "private window", "room", "everything"}


@pytest.mark.parametrize("lack", LACKS)
def test_with_less_than_a_whole_browser(
    chromium: Browser, scene: Scene, network: Relay, lack: str
) -> None:
    with new_phone(chromium, network.url) as browser:
        page, report = browser.pages[0], Writing(photos=1)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.add_init_script(LACKS[lack])
        report.write(page, network.url)
        report.send(page)
        page.wait_for_url("**/sent/**")
        until(page, scene.place, report.words, Counted(1, 1, 1))
        assert bool(network.sizes("POST", "/report")) == (lack in CANNOT_STORE)
        assert errors == []


def test_a_form_without_a_store_loses_nothing(
    chromium: Browser, scene: Scene, network: Relay
) -> None:
    """Where nothing can be stored, the form is sent as a form, with smaller photos."""
    with new_phone(chromium, network.url) as browser:
        page, report = browser.pages[0], Writing()
        page.add_init_script(LACKS["private window"])
        page.goto(f"{network.url}/report?category=waste")
        page.wait_for_selector(".flow-live")
        big = big_photo()
        page.set_input_files("#photos", {"name": "a.jpg", "mimeType": "image/jpeg",
                                         "buffer": big})  # fmt: skip
        report.write(page, network.url)
        report.send(page)
        page.wait_for_url("**/sent/**")
        until(page, scene.place, report.words, Counted(1, 1, 1))
    assert max(network.sizes("POST", "/report")) < len(big) / 2


@contextmanager
def _server(place: Installation, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A web server of the installation that can be killed without asking the others."""
    words = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1",
             "--port", str(port), "--workers", "1", "--no-ws", "--log-level", "warning",
             "asgi:served"]  # fmt: skip
    with (place.folder / "logs" / "killed.log").open("ab") as log:
        server = subprocess.Popen(
            words, cwd=ROOT, env=dict(place.env), stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield server
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def test_the_web_server_is_killed(
    chromium: Browser, scene: Scene, network: Relay, tmp_path: Path
) -> None:
    """Killed while the photos come, started again: everything arrives, once."""
    network.port = free_port()
    with phone(chromium, tmp_path) as browser:
        page, report = browser.pages[0], Writing(photos=3)
        with _server(scene.place, network.port) as server:
            _open(page, f"{network.url}/report?category=waste")
            worker_is_ready(page)

            def fate(method: str, path: str) -> str:
                if method == "PUT" and len(network.sizes("PUT", "/send/")) == 1:
                    os.killpg(server.pid, signal.SIGKILL)
                return PASS

            network.fate = fate
            report.write(page, network.url)
            report.send(page)
            page.wait_for_url("**/sent/**")
            server.wait(timeout=60)
        network.fate = lambda _method, _path: PASS
        assert counted(scene.place, report.words) == Counted(1, 1, 1)
        page.goto(f"{network.url}/report")  # from the shelf: nobody answers
        says(page, "chờ mạng")
        with _server(scene.place, network.port):
            until(page, scene.place, report.words, Counted(1, 1, 3))


def _open(page: Page, address: str) -> None:
    """Open a page of a server that may still be starting."""
    for _ in range(60):
        try:
            page.goto(address)
        except Exception:
            time.sleep(0.5)
        else:
            return
    pytest.fail("the server does not start")


def test_what_is_refused_later_can_be_seen_changed_and_deleted(
    chromium: Browser, scene: Scene, network: Relay
) -> None:
    """Written without a network, outside the service area: nobody was there to say so."""
    with new_phone(chromium, network.url) as browser:
        page, report = browser.pages[0], Writing(photos=1)
        network.fate = lambda _method, path: LOST if path.startswith("/send/") else PASS
        report.write(page, network.url, lat="20.80", lon="106.65")
        report.send(page)
        expect(page.locator("#stored")).to_be_visible()
        network.fate = lambda _method, _path: PASS
        says(page, "Có phản ánh chưa gửi được")
        page.click("#queue a")
        page.wait_for_url("**/offline")
        entry = page.locator("#waiting > li")
        expect(entry).to_contain_text("Địa điểm này thuộc")
        expect(entry).to_contain_text(report.words)
        expect(entry).to_contain_text("Ảnh chưa gửi: 1/1")
        entry.get_by_role("button", name="Gửi ngay").click()
        page.wait_for_timeout(1_500)
        expect(entry).to_contain_text("Địa điểm này thuộc")
        assert counted(scene.place, report.words) == Counted(0, 0, 0)
        entry.get_by_role("button", name="Xóa").click()
        entry.get_by_role("button", name="Xóa hẳn").click()
        expect(page.locator("#nothing")).to_be_visible()
        expect(page.locator("#queue")).to_be_hidden()
        holds_nothing(page)


def test_a_possible_legal_complaint_nobody_was_asked_about(
    chromium: Browser, scene: Scene, network: Relay
) -> None:
    """The question that comes back too late counts as not answered: it stays private."""
    with new_phone(chromium, network.url) as browser:
        page = browser.pages[0]
        report = Writing(words=f"Tôi tố cáo ông chủ tịch phường nhận hối lộ {uuid.uuid4().hex}")
        network.fate = lambda _method, path: LOST if path.startswith("/send/") else PASS
        report.write(page, network.url)
        report.send(page)
        expect(page.locator("#stored")).to_be_visible()
        network.fate = lambda _method, _path: PASS
        until(page, scene.place, report.words, Counted(1, 1, 0))
        says(page, "Đã nhận được phản ánh")
        reference = queue(page)["reports"][0]["reference"]
        page.goto(f"{network.url}/tickets/{reference}")
        assert report.words not in page.content()
    assert legal_kind(scene.place, report.words) == "unanswered"


def test_a_new_version_takes_over_whole(
    chromium: Browser, scene: Scene, network: Relay, tmp_path: Path
) -> None:
    """After a deployment the page is the new one, the old shelf is gone, offline works as before."""
    with phone(chromium, tmp_path) as browser:
        page = browser.pages[0]
        page.goto(f"{network.url}/report")
        worker_is_ready(page)
        old = page.evaluate("caches.keys()")
        assert len(old) == 1
        network.rewrite = lambda path, body: (
            body.replace(b'"version": "', b'"version": "new')
            if path == "/sw.js"
            else body.replace(b"<h1", b"<h1 data-new", 1) if path.startswith("/report") else body
        )  # fmt: skip
        page.goto(f"{network.url}/report")
        expect(page.locator("h1[data-new]")).to_be_visible()  # from the network at once
        for _ in range(100):
            if page.evaluate("caches.keys()") == [old[0].replace("shell-", "shell-new")]:
                break
            page.wait_for_timeout(200)
        assert page.evaluate("caches.keys()") == [old[0].replace("shell-", "shell-new")]
        network.fate = lambda _method, _path: LOST
        page.goto(f"{network.url}/report")
        expect(page.locator("h1[data-new]")).to_be_visible()
        page.goto(f"{network.url}/map")
        expect(page.locator("#unreachable")).to_be_visible()


def test_the_shelf_speaks_the_persons_language(
    chromium: Browser, scene: Scene, network: Relay, tmp_path: Path
) -> None:
    with phone(chromium, tmp_path) as browser:
        page = browser.pages[0]
        page.goto(f"{network.url}/report?lang=en")
        worker_is_ready(page)
        network.fate = lambda _method, _path: LOST
        page.goto(f"{network.url}/report")
        assert page.get_attribute("html", "lang") == "en"
        page.goto(f"{network.url}/tickets?lang=vi")
        assert page.get_attribute("html", "lang") == "vi"
        assert page.locator(".brand-mark").evaluate(LOADED)


LOADED = """async (node) => (await fetch(getComputedStyle(node).backgroundImage.slice(5, -2))).ok"""
