"""The last word is the reporter's: confirm, dispute, rate, join, withdraw, erase, tap by tap.

Each is done on a phone in Vietnamese and on a desk in English; afterwards the public page says so.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Scene, resolve
from tests.browser.phone import PHOTO, go_on
from tests.browser.test_pages import check_access, check_shape
from tests.browser.visitor import Visitor, visitor
from tests.journeys import way
from tests.journeys.person import Person

ROUTED = "Lý do chuyển đến đơn vị này"
MAIL = "an@journey.test"
SAID = {
    "vi": {
        "confirm": "Cảm ơn ông/bà đã xác nhận", "rate": "Cảm ơn ông/bà đã đánh giá",
        "dispute": "Cơ quan phải xử lý lại", "withdraw": "Phản ánh của ông/bà đã được rút",
        "erase": "thông tin liên hệ của ông/bà đã được xóa",
        "confirmed": "người dân xác nhận", "again": "Đang xử lý", "withdrawn": "Đã rút",
        "withdraw link": "Rút phản ánh", "content": "Chấp nhận", "two": "2 phản ánh",
    },
    "en": {
        "confirm": "Thank you for confirming", "rate": "Thank you for your rating",
        "dispute": "has to deal with it again", "withdraw": "Your report was withdrawn",
        "erase": "Your words, photos, place and contact were erased",
        "confirmed": "Resolved, confirmed", "again": "In progress", "withdrawn": "Withdrawn",
        "withdraw link": "Withdraw the report", "content": "Acceptable", "two": "2 reports",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A reporter at a window, and what they have sent."""

    window: Visitor
    said: dict[str, str]
    done: str  # resolved
    wrong: str  # resolved, but not for its reporter
    mine: str  # fresh, with a contact and a photo
    regretted: str  # fresh
    common: str  # fresh, for others to join

    def open(self, path: str) -> Page:
        return self.window.open(path)

    def public(self, path: str) -> Page:
        return self.window.open(f"/tickets/{way.reference_of(path)}")


@pytest.fixture(scope="module", params=[("vi", 390), ("en", 1280)], ids=["phone", "desk"])
def asked(request: pytest.FixtureRequest, chromium: Browser, scene: Scene) -> Iterator[Asked]:
    lang, width = request.param
    resident = Person(scene.place.url, "vi")
    spots = [{"lat": f"20.95{n}6", "lon": f"107.07{width % 7}5"} for n in range(5)]
    paths = [
        way.report(resident, files=True, text=f"Rác chất đống, {uuid.uuid4().hex}", **spot)
        for spot in spots
    ]
    for path in paths:
        resident.wait_for(path, ROUTED)
    for path in paths[:2]:
        resolve(scene.place, way.reference_of(path))
    resident.open(paths[2])
    resident.send("/contact", email=MAIL, consent_updates="1", consent_text="2026-11b")
    assert resident.status == 200, resident.words()
    with visitor(chromium, scene.place.url, lang=lang, width=width) as window:
        yield Asked(window, SAID[lang], *paths)


def thanked(asked: Asked, words: str) -> None:
    """The page says what was done, is sound, and does nothing when it is loaded again."""
    page = asked.window.page
    expect(page.locator("main [role=status]").first).to_contain_text(words)
    check_shape(page)
    check_access(page)
    assert asked.window.faults() == []


def test_confirm_then_rate(asked: Asked) -> None:
    page = asked.open(asked.done)
    page.click("form[action$='/confirm'] button")
    thanked(asked, asked.said["confirm"])
    assert page.locator("form[action$='/confirm'], form[action$='/dispute']").count() == 0
    page.get_by_label(asked.said["content"], exact=True).check()
    page.click("form[action$='/rate'] button")
    thanked(asked, asked.said["rate"])
    expect(page.get_by_label(asked.said["content"], exact=True)).to_be_checked()
    assert asked.said["confirmed"] in asked.public(asked.done).inner_text("main")


