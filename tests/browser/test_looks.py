"""What the eye needs: the order of things on a phone and on a desk."""

from playwright.sync_api import FloatRect, Locator, Page

from tests.browser.conftest import Scene
from tests.browser.visitor import Visitor
from tests.journeys import way


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
    page.locator("details:has(.promises) summary").click()
    label = page.locator(".promise-label").first
    assert label.is_visible()
    assert box_of(page.get_by_role("cell").first)["height"] < 2 * box_of(label)["height"]
    assert page.get_by_role("columnheader").count() == 4
    window.resize(1280)
    assert label.is_hidden()
