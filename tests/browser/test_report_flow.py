"""The way of a report as one page: kept at every moment, a step at a time, with nothing foreign."""

import gzip
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Scene
from tests.browser.phone import PHOTO, go_on
from tests.browser.test_pages import check_access, check_shape, check_words
from tests.browser.visitor import Visitor, visitor

HERE = {"latitude": 20.951, "longitude": 107.08, "accuracy": 30}
TYPED = "Ổ gà lớn giữa đường"
LIMIT_S = 60.0
# What a page may weigh, compressed, in bytes.
SCRIPTS_AT_FIRST, SCRIPTS_WITH_MAP, STYLES, WHOLE = 15_000, 65_000, 8_000, 90_000
THROTTLE = 4
MEASURE = """() => new Promise((done) => {
  const found = { lcp: 0, blocked: 0 };
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    found.lcp = entry.startTime; })).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    found.blocked += Math.max(0, entry.duration - 50); })).observe({ type: 'longtask', buffered: true });
  setTimeout(() => done(found), 500); })"""


@pytest.fixture
def window(chromium: Browser, scene: Scene) -> Iterator[Visitor]:
    with visitor(chromium, scene.place.url) as found:
        yield found


def begin(window: Visitor, query: str = "") -> Page:
    page = window.open(f"/report{query}")
    page.wait_for_selector(".flow-live")
    return page


def send(page: Page) -> str:
    """Press the last button; return the reference."""
    page.click("main form .button-big")
    page.wait_for_url("**/sent/**")
    return page.inner_text(".big-reference").strip()


@pytest.mark.parametrize(
    ("lang", "width", "scheme"), [("vi", 390, "dark"), ("en", 390, "light"), ("en", 1280, "dark")]
)
def test_every_step_is_accessible_and_in_bounds(
    chromium: Browser, scene: Scene, lang: str, width: int, scheme: str
) -> None:
    with visitor(chromium, scene.place.url, lang=lang, width=width, color_scheme=scheme) as window:

        def look() -> None:
            window.page.wait_for_load_state("networkidle")
            check_words(window.page, lang)
            check_shape(window.page)
            check_access(window.page)
            assert window.faults() == []

        page = begin(window)
        look()
        page.set_input_files("#photos", [PHOTO] * 2)
        expect(page.locator(".flow-shots img")).to_have_count(2)
        look()
        go_on(page, "place")
        look()
        go_on(page, "what")
        look()
        page.fill("#text", TYPED)
        # What is likely comes by itself and folds the list: before, a tap would race with it.
        expect(page.locator("[data-part=likely] input").first).to_be_visible()
        page.check("#urgent-yes")
        assert page.locator(".flow-danger a[href='tel:113']").is_visible()
        page.click("[data-part=all] summary")
        page.check("#category-safety")
        look()
        go_on(page, "details")
        assert page.locator("[data-part=questions] a[href='tel:113']").is_visible()
        look()
        go_on(page, "check")
        look()
        assert send(page)
        look()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_whole_report_at_a_persons_pace(chromium: Browser, scene: Scene, width: int) -> None:
    more = {"geolocation": HERE, "permissions": ["geolocation"]}
    with visitor(chromium, scene.place.url, width=width, **more) as window:
        page = window.open("/")

        def think(seconds: float) -> None:
            page.wait_for_timeout(seconds * 1000)

        began = time.monotonic()
        page.click("main a.button-big")
        page.wait_for_selector(".flow-live")
        with page.expect_file_chooser() as chooser:
            page.click("#camera")  # it lies over its words
        think(4)  # aiming, looking, taking it
        chooser.value.set_files(PHOTO)
        think(1)
        go_on(page, "place")
        expect(page.locator("#lat")).to_have_value("20.951000")
        think(3)
        go_on(page, "what")
        page.locator("#text").press_sequentially(TYPED, delay=180)
        page.check("#urgent-no")
        think(3)  # looking for the subject
        page.locator("[name=category][value=road]").first.check()
        go_on(page, "details")
        page.check("#what-pothole")
        think(1)
        go_on(page, "check")
        think(3)  # reading
        reference = send(page)
        took = time.monotonic() - began
        print(f"\nas one page, {width} px, at a person's pace: {took:.1f} s")
        assert took < LIMIT_S
        assert reference in page.url
        assert window.faults() == []


