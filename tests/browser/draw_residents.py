"""Draw the pictures of docs/residents.md: the steps of a report on a phone, in Vietnamese.

    ./run test tests/browser/draw_residents.py -q

It writes residents-1.png … into docs/screenshots, 390 px wide, in few colours so that each stays small.
"""

import io
from collections.abc import Iterator

import pytest
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Scene
from tests.browser.drawing import keep
from tests.browser.phone import go_on
from tests.browser.visitor import visitor

HERE = {"latitude": 20.9518, "longitude": 107.0811, "accuracy": 18}
HEIGHT = 780


def pothole() -> bytes:
    """Return a drawn photo: a hole in a road."""
    image = Image.new("RGB", (1200, 900), "#8f9499")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1200, 260), fill="#b9c4b0")
    draw.rectangle((0, 240, 1200, 300), fill="#c9c5bb")
    for x in range(-100, 1300, 260):
        draw.polygon([(x, 600), (x + 130, 600), (x + 120, 625), (x - 10, 625)], fill="#e6e2d6")
    draw.ellipse((380, 430, 900, 760), fill="#6d6a66")
    draw.ellipse((420, 465, 860, 735), fill="#4b4743")
    draw.ellipse((520, 560, 800, 715), fill="#6f8494")
    buffer = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(3)).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


@pytest.fixture
def page(chromium: Browser, scene: Scene) -> Iterator[Page]:
    more = {"geolocation": HERE, "permissions": ["geolocation"]}
    with visitor(chromium, scene.place.url, **more) as window:
        window.page.set_viewport_size({"width": 390, "height": HEIGHT})
        yield window.open("/report")


def test_draw(page: Page) -> None:
    page.wait_for_selector(".flow-live")
    page.set_input_files("#photos", {
        "name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": pothole(),
    })  # fmt: skip
    page.wait_for_selector(".flow-shots img")
    keep(page, "residents-1")
    go_on(page, "place")
    page.click("[data-part=locate]")
    page.wait_for_selector(".place-outlook dl")
    keep(page, "residents-2")
    go_on(page, "what")
    page.fill("#text", "Ổ gà lớn giữa đường, xe máy dễ ngã")
    page.check("#urgent-no")
    page.locator("[name=category][value=road]").first.check()
    page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
    keep(page, "residents-3")
    go_on(page, "details")
    page.check("#what-pothole")
    keep(page, "residents-4")
    go_on(page, "check")
    keep(page, "residents-5")
    page.click("main form .button-big")
    page.wait_for_url("**/sent/**")
    page.wait_for_selector("#routed dl")
    keep(page, "residents-6")
