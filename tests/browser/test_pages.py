"""What every page is held to: accessible, contained, in bounds, nothing foreign; and the keyboard.

`look` opens a page once in each language and checks its shape on a phone and on a desk. It is held
to every rule of axe on a phone in one language and on a desk in the other, by day; by night, when
only colours are others, to the rule of contrast: each look of axe costs most of a second.
"""

from collections.abc import Callable, Mapping
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

from tests.browser.conftest import Scene
from tests.browser.visitor import Visitor

Path = Callable[[Scene], str]
Light = Literal["light", "dark"]
CONTRAST, EVERY_RULE = "color-contrast", ""
# By language: width, light, and which rules of axe, None for no look of it.
LOOKS: Mapping[str, tuple[tuple[int, Light, str | None], ...]] = {
    "vi": ((390, "light", EVERY_RULE), (1280, "dark", CONTRAST)),
    "en": ((390, "light", None), (1280, "light", EVERY_RULE)),
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
    """Open a page in both languages and look at it at both widths, in both lights."""
    for lang, looks in LOOKS.items():
        window.speak(lang)
        window.resize(390)
        page = window.open(path)
        check_words(page, lang)
        page.evaluate(OPEN_ALL)
        for width, light, rules in looks:
            window.resize(width)
            # Without motion: a colour that is still on its way is none of the two.
            page.emulate_media(color_scheme=light, reduced_motion="reduce")
            check_shape(page)
            if rules is not None:
                check_access(page, rules)
        window.settle()
        assert window.faults(refused=refused) == []


def check_words(page: Page, lang: str) -> None:
    assert page.get_attribute("html", "lang") == lang
    assert page.locator("h1").count() == 1
    assert page.title().split(" – ")[0].strip()


def check_shape(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.evaluate(WIDE)
    assert page.evaluate(SMALL) == []


def check_access(page: Page, rule: str = EVERY_RULE) -> None:
    """Let axe judge the page by one of its rules, or by all."""
    found = judged(page, rule)
    assert found.violations_count == 0, found.generate_report()


def judged(page: Page, rule: str = EVERY_RULE) -> AxeResults:
    """Let axe look at the page as it is now; it is brought to each document once."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    asked = {"resultTypes": ["violations"], "preload": False}
    if rule:
        asked["runOnly"] = {"type": "rule", "values": [rule]}
    return AxeResults(page.evaluate("(asked) => axe.run(asked)", asked))


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
    assert told in "\n".join([*noticed, judged(page).generate_report()])


def test_faint_words_are_noticed_by_night(windows: dict[str, Visitor]) -> None:
    window = windows[""]
    page = window.open("/lookup")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.evaluate("document.querySelector('h1').style.color = '#333'")
    assert "color-contrast" in judged(page, CONTRAST).generate_snapshot()
