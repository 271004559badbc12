"""Every page, in both languages, on a phone and on a desk: accessible, contained, in bounds.

Each page is opened once in each language, and seen and checked by axe at both widths.
"""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import ADMIN, Scene
from tests.browser.visitor import Visitor
from tests.journeys import way

Path = Callable[[Scene], str]
PUBLIC: dict[str, Path] = {
    "home": lambda _: "/",
    "receipt": lambda scene: scene.sent(scene.fresh),
    "tracking, contact": lambda scene: scene.fresh,
    "tracking, dispute": lambda scene: scene.resolved,
    "tracking, triage": lambda scene: scene.unplaced,
    "map": lambda _: "/map",
    "list": lambda _: "/tickets",
    "empty list": lambda _: "/tickets?word=declined",
    "ticket": lambda scene: scene.public(scene.resolved),
    "open ticket": lambda scene: scene.public(scene.fresh),
    "adding to it": lambda scene: scene.public(scene.fresh) + "/join",
    "lookup": lambda _: "/lookup",
    "privacy": lambda _: "/pages/privacy",
    "sign-in": lambda _: "/desk/sign-in",
}
REFUSED: dict[str, Path] = {
    "lookup of nothing": lambda _: "/lookup?reference=nothing",
    "no such page": lambda _: "/nowhere",
}
STAFF: dict[tuple[str, str], Path] = {
    (way.OFFICER, "inbox"): lambda _: "/desk",
    (way.OFFICER, "ticket"): lambda scene: scene.desk(scene.fresh),
    (way.OFFICER, "account"): lambda _: "/desk/account",
    (way.COORDINATOR, "triage"): lambda _: "/desk/triage",
    (way.COORDINATOR, "content check"): lambda _: "/desk/check",
    (way.COORDINATOR, "ticket"): lambda scene: scene.desk(scene.unplaced),
    (ADMIN, "start"): lambda _: "/admin",
    (ADMIN, "users"): lambda _: "/admin/users",
    (ADMIN, "calendar"): lambda _: "/admin/calendar",
}
OPEN_ALL = "document.querySelectorAll('details').forEach((part) => { part.open = true; })"
WIDE = """() => [...document.querySelectorAll('body *')]
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 1
    && !node.closest('.citymap-canvas, .table-scroll, .desk-tabs, .visually-hidden'))
  .map((node) => node.outerHTML.slice(0, 90))"""
SMALL = """() => [...document.querySelectorAll(
    'button, .button, nav a, input:not([type=hidden]), select, textarea, summary, .choice')]
  .filter((node) => node.checkVisibility() && !['checkbox', 'radio'].includes(node.type))
  .map((node) => [node, node.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && box.height > 1 && box.height < 43.5)
  .map(([node, box]) => node.outerHTML.slice(0, 90) + ' ' + box.height)"""


def look(window: Visitor, path: str, *, refused: bool = False) -> None:
    """Open a page in both languages and look at it at both widths."""
    for lang in ("vi", "en"):
        window.speak(lang)
        window.resize(390)
        page = window.open(path)
        check_words(page, lang)
        page.evaluate(OPEN_ALL)
        for width in (390, 1280):
            window.resize(width)
            check_shape(page)
            check_access(page)
        window.settle()
        assert window.faults(refused=refused) == []


def check_words(page: Page, lang: str) -> None:
    assert page.get_attribute("html", "lang") == lang
    assert page.locator("h1").count() == 1
    assert page.title().split(" – ")[0].strip()


def check_shape(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.evaluate(WIDE)
    assert page.evaluate(SMALL) == []


def check_access(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages(windows: dict[str, Visitor], scene: Scene, name: str) -> None:
    look(windows[""], PUBLIC[name](scene))


@pytest.mark.parametrize("name", REFUSED)
def test_pages_that_refuse(windows: dict[str, Visitor], scene: Scene, name: str) -> None:
    look(windows[""], REFUSED[name](scene), refused=True)


@pytest.mark.parametrize(("who", "name"), STAFF)
def test_staff_pages(windows: dict[str, Visitor], scene: Scene, who: str, name: str) -> None:
    look(windows[who], STAFF[who, name](scene))


def test_a_keyboard_sees_where_it_is(windows: dict[str, Visitor]) -> None:
    """The first key leads past the head; whatever has the focus shows it."""
    window = windows[""]
    window.resize(1280)
    page = window.open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(4):
        page.keyboard.press("Tab")
        width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert width == "3px", page.evaluate("document.activeElement.outerHTML")


WRONGS = {
    "foreign": ("<img alt='' src='http://elsewhere.test/a.png'>", "img-src"),
    "inline": ("<p style='color: red'>x</p>", "style-src"),
    "small": ("<button class='tiny'>x</button>", "tiny"),
    "wide": ("<svg class='vast' width='2000' height='9'></svg>", "vast"),
    "unlabelled": ("<input class='mute'>", "mute"),
}


@pytest.mark.parametrize("wrong", WRONGS)
def test_the_checks_notice(windows: dict[str, Visitor], wrong: str) -> None:
    """What looks at the pages is not blind."""
    markup, told = WRONGS[wrong]
    window = windows[""]
    page = window.open("/lookup")
    page.evaluate("(markup) => document.body.insertAdjacentHTML('beforeend', markup)", markup)
    page.wait_for_timeout(100)
    noticed = [*window.faults(), *page.evaluate(SMALL), *page.evaluate(WIDE)]
    assert told in "\n".join([*noticed, Axe().run(page).generate_report()])
