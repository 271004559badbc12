"""The way of a report by taps on the map, by keys alone, and without leave for the position."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Scene
from tests.browser.phone import go_on
from tests.browser.visitor import Visitor, visitor

MAX_TABS = 40


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(MAX_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    pytest.fail(f"the keyboard never reaches {selector}")


def onward(page: Page, step: str) -> None:
    """Go to the next step by keys; its heading has the focus then."""
    tab_to(page, "main form .button-big")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#flow [data-step={step}]")
    assert page.evaluate("document.activeElement.id") == f"flow-{step}"


def at_the_place(window: Visitor) -> Page:
    page = window.open("/report?category=trees")
    page.wait_for_selector(".flow-live")
    go_on(page, "place")
    return page


def place(page: Page) -> tuple[float, float]:
    return float(page.input_value("#lat")), float(page.input_value("#lon"))


@pytest.mark.parametrize("width", [390, 1280])
def test_a_tap_on_the_map_fills_the_place(chromium: Browser, scene: Scene, width: int) -> None:
    with visitor(chromium, scene.place.url, lang="en", width=width) as window:
        page = at_the_place(window)
        assert page.input_value("#lat") == ""
        page.click("[data-part=open]")
        page.locator("#map_pin .leaflet-marker-pane").wait_for(state="attached")
        page.locator("#map_pin").click()
        lat, lon = place(page)
        assert 20 < lat < 22
        assert 106 < lon < 109
        assert page.locator(".citymap-drop").is_visible()
        expect(page.locator("#place [data-part=said]")).to_contain_text("The pin is at")
        expect(page.locator("[data-part=outlook]")).to_contain_text("Responsible agency")
        near = page.inner_text("[data-part=outlook] dd >> nth=0")
        go_on(page, "what")
        page.fill("#text", "A tree leans over the road")
        go_on(page, "details")
        go_on(page, "check")
        said = page.inner_text("[data-row=place]")
        assert str(lat)[:7] in said
        assert near in said
        page.click("main form .button-big")
        page.wait_for_url("**/sent/**")
        assert window.faults() == []


def test_the_whole_way_by_keyboard(chromium: Browser, scene: Scene) -> None:
    with visitor(chromium, scene.place.url, lang="en", width=1280) as window:
        page = window.open("/report")
        page.wait_for_selector(".flow-live")
        onward(page, "place")
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
        onward(page, "what")
        tab_to(page, "#text")
        page.keyboard.type("A branch has broken off")
        tab_to(page, "[name=urgent]")
        page.keyboard.press("ArrowRight")
        expect(page.locator("#urgent-no")).to_be_checked()
        tab_to(page, "[name=category]")
        page.keyboard.press("Space")
        chosen = page.evaluate("document.querySelector('[name=category]:checked').value")
        assert chosen
        tab_to(page, "main form .button-big")
        page.keyboard.press("Enter")
        while page.locator("#flow [data-step=check]").count() == 0:
            page.wait_for_selector("#flow [data-step=details], #flow [data-step=check]")
            if page.locator("#flow [data-step=details]").count():
                onward(page, "check")
        tab_to(page, "main form .button-big")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sent/**")
        assert page.locator(".big-reference").inner_text().strip()
        assert window.faults() == []


def test_without_leave_for_the_position(chromium: Browser, scene: Scene) -> None:
    with visitor(chromium, scene.place.url, lang="en", permissions=[]) as window:
        page = at_the_place(window)
        page.click("[data-part=locate]")
        expect(page.locator("#place [data-part=said]")).to_contain_text("not available")
        assert page.input_value("#lat") == ""
        go_on(page, "what")


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


def test_the_private_link_can_be_handed_on_where_the_phone_can(
    chromium: Browser, scene: Scene
) -> None:
    with visitor(chromium, scene.place.url) as window:
        window.page.add_init_script("delete Navigator.prototype.share")
        page = window.open(scene.sent(scene.fresh))
        expect(page.locator("#share-link")).to_be_hidden()
    with visitor(chromium, scene.place.url) as window:
        window.page.add_init_script(
            "navigator.share = (given) => { window.given = given; return Promise.resolve(); }"
        )
        page = window.open(scene.sent(scene.fresh))
        page.click("#share-link")
        assert page.evaluate("window.given.url").endswith(scene.fresh)
        assert window.faults() == []
