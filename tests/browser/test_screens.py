"""Every screen, in both languages, on a phone and on a desk, by day and by night.

What is looked at is listed in `screens.py`; what a page is held to stands in `test_pages.py`.
"""

import os
from pathlib import Path

import pytest

from tests.browser.screens import SCREENS, Screen
from tests.browser.test_pages import OPEN_ALL, look
from tests.browser.town import Town
from tests.browser.visitor import Visitor

SHOTS = os.environ.get("SHOTS", "")
ALL = {
    f"{endpoint} {state}".strip(): screen
    for endpoint, states in SCREENS.items()
    for state, screen in states.items()
}


@pytest.mark.parametrize("name", ALL)
def test_a_screen(windows: dict[str, Visitor], town: Town, name: str) -> None:
    screen = ALL[name]
    window = windows[screen.who]
    look(window, screen.path(town), refused=screen.refused)
    assert window.page.locator(screen.holds).count(), f"{screen.path(town)} is not {name}"
    if SHOTS:
        shoot(window, name, screen, town)


def shoot(window: Visitor, name: str, screen: Screen, town: Town) -> None:
    """Keep pictures for whoever wants to see them (`SHOTS=folder`)."""
    file = name.replace(" ", "-").replace(",", "")
    for lang, width, light in (("vi", 390, "light"), ("en", 1280, "light"), ("vi", 1280, "dark")):
        window.speak(lang)
        window.resize(width)
        window.page.emulate_media(color_scheme=light)  # type: ignore[arg-type]
        page = window.open(screen.path(town))
        page.screenshot(path=Path(SHOTS) / f"{file}-{width}-{lang}-{light}.png", full_page=True)
        if page.locator("details:not([open])").count():
            page.evaluate(OPEN_ALL)
            page.screenshot(
                path=Path(SHOTS) / f"{file}-{width}-{lang}-{light}-open.png", full_page=True
            )
