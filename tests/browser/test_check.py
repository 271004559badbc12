"""The coordinator at the check: thirty tickets by single keys, and what the screen looks like.

`SHOTS=folder` keeps pictures. Seconds are printed, never asserted: here nobody has to read.
"""

import json
import os
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Scene
from tests.browser.test_pages import OPEN_ALL, check_access, check_shape, check_words
from tests.browser.visitor import Visitor, visitor
from tests.journeys import way

SHOTS = os.environ.get("SHOTS", "")
MANY = 30
TEXTS = (
    ("waste", "Rác chất đống trước cổng chợ ba ngày, bốc mùi"),
    ("lighting", "Đèn đường trước nhà văn hóa khu 3 không sáng"),
    ("road", "Ổ gà lớn giữa đường, xe máy ngã nhiều lần"),
)


def send(scene: Scene, category: str, text: str, **more: object) -> str:
    """A report by the machine interface; its code."""
    body = json.dumps({"category": category, "text": text, **more}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    asked = Request(f"{scene.place.url}/api/v1/reports", body, headers)
    with urlopen(asked) as answer:
        return str(json.load(answer)["reference"])


@pytest.fixture(scope="module")
def waiting(scene: Scene) -> list[str]:
    """Tickets that wait: most of them placed, every tenth without a place."""
    found = []
    for number in range(MANY + 6):
        category, text = TEXTS[number % 3]
        place = (
            {}
            if number % 10 == 4
            else {"lat": 20.951 + number / 3_000, "lon": 107.06 + number / 900}
        )
        found.append(send(scene, category, f"{text} ({number})", **place))
    return found


@pytest.fixture(scope="module")
def office(chromium: Browser, scene: Scene, waiting: list[str]) -> Iterator[Visitor]:
    with visitor(chromium, scene.place.url, width=1280) as window:
        window.sign_in(way.COORDINATOR, way.PASSWORD)
        yield window


def shown(page: Page) -> str:
    return page.inner_text(".check-title .reference")


def press(page: Page, *keys: str) -> None:
    """Press keys; after the last one the next page has come."""
    for key in keys[:-1]:
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press(keys[-1])


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_screen_in_both_languages(office: Visitor, lang: str) -> None:
    office.speak(lang)
    page = office.open("/desk/check")
    check_words(page, lang)
    for folded in (True, False):
        if not folded:
            page.evaluate(OPEN_ALL)
        for width in (390, 1280):
            office.resize(width)
            check_shape(page)
            check_access(page)
            shoot(page, f"check-{lang}-{width}-{'folded' if folded else 'open'}")
    office.settle()
    assert office.faults() == []


def test_thirty_tickets_by_keyboard(office: Visitor, waiting: list[str]) -> None:
    office.speak("vi")
    office.resize(1280)
    page = office.open("/desk/check")
    decided: list[str] = []
    seconds: list[float] = []
    while len(decided) < MANY:
        reference, began = shown(page), time.monotonic()
        decide(page, len(decided))
        seconds.append(time.monotonic() - began)
        decided.append(reference)
    print(f"\n{MANY} decisions: {sum(seconds) / MANY:.2f} s each, {max(seconds):.2f} s the longest")
    assert len(set(decided)) > MANY * 3 // 4, "the next one opens by itself"
    assert office.faults() == []


def decide(page: Page, turn: int) -> None:
    """Publish most, hide some with a reason, give what has no agency to one."""
    if page.locator("[aria-keyshortcuts=p]").count():
        if turn % 7 == 3:
            press(page, "n", "2")
        else:
            press(page, "p")
    elif page.locator("button[aria-keyshortcuts='1']:visible").count():
        press(page, "1")
    else:
        page.keyboard.press("a")
        choice = page.locator(".check-panel[open] select[name=agency]")
        expect(choice).to_be_focused()
        choice.select_option(index=2)
        with page.expect_navigation():
            page.locator(".check-panel[open] button").click()


def test_what_was_decided_is_taken_back_by_one_key(office: Visitor) -> None:
    page = office.open("/desk/check")
    while not page.locator("[aria-keyshortcuts=p]").count():
        press(page, "s")
    reference = shown(page)
    press(page, "p")
    assert reference in page.inner_text(".check-done")
    press(page, "u")
    assert shown(page) == reference
    assert page.locator("[aria-keyshortcuts=p]").count() == 1
    press(page, "s")
    assert shown(page) != reference


def test_keys_rest_while_somebody_types(office: Visitor) -> None:
    page = office.open("/desk/check")
    while not page.locator("[aria-keyshortcuts=p]").count():
        press(page, "s")
    before = shown(page)
    page.keyboard.press("n")
    page.locator(".check-panel[open] textarea").focus()
    page.keyboard.type("pun sok 2")
    assert page.locator(".check-panel[open] textarea").input_value() == "pun sok 2"
    assert shown(page) == before
    page.keyboard.press("Escape")
    assert page.locator(".check-panel[open]").count() == 0
    page.keyboard.press("Control+p")
    page.locator("#keys").uncheck()
    page.keyboard.press("Tab")
    page.keyboard.press("s")
    page.wait_for_timeout(300)
    assert shown(page) == before, "switched off"
    page = office.open("/desk/check")
    assert not page.locator("#keys").is_checked(), "and it stays so"
    page.locator("#keys").check()


def test_the_check_without_scripts(chromium: Browser, scene: Scene, waiting: list[str]) -> None:
    with visitor(chromium, scene.place.url, scripts=False) as window:
        window.sign_in(way.COORDINATOR, way.PASSWORD)
        page = window.page
        page.goto(scene.place.url + "/desk/check")
        refuse = page.locator("summary", has_text="Không công khai")
        while not refuse.count():
            page.get_by_role("link", name=re.compile("Để sau")).click()
        reference = shown(page)
        refuse.click()
        page.get_by_role("button", name="Có lời lẽ xúc phạm").click()
        assert reference in page.inner_text(".check-done")
        page.get_by_role("button", name="Hoàn tác").click()
        assert shown(page) == reference