def test_a_reload_in_the_middle_restores_everything(window: Visitor) -> None:
    page = begin(window)
    page.set_input_files("#photos", [PHOTO] * 2)
    expect(page.locator(".flow-shots img")).to_have_count(2)
    go_on(page, "place")
    page.fill("#address", "đối diện cổng trường")
    go_on(page, "what")
    page.fill("#text", TYPED)
    page.check("#urgent-no")
    page.check("#category-road")
    page.reload()
    expect(page.locator("#text")).to_have_value(TYPED)
    expect(page.locator("#urgent-no")).to_be_checked()
    go_on(page, "details")
    page.check("#what-pothole")
    page.reload()
    expect(page.locator("#what-pothole")).to_be_checked()
    # Another window, opened at the front door: it goes on where the first was left.
    page.goto("about:blank")
    page.goto(window.base + "/report")
    expect(page.locator("#what-pothole")).to_be_checked()
    expect(page.locator(".flow-unfinished")).to_be_visible()
    go_on(page, "check")
    said = page.inner_text(".flow-said")
    for words in ("2", "đối diện cổng trường", TYPED, "Đường sá, vỉa hè", "Ổ gà, mặt đường hỏng"):
        assert words in said
    assert "nguy hiểm" not in said
    send(page)
    page.goto(window.base + "/report")
    page.wait_for_selector(".flow-live")
    expect(page.locator(".flow-shots img")).to_have_count(0)
    expect(page.locator(".flow-unfinished")).to_be_hidden()


def test_what_was_begun_can_be_thrown_away(window: Visitor) -> None:
    page = begin(window)
    page.set_input_files("#photos", PHOTO)
    go_on(page, "place")
    page.fill("#address", "đối diện cổng trường")
    page.reload()
    page.click(".flow-unfinished button")
    page.wait_for_selector(".flow-live [data-step=photo]")
    expect(page.locator(".flow-shots img")).to_have_count(0)
    go_on(page, "place")
    expect(page.locator("#address")).to_have_value("")


def test_back_goes_through_the_steps(window: Visitor) -> None:
    page = begin(window, "?category=road")
    go_on(page, "place")
    go_on(page, "what")
    page.fill("#text", TYPED)
    page.go_back()
    expect(page.locator("[data-step=place]")).to_be_visible()
    page.go_back()
    expect(page.locator("[data-step=photo]")).to_be_visible()
    page.go_forward()
    page.go_forward()
    expect(page.locator("#text")).to_have_value(TYPED)
    page.click(".flow-back")
    expect(page.locator("[data-step=place]")).to_be_visible()
    page.reload()
    expect(page.locator("[data-step=place]")).to_be_visible()
    page.click(".flow-back")
    expect(page.locator("[data-step=photo]")).to_be_visible()


def test_each_step_has_the_focus_and_a_title(window: Visitor) -> None:
    page = begin(window, "?category=road")
    for step, number in (("place", 2), ("what", 3)):
        go_on(page, step)
        assert page.evaluate("document.activeElement.id") == f"flow-{step}"
        assert f"bước {number}/4" in page.title()


def test_what_is_missing_is_told_and_reached(window: Visitor) -> None:
    page = begin(window)
    go_on(page, "place")
    go_on(page, "what")
    page.click("main form .button-big")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    links = page.locator(".error-summary a")
    assert links.count() == 2
    links.first.click()
    assert page.evaluate("document.activeElement.id") == "text"
    check_access(page)
    page.fill("#text", TYPED)
    page.check("#category-other")
    go_on(page, "check")
    page.click("[data-row=text] a")
    expect(page.locator("#text")).to_have_value(TYPED)
    assert page.locator(".error-summary").count() == 0


