"""The four plain pages of a report, without JavaScript: both languages, both widths, dark too."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PREPARING, Scene
from tests.browser.test_pages import check_access, check_shape, check_words
from tests.browser.visitor import Visitor, visitor
from tests.journeys import way
from tests.journeys.person import Person

TYPED = "Ổ gà lớn giữa đường"
PHOTO = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": way.photo("olive")}
LIMIT_S = 60.0


def go_on(page: Page, step: str) -> None:
    """Press the button of a step; the next one is there."""
    page.click("main form .button-big")
    page.wait_for_url(f"**/{step}*")


@pytest.mark.parametrize(
    ("lang", "width", "scheme"), [("vi", 390, "light"), ("en", 390, "dark"), ("vi", 1280, "dark")]
)
def test_every_page_is_accessible_and_in_bounds(
    chromium: Browser, scene: Scene, lang: str, width: int, scheme: str
) -> None:
    def look(window: Visitor) -> None:
        window.page.wait_for_load_state()
        check_words(window.page, lang)
        check_shape(window.page)
        check_access(window.page)
        assert window.foreign == []
        assert window.errors == []

    with visitor(chromium, scene.place.url, lang=lang, width=width, color_scheme=scheme) as window:
        page = window.page
        page.goto(scene.place.url + _begun(window, scene, lang))
        look(window)
        page.set_input_files("#photos", PHOTO)
        go_on(page, "place")
        window.settle()
        look(window)
        go_on(page, "what")
        look(window)
        page.fill("#text", TYPED)
        page.check("#urgent-yes")
        assert page.locator(".flow-danger a[href='tel:113']").is_visible()
        page.check("#category-safety")
        look(window)
        go_on(page, "details")
        look(window)
        go_on(page, "check")
        look(window)
        page.click("main form .button-big")
        page.wait_for_url("**/sent/**")
        look(window)


def _begun(window: Visitor, scene: Scene, lang: str) -> str:
    """Return the first page of a draft: axe needs scripts, with which `/report` is another page."""
    person = Person(scene.place.url, lang)
    person.open("/report")
    person.send("/photo")
    (draft,) = (cookie for cookie in person.web.cookies if cookie.name == "draft")
    window.context.add_cookies(
        [{"name": draft.name, "value": draft.value or "", "url": scene.place.url + "/report"}]
    )
    return urlsplit(person.address).path.replace("/place", "/photo")


def test_back_and_reload_lose_nothing(chromium: Browser, scene: Scene) -> None:
    with visitor(chromium, scene.place.url, scripts=False) as window:
        page = window.page
        page.goto(scene.place.url + "/report?category=road")
        page.set_input_files("#photos", PHOTO)
        go_on(page, "place")
        page.fill("#address", "đối diện cổng trường")
        go_on(page, "what")
        page.reload()
        page.fill("#text", TYPED)
        page.go_back()
        assert page.input_value("#address") == "đối diện cổng trường"
        page.click(".flow-back")
        expect(page.locator("#kept-1")).to_be_checked()
        go_on(page, "place")
        go_on(page, "what")
        page.fill("#text", TYPED)
        go_on(page, "details")
        page.check("#what-pothole")
        go_on(page, "check")
        # The browser is closed and opened again: its address, or the front door, leads back.
        address = page.url
        page.goto("about:blank")
        page.goto(address)
        said = page.inner_text(".flow-said")
        for words in ("1 ảnh", "đối diện cổng trường", TYPED, "Ổ gà, mặt đường hỏng"):
            assert words in said
        page.click("[data-row=place] a")
        assert page.input_value("#address") == "đối diện cổng trường"
        go_on(page, "check")
        page.goto(scene.place.url + "/report")
        assert "chưa gửi" in page.inner_text(".flow-unfinished")


def test_what_was_typed_stays(chromium: Browser, scene: Scene) -> None:
    with visitor(chromium, scene.place.url, scripts=False) as window:
        page = window.page
        page.goto(scene.place.url + "/report")
        go_on(page, "place")
        page.fill("#address", "đối diện cổng trường")
        page.click("summary:has-text('tọa độ')")
        page.fill("#coordinates", "21.60, 107.98")
        page.click("main form .button-big")
        assert "Đông Hưng" in page.inner_text(".error-summary")
        assert page.input_value("#address") == "đối diện cổng trường"
        assert page.input_value("#coordinates") == "21.60, 107.98"
        assert page.is_visible("#coordinates")


def test_a_refused_step_tells_where(chromium: Browser, scene: Scene) -> None:
    with visitor(chromium, scene.place.url) as window:
        page = window.page
        page.goto(scene.place.url + _begun(window, scene, "vi").replace("/photo", "/what"))
        page.click("main form .button-big")
        page.wait_for_load_state()
        assert page.evaluate("document.activeElement.className") == "error-summary"
        page.locator(".error-summary a").first.click()
        assert page.evaluate("document.activeElement.id") == "text"
        assert page.get_attribute("#text", "aria-invalid") == "true"
        check_shape(page)
        check_access(page)
        assert window.faults(refused=True) == []


def test_the_whole_way_without_javascript(chromium: Browser, scene: Scene) -> None:
    """From the start page to agency, reason and date, at a person's pace, within a minute."""
    with visitor(chromium, scene.place.url, scripts=False) as window:
        page = window.page
        page.goto(scene.place.url + "/")
        began = time.monotonic()

        def think(seconds: float) -> None:
            page.wait_for_timeout(seconds * 1000)

        page.click("main a.button-big")
        think(4)  # taking the photo
        page.set_input_files("#camera", PHOTO)
        go_on(page, "place")
        think(1)
        page.click("summary:has-text('tọa độ')")
        page.locator("#coordinates").press_sequentially("20.9522, 107.0811", delay=120)
        go_on(page, "what")
        page.locator("#text").press_sequentially("Rác chưa được thu gom", delay=180)
        page.check("#urgent-no")
        think(3)  # looking for the subject
        page.check("#category-waste")
        go_on(page, "details")
        page.check("#what-household")
        think(1)
        go_on(page, "check")
        think(3)  # reading
        page.click("main form .button-big")
        page.wait_for_url("**/sent/**")
        took = time.monotonic() - began
        print(f"\nwithout JavaScript, at a person's pace: {took:.1f} s")
        assert took < LIMIT_S
        assert page.inner_text(".big-reference").strip() in page.url
        page.click("main a.button-big")
        _until(page, lambda: "Lý do chuyển đến đơn vị này" in page.inner_text("main"))
        answer = page.inner_text(".answer")
        assert way.OWNER["vi"] in answer
        assert "Địa điểm thuộc Phường Hồng Gai" in answer
        assert "Hạn trả lời kết quả" in answer
        assert "Hạn phản hồi đầu tiên" in answer
        assert page.locator(".answer time[datetime]").count() == 2
        _until(page, lambda: PREPARING not in page.inner_text("main"))
        image = page.locator(".photos img").first
        assert image.evaluate("(node) => node.naturalWidth") > 0


def _until(page: Page, holds: Callable[[], bool]) -> None:
    """Reload until something is true: the workers take a moment."""
    for _ in range(80):
        if holds():
            return
        page.wait_for_timeout(400)
        page.reload()
    pytest.fail(page.inner_text("main"))
