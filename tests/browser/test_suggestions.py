"""A suggestion's whole way in Chromium: written, read, supported by mail, answered, delivered.

Once in each language, once without scripts; every page on the way is held to what all pages are.
"""

import re

import pytest
from playwright.sync_api import Browser, Page

from app.core.time import now
from tests.browser.conftest import MANAGER, Scene
from tests.browser.test_following import link_to
from tests.browser.test_pages import check_access, check_shape
from tests.browser.visitor import Visitor, visitor
from tests.factories.tickets import DAY
from tests.journeys import way
from tests.journeys.person import Person

WORDS = {
    "vi": ("Đặt ghế đá ở vườn hoa phường", "Người già đi dạo ở đây mà không có chỗ ngồi nghỉ."),
    "en": (
        "Drinking water at the bus stops",
        "Many people wait there in the sun for half an hour.",
    ),
}


both = pytest.mark.parametrize(("lang", "scripts"), [("vi", True), ("en", False)])


def staff(scene: Scene, email: str) -> Person:
    person = Person(scene.place.url, "vi")
    person.sign_in(email, way.PASSWORD)
    return person


def act(person: Person, reference: str, verb: str, **typed: str) -> None:
    person.open(f"/desk/tickets/{reference}")
    person.send(f"/{verb}", **typed)
    assert person.status == 200, person.words()


def held(page: Page, *, scripts: bool) -> None:
    page.wait_for_load_state()
    check_shape(page)
    if scripts:  # axe is one
        check_access(page)


def written(window: Visitor, title: str, text: str, *, scripts: bool) -> tuple[str, str]:
    """Fill in the form that is open and send it; return the reference and the author's own page."""
    page = window.page
    page.fill("#title", title)
    page.fill("#text", text)
    page.check("#category-idea_streets")
    page.select_option("#stated_area", "06685")
    held(page, scripts=scripts)
    page.click("main form .button-big")
    if page.locator("#alike").count():
        held(page, scripts=scripts)
        page.click("main form .button-big")
    page.wait_for_url("**/follow/**")
    found = re.search(r"/follow/([^/]+)/([^/?]+)", page.url)
    assert found
    return found[1], f"/follow/{found[1]}/{found[2]}"


@both
def test_from_the_idea_to_the_delivery(
    chromium: Browser, scene: Scene, lang: str, scripts: bool
) -> None:
    title, text = WORDS[lang]
    office, manager = staff(scene, way.COORDINATOR), staff(scene, MANAGER)
    with visitor(chromium, scene.place.url, lang=lang, scripts=scripts) as window:
        page = window.open("/suggestions")
        page.click("main a[href='/suggestions/new']")
        page.click("main form .button-big")  # nothing typed: told at each field, nothing lost
        page.wait_for_selector(".error-summary")
        held(page, scripts=scripts)
        reference, own = written(window, title, text, scripts=scripts)
        held(page, scripts=scripts)
        assert text not in window.open(f"/suggestions/{reference}").locator("main").inner_text()

        office.open("/desk/suggestions")
        assert title in office.page
        act(office, reference, "publish")
        supporter = f"{lang}@supporters.example"
        page = window.open(f"/suggestions/{reference}")
        held(page, scripts=scripts)
        assert text in page.locator("main").inner_text()
        page.fill("#email", supporter)
        page.click("form[action$='/support'] button")
        assert page.locator(".notice-good").is_visible()
        page = window.open(link_to(scene, supporter))
        page.click("button[name=support]")
        page = window.open(f"/suggestions/{reference}")
        assert page.locator("#support").inner_text().startswith("1")

        staffed = Person(scene.place.url, "vi")
        staffed.wait_for(f"/suggestions/{reference}", "UBND phường Hồng Gai")
        day = f"{now() + 30 * DAY:%Y-%m-%d}"
        act(manager, reference, "comment", text="Đang khảo sát.")
        act(manager, reference, "answer", code="accepted", text="Sẽ lắp 10 ghế.", until=day,
            basis="80 triệu đồng", decider="UBND phường")  # fmt: skip
        act(manager, reference, "milestone", text="Chọn vị trí.", until=day)
        held(window.open(own), scripts=scripts)
        act(manager, reference, "deliver", text="Đã lắp đủ.")
        page = window.open(f"/suggestions/{reference}")
        held(page, scripts=scripts)
        assert {"Sẽ lắp 10 ghế.", "80 triệu đồng", "Đã lắp đủ."} <= {
            words for words in ("Sẽ lắp 10 ghế.", "80 triệu đồng", "Đã lắp đủ.")
            if words in page.locator("main").inner_text()
        }  # fmt: skip
        assert title in window.open("/suggestions/done").locator("main").inner_text()
        if scripts:  # the next one who types it is offered this one, and loses nothing by a look
            page = window.open("/suggestions/new")
            page.fill("#title", f"{title} 2")
            offered = page.locator("[data-alike] a", has_text=title)
            offered.wait_for()
            assert offered.get_attribute("target") == "_blank"
            held(page, scripts=True)
            page.reload()
            assert page.input_value("#title") == f"{title} 2"
        assert window.faults() == [] if scripts else window.foreign == []


@both
def test_two_become_one_where_the_other_author_agrees(
    chromium: Browser, scene: Scene, lang: str, scripts: bool
) -> None:
    ideas = (f"Làn đường cho xe đạp ({lang})", f"Chỗ gửi xe đạp trước chợ ({lang})")
    office, own = staff(scene, way.COORDINATOR), {}
    with visitor(chromium, scene.place.url, lang=lang, scripts=scripts) as window:
        for title in ideas:
            window.open("/suggestions/new")
            text = f"{title}: nhiều học sinh đi học bằng xe đạp."
            reference, page_of_author = written(window, title, text, scripts=scripts)
            act(office, reference, "publish")
            own[reference] = page_of_author
        ended, living = own
        page = window.open(own[ended])
        page.click("details:has(form[action$='/merge']) > summary")
        page.fill("#into", living)
        page.click("form[action$='/merge'] button")
        held(page, scripts=scripts)
        page = window.open(own[living])
        held(page, scripts=scripts)
        page.click("form[action$='/merge/agree'] button")
        held(page, scripts=scripts)
        assert living in window.open(f"/suggestions/{ended}").locator("main").inner_text()
        assert window.faults() == [] if scripts else window.foreign == []