def test_one_thing_put_right_leads_back_to_the_end(window: Visitor) -> None:
    page = begin(window)
    page.set_input_files("#photos", PHOTO)
    go_on(page, "place")
    go_on(page, "what")
    page.check("#category-other")
    go_on(page, "check")
    page.click("[data-row=place] a")
    page.fill("#address", "đối diện cổng trường")
    go_on(page, "check")
    assert "đối diện cổng trường" in page.inner_text("[data-row=place]")
    assert send(page), "a photo is enough"


def test_what_the_server_refuses_leads_to_its_step(window: Visitor) -> None:
    page = begin(window)
    go_on(page, "place")
    page.evaluate(
        "() => { document.getElementById('lat').value = '21.60';"
        " document.getElementById('lon').value = '107.98'; }"
    )
    go_on(page, "what")
    page.fill("#text", TYPED)
    page.check("#category-other")
    go_on(page, "check")
    page.click("main form .button-big")
    expect(page.locator("[data-step=place] .error-summary")).to_contain_text("Đông Hưng")
    go_on(page, "what")
    expect(page.locator("#text")).to_have_value(TYPED)


def test_words_of_a_denunciation_get_one_question_more(window: Visitor) -> None:
    page = begin(window)
    go_on(page, "place")
    go_on(page, "what")
    page.fill("#text", "Tôi tố cáo ông chủ tịch xã nhận hối lộ")
    page.check("#category-other")
    go_on(page, "check")
    page.click("main form .button-big")
    page.wait_for_selector("[data-step=legal]")
    check_access(page)
    page.check("#legal_kind-person")
    assert send(page)


def compressed(page: Page, script: str) -> dict[str, int]:
    """Return the size of each loaded file as a proxy would send it."""
    sizes = {}
    for address in page.evaluate(script):
        sizes[urlsplit(address).path] = len(
            gzip.compress(requests.get(address, timeout=20).content, 9)
        )
    return sizes


LOADED = """() => performance.getEntriesByType('resource').map((entry) => entry.name)
  .filter((name) => new URL(name).pathname.endsWith('.%s'))"""


def test_the_page_is_light(chromium: Browser, scene: Scene) -> None:
    """Bytes are counted and held; times are printed, for they are this machine's."""
    with visitor(chromium, scene.place.url) as window:
        session = window.context.new_cdp_session(window.page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
        page = begin(window)
        measured = page.evaluate(MEASURE)
        page.wait_for_load_state("networkidle")
        first, styles = compressed(page, LOADED % "js"), compressed(page, LOADED % "css")
        html = len(gzip.compress(requests.get(page.url, timeout=20).content, 9))
        go_on(page, "place")
        if page.locator("[data-part=open]").count():
            page.click("[data-part=open]")
        page.wait_for_selector(".citymap-canvas.leaflet-container")
        page.wait_for_load_state("networkidle")
        scripts, sheets = compressed(page, LOADED % "js"), compressed(page, LOADED % "css")
        whole = html + sum(scripts.values()) + sum(sheets.values())
        print(
            f"\nreport page, compressed: HTML {html}, scripts {sum(first.values())} at first and"
            f" {sum(scripts.values())} with the map, styles {sum(styles.values())} at first and"
            f" {sum(sheets.values())} with the map, {whole} in all"
            f"\nat 1/{THROTTLE} of the CPU: LCP {measured['lcp']:.0f} ms,"
            f" blocked {measured['blocked']:.0f} ms"
        )
        assert sum(first.values()) <= SCRIPTS_AT_FIRST, first
        assert sum(scripts.values()) <= SCRIPTS_WITH_MAP, scripts
        assert sum(styles.values()) <= STYLES, styles
        assert whole <= WHOLE, (html, scripts, sheets)
        assert window.faults() == []
