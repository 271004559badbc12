"""What the eye needs: contrast in the dark, and the order of things on a phone and on a desk."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FloatRect, Locator, Page

from tests.browser.conftest import Scene
from tests.browser.test_pages import OPEN_ALL, Path
from tests.browser.visitor import Visitor, visitor
from tests.journeys import way

DARK: dict[str, Path] = {
    "home": lambda _: "/",
    "tracking": lambda scene: scene.resolved,
    "receipt": lambda scene: scene.sent(scene.fresh),
    "open ticket": lambda scene: scene.public(scene.fresh),
    "list": lambda _: "/tickets",
    "how it works": lambda _: "/how-it-works",
    "my reports": lambda _: "/my-reports",
    "sign-in": lambda _: "/desk/sign-in",
}
CONTRAST = {"runOnly": ["color-contrast"]}


@pytest.fixture(scope="module")
def night(chromium: Browser, scene: Scene) -> Iterator[Visitor]:
    with visitor(chromium, scene.place.url, color_scheme="dark") as found:
        yield found


def faint(page: Page) -> str:
    page.evaluate(OPEN_ALL)
    found = Axe().run(page, options=CONTRAST)
    return str(found.generate_report()) if found.violations_count else ""


@pytest.mark.parametrize("name", DARK)
def test_words_are_seen_in_the_dark(night: Visitor, scene: Scene, name: str) -> None:
    page = night.open(DARK[name](scene))
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert faint(page) == ""


def test_faint_words_are_noticed(night: Visitor) -> None:
    page = night.open("/lookup")
    page.evaluate("document.querySelector('h1').style.color = '#333'")
    assert faint(page) != ""


def box_of(part: Locator) -> FloatRect:
    box = part.bounding_box()
    assert box is not None
    return box


def top(page: Page, selector: str) -> float:
    return box_of(page.locator(selector).first)["y"]


def test_joining_comes_right_after_the_answer(windows: dict[str, Visitor], scene: Scene) -> None:
    window = windows[""]
    window.resize(390)
    page = window.open(scene.public(scene.fresh))
    assert page.locator(".answer + .columns > :first-child.take-part").count() == 1
    assert top(page, ".answer") < top(page, ".take-part") < top(page, ".take-part + div")
    window.resize(1280)
    assert top(page, ".take-part") == top(page, ".take-part + div")


def test_six_entries_of_the_desk_fit_one_row(windows: dict[str, Visitor]) -> None:
    window = windows[way.COORDINATOR]
    window.speak("vi")
    window.resize(1280)
    page = window.open("/desk")
    entries = page.locator(".desk-nav a")
    assert entries.count() >= 6
    assert len({box["y"] for box in map(box_of, entries.all())}) == 1


def test_times_of_the_promises_stand_beside_their_names(windows: dict[str, Visitor]) -> None:
    window = windows[""]
    window.resize(390)
    page = window.open("/how-it-works")
    label = page.locator(".promise-label").first
    assert label.is_visible()
    assert box_of(page.get_by_role("cell").first)["height"] < 2 * box_of(label)["height"]
    assert page.get_by_role("columnheader").count() == 4
    window.resize(1280)
    assert label.is_hidden()
