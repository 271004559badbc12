"""The place step in a browser: a poor position, no position, the keyboard, names, bad networks."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import Scene
from tests.browser.phone import go_on
from tests.browser.visitor import Visitor, visitor

POOR = {"latitude": 20.951, "longitude": 107.08, "accuracy": 450}
FORM = "/report?category=waste"
SAID = "[data-part=said]"
OUTLOOK = "[data-part=outlook]"


def begun(window: Visitor) -> Page:
    """Open the report's first step."""
    page = window.open(FORM)
    page.wait_for_selector(".flow-live")
    return page


def opened(window: Visitor) -> Page:
    """Go on to the place."""
    page = begun(window)
    go_on(page, "place")
    return page


def no_violations(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("width", "lang"), [(390, "vi"), (1280, "en")])
def test_a_poor_position_asks_to_move_the_pin(
    chromium: Browser, scene: Scene, width: int, lang: str
) -> None:
    with visitor(
        chromium, scene.place.url, lang=lang, width=width, geolocation=POOR,
        permissions=["geolocation"], color_scheme="dark",
    ) as window:  # fmt: skip
        page = opened(window)
        page.click("[data-part=locate]")
        said = {"vi": "di chuyển ghim", "en": "move the pin"}[lang]
        expect(page.locator(SAID)).to_contain_text(said)
        page.locator(".citymap-accuracy").wait_for(state="attached")
        expect(page.locator(OUTLOOK)).to_contain_text({"vi": "UBND", "en": "Committee"}[lang])
        assert page.input_value("#accuracy_m") == "450"
        page.locator(".citymap-drop").focus()
        page.keyboard.press("ArrowUp")
        expect(page.locator("#accuracy_m")).to_have_value("")
        assert page.locator(".citymap-accuracy").count() == 0
        assert float(page.input_value("#lat")) > POOR["latitude"]
        no_violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert window.faults() == []


def test_nothing_of_the_map_is_loaded_before_it_is_wanted(chromium: Browser, scene: Scene) -> None:
    with visitor(chromium, scene.place.url) as window:
        asked: list[str] = []
        window.page.on("request", lambda request: asked.append(request.url))
        page = opened(window)
        page.fill("#area_name", "Bãi Cháy")
        page.locator("[role=option]").first.wait_for()
        assert not [url for url in asked if re.search(r"leaflet|citymap|/map/|photo_place", url)]
        page.click("[data-part=open]")
        page.locator("#map_pin .leaflet-map-pane").wait_for(state="attached")
        assert [url for url in asked if "leaflet.js" in url]
        assert window.faults() == []


def test_a_former_name_by_the_keyboard(chromium: Browser, scene: Scene) -> None:
    with visitor(chromium, scene.place.url, width=1280) as window:
        page = opened(window)
        page.focus("#area_name")
        page.keyboard.type("hong hai")
        page.locator("[role=option]").first.wait_for()
        box = page.locator("#area_name")
        assert box.get_attribute("aria-expanded") == "true"
        no_violations(page)
        page.keyboard.press("ArrowDown")
        chosen = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
        assert chosen.get_attribute("aria-selected") == "true"
        page.keyboard.press("Enter")
        assert "/report" in page.url
        expect(page.locator("#stated_area")).to_have_value("06688")
        assert box.input_value() == "Phường Hồng Hải"
        assert box.get_attribute("aria-expanded") == "false"
        expect(page.locator(OUTLOOK)).to_contain_text("UBND phường Hạ Long")
        assert window.faults() == []


