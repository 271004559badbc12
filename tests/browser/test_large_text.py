"""Text at twice its size on the narrowest phone, and without motion: nothing cut, nothing sideways.

1. 320 px with a root of 32 px is 200 % text (WCAG 1.4.4) at the width of reflow (1.4.10).
2. The steps of a report are walked without JavaScript, so that each of them is a page.
3. Where less motion is asked for, nothing moves.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Scene
from tests.browser.test_pages import OPEN_ALL, WIDE, Path
from tests.browser.visitor import Visitor, visitor

NARROW = {"width": 320, "height": 640}
ENLARGE = """() => document.head.append(Object.assign(document.createElement('style'),
  { textContent: 'html { font-size: 32px !important; }' }))"""
PAGES: dict[str, Path] = {
    "home": lambda _: "/",
    "tracking": lambda scene: scene.resolved,
    "receipt": lambda scene: scene.sent(scene.fresh),
    "ticket": lambda scene: scene.public(scene.resolved),
    "map": lambda _: "/map",
    "list": lambda _: "/tickets",
    "adding to it": lambda scene: scene.public(scene.fresh) + "/join",
    "notice of a person": lambda scene: scene.public(scene.fresh) + "/flag",
    "my reports": lambda _: "/my-reports",
    "how it works": lambda _: "/how-it-works",
    "lookup": lambda _: "/lookup",
}
# Text that runs out of its box where the box hides what does not fit.
CUT = """() => [...document.querySelectorAll('body *')]
  .filter((node) => node.checkVisibility() && !node.closest('.visually-hidden, .citymap-canvas')
    && [...node.childNodes].some((part) => part.nodeType === 3 && part.data.trim())
    && getComputedStyle(node).clipPath === 'none'
    && ['hidden', 'clip'].includes(getComputedStyle(node).overflowX)
    && (node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1))
  .map((node) => node.outerHTML.slice(0, 120))"""
MOVING = """() => [...document.querySelectorAll('*')]
  .filter((node) => { const style = getComputedStyle(node);
    return parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none'; })
  .map((node) => node.outerHTML.slice(0, 90))"""


@pytest.fixture(scope="module", params=["vi", "en"])
def window(request: pytest.FixtureRequest, chromium: Browser, scene: Scene) -> Iterator[Visitor]:
    # The policy would keep the test's own style out; the pages themselves are served with it.
    with visitor(chromium, scene.place.url, lang=request.param, bypass_csp=True) as found:
        found.page.set_viewport_size(NARROW)
        yield found


def check(page: Page) -> None:
    page.evaluate(ENLARGE)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.evaluate(WIDE)
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_at_twice_the_text(window: Visitor, scene: Scene, name: str) -> None:
    check(window.open(PAGES[name](scene)))


def test_the_steps_of_a_report_at_twice_the_text(chromium: Browser, scene: Scene) -> None:
    with visitor(chromium, scene.place.url, scripts=False, bypass_csp=True) as found:
        found.page.set_viewport_size(NARROW)
        page = found.open("/report")
        seen = []
        for _ in range(6):
            check(page)
            seen.append(page.locator("h1").inner_text())
            if page.locator("textarea[name=text]").count():
                page.fill("textarea[name=text]", "Đèn đường tắt đã ba đêm")
            choice = page.locator("input[name=category][value=lighting]")
            if choice.count():
                choice.check(force=True)
            if "/check" in page.url:
                break
            page.locator("main .flow-next button").last.click()
        assert page.url.endswith("/check"), seen
        assert len(set(seen)) >= 4, seen


def test_nothing_moves_where_less_motion_is_asked_for(chromium: Browser, scene: Scene) -> None:
    with visitor(chromium, scene.place.url, reduced_motion="reduce") as found:
        for path in ("/", "/report", scene.resolved, "/map"):
            assert found.open(path).evaluate(MOVING) == [], path
    with visitor(chromium, scene.place.url, reduced_motion="no-preference") as found:
        assert found.open("/").evaluate(MOVING) != []  # what looks is not blind


def test_what_is_cut_or_wide_is_noticed(window: Visitor) -> None:
    page = window.open("/lookup")
    page.evaluate("""() => document.querySelector('h1').style.cssText =
      'width: 40px; overflow: hidden; white-space: nowrap'""")
    assert page.evaluate(CUT) != []