def test_dispute_with_a_reason_and_a_photo(asked: Asked) -> None:
    page = asked.open(asked.wrong)
    form = page.locator("form[action$='/dispute']")
    assert not form.is_visible(), "one question first"
    page.locator("details:has(form[action$='/dispute']) summary").click()
    form.locator("button").click()
    expect(page.locator(".error-summary")).to_be_visible()  # a reason is needed
    form.locator("textarea").fill("Vẫn còn nguyên")
    form.locator("select").select_option(index=1)
    form.locator("[type=file]").set_input_files(PHOTO)
    form.locator("button").click()
    asked.window.errors.clear()  # Chromium names the refusal in its console
    thanked(asked, asked.said["dispute"])
    assert asked.said["again"] in asked.public(asked.wrong).inner_text("main")


def test_join_what_another_has_reported(asked: Asked) -> None:
    words = f"Nhà tôi cũng bị, {uuid.uuid4().hex}"
    page = asked.public(asked.common)
    page.click("a[href$='/join']")
    page.fill("#text", words)
    page.set_input_files("#photos", PHOTO)
    page.click("main form .button-big")
    page.wait_for_url("**/sent/**")
    assert page.inner_text(".big-reference").strip() == way.reference_of(asked.common)
    check_shape(page)
    check_access(page)
    page.click("main a.button-big")
    assert words in page.inner_text("main")
    assert asked.window.faults() == []
    joined = asked.open(f"/tickets/{way.reference_of(asked.common)}/join")
    assert asked.said["two"] in joined.inner_text("main")


def test_withdraw(asked: Asked) -> None:
    page = asked.open(asked.regretted)
    page.locator("summary", has_text=asked.said["withdraw link"]).click()
    page.click("form[action$='/withdraw'] button")
    thanked(asked, asked.said["withdraw"])
    assert page.locator("form[action$='/withdraw']").count() == 0
    assert asked.said["withdrawn"] in asked.public(asked.regretted).inner_text("main")


def test_erase_leaves_nothing_of_the_person(asked: Asked) -> None:
    page = asked.open(asked.mine)
    own = page.locator("main .report-text").first.inner_text()
    photo = page.locator(".photos img").first.get_attribute("src") or ""
    assert page.request.get(asked.window.base + photo).status == 200
    page.click("a[href$='/kept']")
    assert own in page.inner_text("main")
    page.click("a[href$='/erase']")
    page.click("form[action$='/erase'] button")
    thanked(asked, asked.said["erase"])
    assert own not in page.inner_text("main")
    assert "@" not in page.inner_text("main .facts")
    assert page.request.get(asked.window.base + photo).status == 404
    for shown in (asked.open(asked.mine), asked.public(asked.mine)):
        assert own not in shown.content()
        assert MAIL not in shown.content()
    assert asked.window.faults() == []


def test_join_while_a_report_is_written(chromium: Browser, scene: Scene) -> None:
    """The flow offers what is open nearby; one tap and the words count there."""
    resident = Person(scene.place.url, "vi")
    spot = {"lat": "20.9570", "lon": "107.0712"}
    open_one = way.report(resident, text="Rác chất đống ở ngõ", **spot)
    resident.wait_for(open_one, ROUTED)
    reference = way.reference_of(open_one)
    with visitor(chromium, scene.place.url) as window:
        page = window.open("/report?category=waste")
        page.wait_for_selector(".flow-live")
        go_on(page, "place")
        page.evaluate(
            "(at) => { document.getElementById('lat').value = at.lat;"
            " document.getElementById('lon').value = at.lon; }", spot,
        )  # fmt: skip
        go_on(page, "what")
        words = f"Rác chất đống ở ngõ {uuid.uuid4().hex}"
        page.fill("#text", words)
        offer = page.locator("li", has=page.locator(f"a[href$='{reference}']"))
        go_on(page, "details")
        offer.locator("button").click()
        page.wait_for_url("**/sent/**")
        assert page.inner_text(".big-reference").strip() == reference
        page.click("main a.button-big")
        assert words in page.inner_text("main")
        assert window.faults() == []