def script_held_back(window: Visitor) -> list[Route]:
    """Let the step be used before its module has come, as on a thin network."""
    held: list[Route] = []
    window.page.route("**/report_place.js*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    return held


def test_a_name_typed_before_the_scripts_are_there_is_looked_up(
    chromium: Browser, scene: Scene
) -> None:
    with visitor(chromium, scene.place.url) as window:
        held = script_held_back(window)
        page = opened(window)
        page.focus("#area_name")
        page.keyboard.type("hong hai")
        held[0].continue_()
        expect(page.locator("[role=option]").first).to_be_visible()


def test_a_name_left_before_the_scripts_are_there_is_asked_about(
    chromium: Browser, scene: Scene
) -> None:
    with visitor(chromium, scene.place.url) as window:
        held = script_held_back(window)
        page = opened(window)
        page.fill("#area_name", "P. Hà Khẩu")
        page.locator("#area_name").blur()
        held[0].continue_()
        expect(page.locator("input[name=chosen_area]")).to_have_count(3)


def test_a_name_that_means_several_is_asked_about(chromium: Browser, scene: Scene) -> None:
    with visitor(chromium, scene.place.url) as window:
        page = opened(window)
        page.fill("#area_name", "P. Hà Khẩu")
        page.locator("#area_name").blur()
        radios = page.locator("input[name=chosen_area]")
        expect(radios).to_have_count(3)
        no_violations(page)
        radios.nth(1).check()
        expect(page.locator("#stated_area")).to_have_value("06706")
        expect(page.locator(OUTLOOK)).to_contain_text("Tuần Châu")
        radios.nth(2).check()
        expect(page.locator("#stated_area")).to_have_value("")
        expect(page.locator(OUTLOOK)).to_be_hidden()
        page.click("[data-part=open]")
        page.locator("#map_pin-centre").click()
        expect(page.locator(OUTLOOK)).to_be_visible()
        assert radios.count() == 0
        assert window.faults() == []


def test_a_pasted_link_sets_the_pin(chromium: Browser, scene: Scene) -> None:
    with visitor(chromium, scene.place.url, lang="en") as window:
        page = opened(window)
        page.click("summary:has-text('coordinates')")
        page.fill("#coordinates", "https://maps.example/@20.951,107.08,17z")
        page.locator("#coordinates").blur()
        expect(page.locator("#lat")).to_have_value("20.951000")
        expect(page.locator(OUTLOOK)).to_contain_text("Hong Gai Ward")
        page.fill("#coordinates", "21.60, 107.98")
        page.locator("#coordinates").blur()
        expect(page.locator(OUTLOOK)).to_contain_text("Dongxing")
        assert window.faults() == []


def test_a_silent_server_holds_nobody_up(chromium: Browser, scene: Scene) -> None:
    """Nobody waits for live questions; the form is sent all the same."""
    with visitor(chromium, scene.place.url) as window:
        page = window.page
        page.route("**/report/outlook*", lambda _route: None)
        page.route("**/report/places*", lambda _route: None)
        opened(window)
        page.fill("#area_name", "phường Hồng Hải")
        page.select_option("#stated_area", "06685")
        assert page.locator(OUTLOOK).is_hidden()
        go_on(page, "what")
        page.fill("#text", "Rác")
        go_on(page, "details")
        go_on(page, "check")
        page.click("main form .button-big")
        page.wait_for_url("**/sent/**")


def test_without_geolocation_at_all(chromium: Browser, scene: Scene) -> None:
    """As in a WebView: words and the map remain."""
    with visitor(chromium, scene.place.url, lang="en") as window:
        window.page.add_init_script(
            "Object.defineProperty(Navigator.prototype, 'geolocation', { get: () => undefined })"
        )
        page = opened(window)
        page.click("[data-part=locate]")
        expect(page.locator(SAID)).to_contain_text("not available")
        assert window.faults() == []


def exif_photo() -> bytes:
    """A JPEG that tells where it was taken: 20°57'3.6" N, 107°4'48" E."""
    import io

    from PIL import Image

    image = Image.new("RGB", (64, 48), "olive")
    exif = image.getexif()
    exif[0x8825] = {
        1: "N", 2: (20.0, 57.0, 3.6), 3: "E", 4: (107.0, 4.0, 48.0),
    }  # fmt: skip
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_photos_place_is_offered_not_forced(chromium: Browser, scene: Scene) -> None:
    with visitor(chromium, scene.place.url, lang="en") as window:
        page = begun(window)
        file = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": exif_photo()}
        page.set_input_files("#photos", file)
        go_on(page, "place")
        expect(page.locator(SAID)).to_contain_text("where it was taken")
        assert page.input_value("#lat") == ""
        page.click(f"{SAID} button")
        expect(page.locator("#lat")).to_have_value("20.951000")
        expect(page.locator("#lon")).to_have_value("107.080000")
        assert window.faults() == []


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe1\x00", b"GIF89a" * 99])
def test_a_photo_that_tells_nothing(chromium: Browser, scene: Scene, content: bytes) -> None:
    with visitor(chromium, scene.place.url) as window:
        page = begun(window)
        file = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": content}
        page.set_input_files("#photos", file)
        go_on(page, "place")
        page.wait_for_timeout(300)
        assert page.inner_text(SAID) == ""
        assert window.faults() == []
