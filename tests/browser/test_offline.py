"""Reports on a bad network: stored on the phone first, then sent, exactly once, whatever breaks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Scene
from tests.browser.phone import (
    Counted,
    Writing,
    counted,
    phone,
    queue,
    says,
    until,
    worker_is_ready,
)
from tests.browser.relay import LOST, PASS, Relay, relay

STORED = "Phản ánh đã được lưu trên máy này"


@pytest.fixture
def network(scene: Scene) -> Iterator[Relay]:
    """A network before the scene's server."""
    with relay(scene.place.port) as found:
        yield found


def test_words_then_photos(chromium: Browser, scene: Scene, network: Relay, tmp_path: Path) -> None:
    """The plain day: the receipt at once, the photos while somebody reads it."""
    with phone(chromium, tmp_path) as browser:
        page, report = browser.pages[0], Writing(photos=2)
        report.write(page, network.url)
        report.send(page)
        page.wait_for_url("**/sent/**")
        until(page, scene.place, report.words, Counted(1, 1, 2))
        expect(page.locator("#queue")).to_be_hidden()
        assert queue(page) == {"reports": [], "photos": []}
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
        expect(page.locator("#stored")).to_contain_text(STORED)
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
        assert queue(page) == {"reports": [], "photos": []}
