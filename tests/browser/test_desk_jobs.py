"""Jobs of the desk from end to end: a manager on a phone, and an agency that helps another."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Scene
from tests.browser.test_check import shoot
from tests.browser.test_pages import check_access, check_shape, check_words
from tests.browser.town import MANAGER
from tests.browser.visitor import Visitor, visitor
from tests.journeys import way
from tests.journeys.person import Person

ROUTED = "Lý do chuyển đến đơn vị này"
HELPING = "SXD"
EAST = {"vi": "107.0811", "en": "107.0861"}  # what lies close together would be offered as one

both = pytest.mark.parametrize("lang", ["vi", "en"])


@pytest.fixture
def officer(scene: Scene) -> Person:
    found = Person(scene.place.url, "vi")
    found.sign_in(way.OFFICER, way.PASSWORD)
    return found


def reported(scene: Scene, number: int, lang: str) -> str:
    """A ticket of the officer's ward, as the path of its tracking page."""
    resident = Person(scene.place.url, "vi")
    path = way.report(resident, lat=f"20.95{number}5", lon=EAST[lang])
    resident.wait_for(path, ROUTED)
    return path


def looked_at(window: Visitor, page: Page, lang: str, name: str) -> None:
    check_words(page, lang)
    check_shape(page)
    check_access(page)
    shoot(page, name)
    assert window.faults() == []


def act(page: Page, verb: str, **typed: str) -> None:
    """Open the form of a verb if it is folded, fill it in, and send it."""
    form = page.locator(f"form[action$='/{verb}']").first
    folded = page.locator(f"details#{verb}:not([open]) > summary")
    if folded.count():
        folded.click()
    for name, value in typed.items():
        form.locator(f"[name={name}]").fill(value)
    with page.expect_navigation():
        form.locator("button:not([name=fill])").click()


@both
def test_a_manager_decides_on_a_phone(
    chromium: Browser, scene: Scene, officer: Person, lang: str
) -> None:
    """One tap approves; a reason sends back; several are approved together."""
    paths = [reported(scene, number, lang) for number in range(3)]
    for path in paths:
        officer.open(scene.desk(path))
        officer.send("/answer", code="explained", text="Đã có kế hoạch thu gom")
        assert officer.status == 200, officer.words()
    tapped, sent_back, marked = map(way.reference_of, paths)
    with visitor(chromium, scene.place.url, width=390, lang=lang) as phone:
        phone.sign_in(MANAGER, way.PASSWORD)
        page = phone.open("/desk/approvals")
        looked_at(phone, page, lang, f"approvals-390-{lang}")
        with page.expect_navigation():
            page.locator(f"form[action='/desk/tickets/{tapped}/approve'] button").click()
        expect(page.locator(f"#a-{tapped}")).to_have_count(0)
        with page.expect_navigation():
            page.locator(f"article[aria-labelledby='a-{sent_back}'] a.button").click()
        act(page, "reject", text="Nói rõ ngày thu gom")
        page = phone.open("/desk/approvals")
        page.check(f"#m-{marked}")
        with page.expect_navigation():
            page.click("#together button")
        expect(page.locator(f"#a-{marked}, #a-{sent_back}")).to_have_count(0)
    for path, answered in zip(paths, (True, False, True), strict=True):
        officer.open(scene.public(path))
        assert ("Đã có kế hoạch thu gom" in officer.words()) == answered
    officer.open(scene.desk(paths[1]))
    assert "Nói rõ ngày thu gom" in officer.words()


@both
def test_an_agency_helps_another(
    chromium: Browser, scene: Scene, officer: Person, lang: str
) -> None:
    """It finds what it is asked, agrees, and reports its part; the lead stays responsible."""
    words = ("--role", "officer", "--agency", HELPING, "--password-stdin")
    name = f"helper-{lang}@journey.test"
    scene.place.flask("user", "add", name, *words, stdin=way.PASSWORD + "\n")
    path = reported(scene, 4, lang)
    code = way.reference_of(path)
    officer.open(scene.desk(path))
    officer.send("/accept")
    officer.open(scene.desk(path))
    officer.send("/cooperate", agency=HELPING, text="Cần xe cuốn ép rác")
    assert officer.status == 200, officer.words()
    with visitor(chromium, scene.place.url, width=1280, lang=lang) as helper:
        helper.sign_in(name, way.PASSWORD)
        page = helper.open("/desk?tab=cooperation")
        with page.expect_navigation():
            page.click(f"[data-ticket='{code}'] h2 a")
        looked_at(helper, page, lang, f"helping-1280-{lang}")
        assert "Cần xe cuốn ép rác" in page.inner_text("main")
        assert not page.locator("form[action$='/resolve'], form[action$='/answer']").count()
        act(page, "help_accept")
        act(page, "help_done", text="Đã đưa xe đến lúc 9 giờ")
        helper.resize(390)
        looked_at(helper, page, lang, f"helping-390-{lang}")
    officer.open(scene.desk(path))
    assert "Đã đưa xe đến lúc 9 giờ" in officer.words()
    officer.open(scene.public(path))
    assert "Sở Xây dựng" in officer.words()
    assert "Đã đưa xe đến lúc 9 giờ" not in officer.words(), "that is among colleagues"


@both
def test_what_is_sent_after_the_session_ended_is_shown_again(
    chromium: Browser, scene: Scene, lang: str
) -> None:
    path = reported(scene, 5, lang)
    with visitor(chromium, scene.place.url, width=390, lang=lang) as phone:
        phone.sign_in(MANAGER, way.PASSWORD)
        page = phone.open(scene.desk(path))
        page.context.clear_cookies(name="desk")
        act(page, "comment", text="Đã gọi cho tổ dân phố")
        expect(page.locator("textarea")).to_have_value("Đã gọi cho tổ dân phố")
        check_words(page, lang)
        check_shape(page)
        check_access(page)
        assert phone.faults(refused=True) == []
        shoot(page, f"late-390-{lang}")
        phone.resize(1280)
        shoot(page, f"late-1280-{lang}")
