"""The second step of a sign-in as somebody sets it up and uses it, page by page."""

import os
import time
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Scene
from tests.browser.test_pages import LOOKS, check_access, check_shape, check_words
from tests.browser.visitor import Visitor, visitor
from tests.journeys import way

PAGE = "/desk/account/second-step"
SHOTS = os.environ.get("SHOTS", "")


def shoot(window: Visitor, name: str) -> None:
    """Keep a picture for whoever wants to see it (`SHOTS=folder`)."""
    if SHOTS:
        for width in (390, 1280):
            window.resize(width)
            window.page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


def look_here(window: Visitor, lang: str) -> None:
    """Look at the open page: there are pages that are shown once only."""
    check_words(window.page, lang)
    for width, light, _rules in LOOKS[lang]:
        window.resize(width)
        window.page.emulate_media(color_scheme=light, reduced_motion="reduce")
        check_shape(window.page)
        check_access(window.page)
    assert window.faults() == []


def code_of(page: Page) -> pyotp.TOTP:
    return pyotp.TOTP(page.inner_text(".secret code").replace(" ", ""))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_second_step_page_by_page(chromium: Browser, scene: Scene, lang: str) -> None:
    email = f"second-{lang}@journey.test"
    words = ("--role", "officer", "--agency", "UBND-06685", "--password-stdin")
    scene.place.flask("user", "add", email, *words, stdin=way.PASSWORD + "\n")
    with visitor(chromium, scene.place.url, lang=lang) as window:
        window.sign_in(email, way.PASSWORD)
        window.open(PAGE)
        look_here(window, lang)
        shoot(window, f"{lang}-1-begin")
        window.page.click("button[value=begin]")
        app = code_of(window.open(PAGE))
        look_here(window, lang)
        shoot(window, f"{lang}-2-scan")
        window.page.fill("input[name=code]", app.now())
        window.page.click("main form button >> nth=0")
        assert window.page.locator(".paper-codes li").count() == 10
        look_here(window, lang)
        shoot(window, f"{lang}-3-codes")
        written = window.page.locator(".paper-codes code").all_inner_texts()
        window.open(PAGE)
        look_here(window, lang)
        shoot(window, f"{lang}-4-set-up")
        window.open("/desk/account")
        shoot(window, f"{lang}-5-account")
        window.page.click("form[action='/desk/sign-out'] button")
        _sign_in(window, email, lang, app, written[0])


def _sign_in(window: Visitor, email: str, lang: str, app: pyotp.TOTP, written: str) -> None:
    window.speak(lang)
    window.open("/desk/sign-in?next=/desk/account")
    window.page.fill("input[name=email]", email)
    window.page.fill("input[name=password]", way.PASSWORD)
    window.page.click("main form button")
    window.open("/desk/sign-in/code?next=/desk/account")
    look_here(window, lang)
    # The code that set it up is used: the page says so, and takes a written one.
    window.page.fill("input[name=code]", app.at(int(time.time()) - 120))
    window.page.click("main form button")
    assert window.page.locator("#code-error").count() == 1
    shoot(window, f"{lang}-6-wrong-code")
    window.page.fill("input[name=code]", written)
    window.page.click("main form button")
    window.page.wait_for_url("**/desk/account")
