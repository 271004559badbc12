"""The report form: by tap, by keys, by the device's position, and without JavaScript at all."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PREPARING, Scene
from tests.browser.visitor import visitor
from tests.journeys import way

HERE = {"latitude": 20.951, "longitude": 107.08, "accuracy": 30}
MAX_TABS = 40


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(MAX_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    pytest.fail(f"the keyboard never reaches {selector}")


def place(page: Page) -> tuple[float, float]:
    return float(page.input_value("#lat")), float(page.input_value("#lon"))


@pytest.mark.parametrize("width", [390, 1280])
def test_a_tap_on_the_map_fills_the_place(chromium: Browser, scene: Scene, width: int) -> None:
    with visitor(chromium, scene.place.url, lang="en", width=width) as window:
        page = window.open("/report?category=trees")
        page.fill("#text", "A tree leans over the road")
        page.evaluate("document.activeElement.blur()")
        assert page.input_value("#lat") == ""
        page.click("[data-part=open]")
        page.locator("#map_pin .leaflet-marker-pane").wait_for(state="attached")
        page.locator("#map_pin").click()
        lat, lon = place(page)
        assert 20 < lat < 22
        assert 106 < lon < 109
        assert page.locator(".citymap-drop").is_visible()
        expect(page.locator("[data-part=said]")).to_contain_text("The pin is at")
        expect(page.locator("[data-part=outlook]")).to_contain_text("Responsible agency")
        page.click("main form .button-big")
        page.wait_for_url("**/sent/**")
        assert window.faults() == []


def test_the_private_link_can_be_copied(chromium: Browser, scene: Scene) -> None:
    with visitor(chromium, scene.place.url) as window:
        window.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = window.open(scene.sent(scene.fresh))
        page.click("#keep-link")
        expect(page.locator("#keep-link-said")).to_have_text(
            "Đã sao chép. Ông/bà hãy lưu lại để dùng sau."
        )
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.endswith(scene.fresh)
        assert window.faults() == []


def test_the_whole_form_by_keyboard(chromium: Browser, scene: Scene) -> None:
    with visitor(chromium, scene.place.url, lang="en", width=1280) as window:
        page = window.open("/report?category=trees")
        tab_to(page, "#text")
        page.keyboard.type("A branch has broken off")
        tab_to(page, "[data-part=open]")
        page.keyboard.press("Enter")
        page.locator("#map_pin-centre").wait_for()
        tab_to(page, "#map_pin-centre")
        page.keyboard.press("Enter")
        lat, lon = place(page)
        tab_to(page, ".citymap-drop")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowRight")
        north, east = place(page)
        assert north > lat
        assert east > lon
        tab_to(page, "main form .button-big")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sent/**")
        assert page.locator(".big-reference").inner_text().strip()
        assert window.faults() == []


def test_the_devices_position(chromium: Browser, scene: Scene) -> None:
    with visitor(
        chromium, scene.place.url, lang="en", geolocation=HERE, permissions=["geolocation"]
    ) as window:
        page = window.open("/report?category=trees")
        page.click("[data-part=locate]")
        expect(page.locator("#lat")).not_to_have_value("")
        assert place(page) == (HERE["latitude"], HERE["longitude"])
        assert page.input_value("#accuracy_m") == "30"
        expect(page.locator("[data-part=said]")).to_contain_text("30 m")
        assert window.faults() == []


def test_without_leave_for_the_position(chromium: Browser, scene: Scene) -> None:
    with visitor(chromium, scene.place.url, lang="en", permissions=[]) as window:
        page = window.open("/report?category=trees")
        page.click("[data-part=locate]")
        expect(page.locator("[data-part=said]")).to_contain_text("not available")
        assert page.input_value("#lat") == ""


def test_what_was_typed_stays(chromium: Browser, scene: Scene) -> None:
    with visitor(chromium, scene.place.url, scripts=False) as window:
        page = window.page
        page.goto(scene.place.url + "/report?category=road")
        page.fill("#text", "Ổ gà lớn giữa đường")
        page.check("#what-pothole")
        page.fill("#address", "đối diện cổng trường")
        page.click("summary:has-text('tọa độ')")
        page.fill("#coordinates", "21.60, 107.98")
        page.click("main form .button-big")
        assert "Đông Hưng" in page.inner_text(".error-summary")
        assert page.input_value("#text") == "Ổ gà lớn giữa đường"
        assert page.input_value("#address") == "đối diện cổng trường"
        assert page.input_value("#coordinates") == "21.60, 107.98"
        assert page.is_visible("#coordinates")
        assert page.is_checked("#what-pothole")


def test_the_whole_way_without_javascript(chromium: Browser, scene: Scene) -> None:
    """From the start page to agency, reason and date; the photo follows when it is prepared."""
    with visitor(chromium, scene.place.url, scripts=False) as window:
        page = window.page
        page.goto(scene.place.url + "/")
        page.click("main a.button-big")
        page.click("a[href*='category=waste']")
        page.fill("#text", "Rác chưa được thu gom")
        photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": way.photo("olive")}
        page.set_input_files("#photos", photo)
        page.click("summary:has-text('tọa độ')")
        page.fill("#coordinates", "20,9522 107,0811")
        page.click("main form .button-big")
        assert "/sent/" in page.url
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


def _until(page: Page, holds) -> None:
    """Reload until something is true: the workers take a moment."""
    for _ in range(80):
        if holds():
            return
        page.wait_for_timeout(400)
        page.reload()
    pytest.fail(page.inner_text("main"))
