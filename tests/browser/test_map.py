"""The public map: signs and clusters that lead somewhere, and its twin, the list."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import POLES, Scene
from tests.browser.test_pages import check_access, check_shape, check_words
from tests.browser.visitor import Visitor, visitor
from tests.journeys import way
from tests.journeys.person import Person

# Farther from all other reports of these tests than a map is wide at the deepest zoom.
ALONE = {"lat": "20.9890", "lon": "107.0350"}
# What a first visit may weigh, as it comes over the wire, and how many requests it may take.
WHOLE, REQUESTS, THROTTLE = 90_000, 20, 4
ARRIVED = """() => Object.fromEntries(
  [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .map((entry) => [entry.name, entry.transferSize]))"""
SIGNS = ".citymap-canvas button:is(.citymap-pin, .citymap-cluster)"


@pytest.fixture(scope="module")
def window(chromium: Browser, scene: Scene) -> Iterator[Visitor]:
    """One window for all tests of the map."""
    with visitor(chromium, scene.place.url, width=1280, lang="en") as found:
        yield found


def zoom(page: Page) -> int:
    return int(page.evaluate("location.hash").lstrip("#").split("/")[0])


def opened(window: Visitor, path: str) -> Page:
    """Open a map afresh: a change of the hash alone would load nothing."""
    window.page.goto("about:blank")
    page = window.open(path)
    page.wait_for_selector(SIGNS)
    return page


@contextmanager
def another_site(page: str) -> Iterator[str]:
    """Serve one page under another origin; give its address."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("lang", "width"), [("vi", 390), ("en", 1280)])
def test_the_map_in_a_frame_of_another_site(
    chromium: Browser, scene: Scene, lang: str, width: int
) -> None:
    with visitor(chromium, scene.place.url, width=width, lang=lang) as found:
        page = found.open(f"/embed/{lang}/map")
        page.wait_for_selector(".citymap-number")
        check_words(page, lang)
        check_shape(page)
        check_access(page)
        assert found.faults() == []
        frame = f"<iframe src='{found.base}/embed/{lang}/map' width=360 height=600></iframe>"
        with another_site(frame) as address:
            page.goto(address)
            page.frame_locator("iframe").locator(".citymap-number").first.wait_for()
        page = found.open(f"/embed/{lang}/figures")
        check_words(page, lang)
        check_shape(page)
        check_access(page)


def test_the_map_as_a_file_shows_its_numbers_without_a_network(
    chromium: Browser, scene: Scene, tmp_path: Path
) -> None:
    with visitor(chromium, scene.place.url, width=1280, lang="en") as found:
        page = found.open("/map")
        page.wait_for_selector(".citymap-number")
        shown = numbers(page)
        page.click("summary:has-text('Take this along')")
        with page.expect_download() as download:
            page.click("a[download]")
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        found.context.set_offline(True)
        page.goto(file.as_uri())
        page.wait_for_selector(".citymap-number")
        assert sum(numbers(page)) == sum(shown)
        assert found.errors == []


@pytest.mark.parametrize("lon", [107.0803, 1.0])
def test_where_somebody_stands_is_shown_and_told_to_nobody(
    chromium: Browser, scene: Scene, lon: float
) -> None:
    here = {"latitude": 20.9512, "longitude": lon}
    with visitor(
        chromium, scene.place.url, lang="en", geolocation=here, permissions=["geolocation"]
    ) as found:
        page = found.open("/map")
        page.wait_for_selector(".citymap-number")
        page.click("button[aria-label='Show where I am']")
        if lon < 100:
            expect(page.locator(".citymap-summary")).to_contain_text("outside the area")
            return
        page.wait_for_selector(SIGNS)
        assert zoom(page) >= 16


def listed(window: Visitor, query: str) -> int:
    """Count what the list has: other tests may have reported more."""
    return window.open(f"/tickets?{query}").locator(".ticket-list > li").count()


def numbers(page: Page) -> list[int]:
    """Return the numbers of the areas: all, without those that are overdue."""
    return [int(text) for text in page.locator(".citymap-number > :first-child").all_inner_texts()]


@pytest.mark.parametrize("width", [390, 1280])
def test_the_whole_city_is_its_areas_with_their_numbers(
    chromium: Browser, scene: Scene, width: int
) -> None:
    with visitor(chromium, scene.place.url, width=width, lang="en") as found:
        page = found.open("/map")
        page.wait_for_selector(".citymap-number")
        total = int(page.inner_text(".citymap-summary").partition(" ")[0])
        assert sum(numbers(page)) == total >= len(POLES)
        assert page.locator(".citymap-area[data-shade='5']").count() >= 1
        assert page.locator(SIGNS).count() == 0
        page.locator(".citymap-number").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(SIGNS)
        assert page.locator(".citymap-number").count() == 0
        assert page.locator(".citymap-area[data-shade]").count() == 0
        assert page.evaluate("document.activeElement.classList.contains('citymap-canvas')")
        assert found.faults() == []


def test_the_map_is_light(chromium: Browser, scene: Scene) -> None:
    """Bytes and requests of a first visit are held; the time until it is drawn is printed."""
    with visitor(chromium, scene.place.url, width=390) as found:
        session = found.context.new_cdp_session(found.page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
        page = found.open("/map")
        page.wait_for_selector(".citymap-number")
        drawn = page.evaluate("performance.now()")
        page.wait_for_load_state("networkidle")
        sizes: dict[str, int] = page.evaluate(ARRIVED)
        print(
            f"\nmap, first visit: {sum(sizes.values())} bytes in {len(sizes)} requests,"
            f" drawn after {drawn:.0f} ms at 1/{THROTTLE} of the CPU"
        )
        assert len(sizes) <= REQUESTS, sizes
        assert 0 < sum(sizes.values()) <= WHOLE, sizes
        assert all(sizes.values()), sizes
        assert found.faults() == []


def test_the_areas_follow_the_filters(window: Visitor) -> None:
    number = listed(window, "category=power&word=waiting")
    page = window.open("/map?category=power&word=waiting")
    page.wait_for_selector(".citymap-number")
    assert sum(numbers(page)) == number
    assert page.inner_text(".citymap-summary").startswith(f"{number} reports with a known ward, ")


def test_a_cluster_opens_when_it_is_pressed(window: Visitor) -> None:
    number = listed(window, "category=power")
    assert number >= len(POLES)
    page = opened(window, "/map?category=power#11/20.9560/107.0800")
    cluster = page.locator(".citymap-cluster")
    assert cluster.count() == 1
    assert cluster.inner_text() == str(number)
    assert f"{number} reports" in (cluster.get_attribute("aria-label") or "")
    cluster.click()
    page.locator(SIGNS).nth(1).wait_for()
    assert zoom(page) > 11
    assert window.faults() == []


def test_a_cluster_opens_by_the_keyboard(window: Visitor) -> None:
    page = opened(window, "/map?category=power#11/20.9560/107.0800")
    page.locator(".citymap-cluster").focus()
    page.keyboard.press("Enter")
    page.locator(SIGNS).nth(1).wait_for()
    assert page.evaluate("document.activeElement.classList.contains('citymap-canvas')")


@pytest.fixture(scope="module")
def lonely(scene: Scene) -> str:
    """The reference of a ticket with no other near it."""
    resident = Person(scene.place.url, "vi")
    path = way.report(resident, **ALONE)
    resident.wait_for(path, "Lý do chuyển đến đơn vị này")
    return way.reference_of(path)


def test_a_single_sign_leads_to_its_ticket(window: Visitor, lonely: str) -> None:
    page = opened(window, "/map?category=waste#17/{lat}/{lon}".format(**ALONE))
    page.locator(".citymap-canvas button.citymap-pin").click()
    link = page.locator(f".citymap-panel a[href$='{lonely}']")
    link.wait_for()
    assert page.evaluate("document.activeElement.classList.contains('citymap-panel')")
    link.click()
    page.wait_for_url(f"**/tickets/{lonely}")
    assert window.faults() == []


def test_a_panel_gives_the_focus_back(window: Visitor) -> None:
    page = opened(window, "/map?category=waste#17/20.95310/107.07920")
    page.locator(".citymap-canvas button.citymap-pin").first.focus()
    page.keyboard.press("Enter")
    page.locator(".citymap-close").click()
    assert not page.locator(".citymap-panel").is_visible()
    assert page.evaluate("document.activeElement.classList.contains('citymap-pin')")


def test_a_filter_changes_the_counts_and_keeps_the_view(window: Visitor) -> None:
    number = listed(window, "word=resolved")
    page = opened(window, "/map#12/20.9560/107.0800")
    before = page.inner_text(".citymap-summary")
    page.click(".filters summary")
    page.select_option("#word", "resolved")
    page.click(".filters .button >> nth=0")
    page.wait_for_selector(SIGNS)
    assert "word=resolved" in page.url
    assert zoom(page) == 12
    assert page.inner_text(".citymap-summary").startswith(f"{number} report")
    assert page.inner_text(".citymap-summary") != before
    assert window.faults() == []


@pytest.mark.parametrize(("query", "least"), [("category=power", 3), ("word=resolved", 1)])
def test_the_list_is_the_maps_twin(window: Visitor, query: str, least: int) -> None:
    number = listed(window, query)
    assert number >= least
    page = opened(window, f"/map?{query}#11/20.9560/107.0800")
    assert page.inner_text(".citymap-summary").startswith(f"{number} report")
    page.locator("main a", has_text="The same as a list").click()
    page.wait_for_url(f"**/tickets?{query}")
    assert page.locator(".ticket-list > li").count() == number
