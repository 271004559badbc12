"""A cheap phone on a thin network: the reference within a minute of opening, photos later."""

import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Scene
from tests.browser.phone import Counted, Writing, big_photo, counted, phone, until
from tests.browser.relay import Relay, relay

UP_BYTES_S, DOWN_BYTES_S, ROUND_TRIP_S, SLOWER = 100_000 / 8, 400_000 / 8, 0.4, 4
WHOLE_S = 60.0
FIRST_BYTES = 4_096
LONG = "Rác thải sinh hoạt chất đống trước cổng trường tiểu học, mùi hôi nồng nặc, ruồi nhặng. "


def thin(page: Page, network: Relay) -> None:
    """Make the network thin and the processor slow."""
    network.up.bytes_s, network.down.bytes_s = UP_BYTES_S, DOWN_BYTES_S
    network.round_trip_s = ROUND_TRIP_S
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def test_the_reference_first_the_photos_later(
    chromium: Browser, scene: Scene, tmp_path: Path, capsys
) -> None:
    report = Writing()
    report.words = f"{report.words} {LONG * 12}"[:1_200].strip()
    with relay(scene.place.port) as network, phone(chromium, tmp_path) as browser:
        page = browser.pages[0]
        big = big_photo()
        thin(page, network)
        started = time.monotonic()
        page.goto(f"{network.url}/report?category=waste")
        page.wait_for_selector(".flow-live")
        opened = time.monotonic() - started
        photo = {"mimeType": "image/jpeg", "buffer": big}
        page.set_input_files("#photos", [{"name": f"{n}.jpg", **photo} for n in (1, 2)])
        report.write(page, network.url)
        report.send(page)
        page.wait_for_url("**/sent/**", wait_until="commit")
        expect(page.locator(".big-reference")).to_be_visible()
        known = time.monotonic() - started
        assert counted(scene.place, report.words).photos == 0
        expect(page.locator("#queue")).to_contain_text("Đang gửi ảnh 1/2")
        until(page, scene.place, report.words, Counted(1, 1, 2))
        complete = time.monotonic() - started
    (first,) = network.sizes("POST", "/send/report")
    photos = network.sizes("PUT", "/send/")
    order = [verb for verb, path, _ in network.passed if path.startswith("/send/")]
    with capsys.disabled():
        print(
            f"\nthin network: page ready {opened:.1f} s, reference {known:.1f} s, photos"
            f" {complete:.1f} s; first request {first} bytes, photos {len(big)} → {photos} bytes"
        )
    assert known <= WHOLE_S
    assert first <= FIRST_BYTES
    assert order == ["POST", "PUT", "PUT"]
    assert all(size <= 205_000 for size in photos)
