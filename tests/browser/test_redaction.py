"""A photo is redacted by pointer, by keys and without scripts; the public sees what is left."""

import io
import os
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Scene
from tests.browser.test_looks import box_of
from tests.browser.test_pages import look
from tests.browser.visitor import Visitor, visitor
from tests.journeys import way
from tests.journeys.person import Person

SHOTS = os.environ.get("SHOTS", "")
DARK = 100


@pytest.fixture
def tracked(scene: Scene) -> str:
    """The tracking page of a report whose photo is ready; each test has its own."""
    person = Person(scene.place.url, "vi")
    path = way.report(person, files=True, lat="20.9535", lon="107.0795")
    person.wait_for(path, "Lý do chuyển đến đơn vị này")
    end = time.monotonic() + 60
    while "-medium.jpg" not in person.page:
        assert time.monotonic() < end
        time.sleep(0.5)
        person.open(path)
    return path


@pytest.fixture
def office(chromium: Browser, scene: Scene) -> Iterator[Visitor]:
    with visitor(chromium, scene.place.url, width=1280) as window:
        window.sign_in(way.COORDINATOR, way.PASSWORD)
        yield window


def address(window: Visitor, tracked: str) -> str:
    """The page to draw on, once the worker has done with the photo."""
    end = time.monotonic() + 60
    while True:
        page = window.open(f"/desk/check/{way.reference_of(tracked)}")
        link = page.locator(".photo-redact")
        if link.count():
            return str(link.get_attribute("href"))
        assert time.monotonic() < end
        page.wait_for_timeout(500)


def values(page: Page) -> list[float]:
    return [
        float(page.locator(f"[name={side}]").first.input_value())
        for side in ("left", "top", "width", "height")
    ]


def picture(window: Visitor, tracked: str) -> Image.Image:
    """The photo as the desk shows it now."""
    page = window.open(address(window, tracked))
    found = page.evaluate(
        "fetch(document.querySelector('.redact-stage img').src).then((answer) => answer.arrayBuffer())"
        ".then((buffer) => [...new Uint8Array(buffer)])"
    )
    return Image.open(io.BytesIO(bytes(found))).convert("L")


def test_the_page_of_a_photo(office: Visitor, tracked: str) -> None:
    look(office, address(office, tracked))


def draw(office: Visitor, tracked: str) -> Page:
    """Draw over the part from a fifth to a half, by pointer."""
    page = office.open(address(office, tracked))
    stage = box_of(page.locator(".redact-stage"))
    page.mouse.move(stage["x"] + stage["width"] * 0.2, stage["y"] + stage["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] * 0.5, stage["y"] + stage["height"] * 0.5, steps=5)
    page.mouse.up()
    return page


def test_by_pointer(office: Visitor, tracked: str) -> None:
    assert picture(office, tracked).getpixel((200, 150)) > DARK
    page = draw(office, tracked)
    assert [round(value) for value in values(page)] == pytest.approx([20, 20, 30, 30], abs=1)
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / "redact.png")
    page.click("#redact > .button-row button:first-child")
    assert page.locator(".check-done").count() == 1
    seen = picture(office, tracked)
    assert seen.getpixel((200, 150)) < DARK
    assert seen.getpixel((500, 400)) > DARK
    assert office.faults() == []


def test_by_keys(office: Visitor, tracked: str) -> None:
    page = office.open(address(office, tracked))
    page.locator("#redact-add").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className") == "redact-box"
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowRight", "Shift+ArrowUp"):
        page.keyboard.press(key)
    assert values(page) == [42, 41, 21, 19]
    page.keyboard.press("Delete")
    assert page.locator(".redact-box").count() == 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.locator("#redact > .button-row button").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert picture(office, tracked).getpixel((320, 240)) < DARK


def test_without_scripts(chromium: Browser, scene: Scene, tracked: str) -> None:
    with visitor(chromium, scene.place.url, scripts=False) as window:
        window.sign_in(way.COORDINATOR, way.PASSWORD)
        page = window.open(address(window, tracked))
        for side, value in zip(
            ("left", "top", "width", "height"), ["70", "70", "30", "30"], strict=True
        ):
            page.locator(f"[name={side}]").first.fill(value)
        page.locator("#redact > .button-row button").first.click()
        assert page.locator(".check-done").count() == 1
    with visitor(chromium, scene.place.url) as window:
        window.sign_in(way.COORDINATOR, way.PASSWORD)
        assert picture(window, tracked).getpixel((600, 440)) < DARK


def test_the_public_sees_what_is_left(office: Visitor, scene: Scene, tracked: str) -> None:
    page = draw(office, tracked)
    page.click("#redact > .button-row button:first-child")
    assert picture(office, tracked).getpixel((200, 150)) < DARK
    page = office.open(f"/desk/check/{way.reference_of(tracked)}")
    with page.expect_navigation():
        page.keyboard.press("p")
    page = office.open(scene.public(tracked))
    source = page.locator(".photos img").first.get_attribute("src")
    with urlopen(f"{scene.place.url}{source}") as answer:
        shown = Image.open(io.BytesIO(answer.read())).convert("L")
    assert shown.getpixel((200, 150)) < DARK
    assert shown.getpixel((40, 400)) > DARK
