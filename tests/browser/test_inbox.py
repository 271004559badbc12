"""The officer's inbox: by keys, by forms alone, by two people at once, on a phone and at a desk.

`SHOTS=folder` keeps pictures.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Scene
from tests.browser.test_check import TEXTS, send, shoot
from tests.browser.test_pages import OPEN_ALL, check_access, check_shape, check_words
from tests.browser.visitor import Visitor, visitor
from tests.journeys import way

SECOND = "second@journey.test"
MANY = 8


@pytest.fixture(scope="module")
def waiting(scene: Scene) -> list[str]:
    """Tickets of the officer's ward that nobody has accepted, and a colleague."""
    words = ("--role", "officer", "--agency", "UBND-06685", "--password-stdin")
    scene.place.flask("user", "add", SECOND, *words, stdin=way.PASSWORD + "\n")
    found = [new_ticket(scene, number) for number in range(MANY)]
    return found


def new_ticket(scene: Scene, number: int) -> str:
    category, text = TEXTS[number % 3]
    return send(
        scene, category, f"{text}, số nhà {100 + number} đường Trần Hưng Đạo",
        lat=20.951 + number / 9_000, lon=107.08,
    )  # fmt: skip


@pytest.fixture(scope="module")
def officer(chromium: Browser, scene: Scene, waiting: list[str]) -> Iterator[Visitor]:
    with visitor(chromium, scene.place.url, width=1280) as window:
        window.sign_in(way.OFFICER, way.PASSWORD)
        page = window.open("/desk?tab=new")
        for _ in range(60):  # until the router has been there
            if page.locator(".desk-list > li").count() >= MANY:
                break
            page.wait_for_timeout(500)
            page.reload()
        yield window


@pytest.fixture(scope="module")
def colleague(chromium: Browser, scene: Scene, officer: Visitor) -> Iterator[Visitor]:
    with visitor(chromium, scene.place.url, width=1280) as window:
        window.sign_in(SECOND, way.PASSWORD)
        yield window


def rows(page: Page) -> list[str]:
    return page.locator(".desk-list > li").evaluate_all(
        "(all) => all.map((li) => li.dataset.ticket)"
    )


def do_it(page: Page) -> None:
    """Press Enter at the preview, once its button has the focus: that comes after the load."""
    expect(page.locator("form[action='/desk/bulk/do'] button")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_list_in_both_languages(officer: Visitor, lang: str) -> None:
    officer.speak(lang)
    page = officer.open("/desk?tab=new&category=road")
    check_words(page, lang)
    for folded in (True, False):
        if not folded:
            page.evaluate(OPEN_ALL)
        for width in (390, 1280):
            officer.resize(width)
            check_shape(page)
            check_access(page)
            shoot(page, f"inbox-{lang}-{width}-{'folded' if folded else 'open'}")
    assert officer.faults() == []


def test_by_keys_to_a_ticket_and_back(officer: Visitor) -> None:
    officer.speak("vi")
    page = officer.open("/desk?tab=new")
    codes = rows(page)
    page.keyboard.press("j")
    expect(page.locator(".desk-list > li").nth(0).locator("h2 a")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".desk-list > li").nth(1).locator("h2 a")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert codes[1] in page.url


def test_keys_never_fire_while_somebody_types(officer: Visitor) -> None:
    page = officer.open("/desk?tab=new")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("jxa?/k")
    assert page.input_value("#q") == "jxa?/k"
    assert page.locator(".inbox-mark input:checked").count() == 0
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Control+a")
    assert page.locator(".inbox-mark input:checked").count() == 0
    page.keyboard.press("?")
    expect(page.locator("#keys-list dl")).to_be_visible()
    page.locator("#keys").uncheck()
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator(".inbox-mark input:checked").count() == 0
    page.locator("#keys").check()


def test_search_and_a_saved_filter(
    officer: Visitor, colleague: Visitor, waiting: list[str]
) -> None:
    officer.speak("vi")
    page = officer.open("/desk?tab=new")
    page.keyboard.press("/")
    page.keyboard.type("so nha 103 tran hung dao")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert rows(page) == [waiting[3]]
    page.locator(".inbox-filter summary").click() if not page.locator(
        "#name"
    ).is_visible() else None
    page.fill("#name", "Nhà số 103")
    page.click(".inbox-keep button")
    expect(page.locator(".notice-good")).to_be_visible()
    other = colleague.open("/desk")
    other.click("text=Nhà số 103")
    assert rows(other) == [waiting[3]]


def test_several_are_accepted_by_keys_after_a_look(officer: Visitor) -> None:
    officer.resize(1280)
    page = officer.open("/desk?tab=new&category=road")
    codes = rows(page)[:2]
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#bulk-panel summary")).to_have_text(re.compile("2"))
    shoot(page, "inbox-marked")
    with page.expect_navigation():
        page.keyboard.press("a")
    check_access(page)
    shoot(page, "inbox-preview")
    do_it(page)
    check_access(page)
    shoot(page, "inbox-done")
    assert all(code in page.content() for code in codes)
    assert set(codes) <= set(rows(officer.open("/desk?tab=mine")))
    assert officer.faults() == []


def test_hands_by_forms_alone_and_back(chromium: Browser, scene: Scene, officer: Visitor) -> None:
    with visitor(chromium, scene.place.url, scripts=False) as window:
        window.sign_in(way.OFFICER, way.PASSWORD)
        page = window.open("/desk?tab=new")
        code = rows(page)[0]
        page.locator(".inbox-mark").first.click()
        page.click("#bulk-panel summary")
        page.select_option("#verb", "entrust")
        page.select_option("#person", label=SECOND)
        page.click("#bulk button")
        page.click("form[action='/desk/bulk/do'] button")
        assert code in page.content()
        page.click("form[action$='/undo'] button")
        assert "Đã hoàn tác" in page.inner_text("main")


def test_two_at_once_the_second_sees_what_changed_and_loses_nothing(
    officer: Visitor, colleague: Visitor
) -> None:
    page, other = officer.open("/desk?tab=new"), colleague.open("/desk?tab=new")
    code = rows(page)[0]
    for window in (page, other):
        window.locator(f"[data-ticket='{code}'] .inbox-mark input").check()
    other.select_option("#verb", "note")
    other.fill("#text", "Đội 2 đi tuyến này sáng mai")
    with page.expect_navigation():
        page.keyboard.press("a")
    do_it(page)
    other.click("#bulk button")
    left = other.locator("#out-heading ~ ul")
    expect(left).to_contain_text(code)
    assert "Đội 2 đi tuyến này sáng mai" in other.inner_text("main")


def test_what_is_new_is_said_and_shown_when_asked(officer: Visitor, scene: Scene) -> None:
    officer.speak("vi")
    # Long enough for whatever other tests have sent.
    page = officer.open("/desk?tab=new&rows=100")
    before = rows(page)
    send(scene, "waste", "Rác mới đổ", lat=20.951, lon=107.0801)
    button = page.locator("#news button")
    for _ in range(60):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.wait_for_timeout(500)
        if button.count():
            break
    expect(button).to_have_text("1 mới – hiện")
    check_access(page)
    shoot(page, "inbox-news")
    assert rows(page) == before
    with page.expect_navigation():
        button.click()
    assert len(rows(page)) == len(before) + 1
    assert officer.faults() == []
