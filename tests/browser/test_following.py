"""Following what others reported, seen in Chromium: with and without scripts, by one tap, the end."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from app.core.time import now
from tests.browser.conftest import Scene
from tests.browser.test_pages import look
from tests.browser.visitor import Visitor, visitor
from tests.journeys import way
from tests.journeys.person import Person


@pytest.fixture(scope="module")
def notice(scene: Scene) -> Iterator[str]:
    """The page of a known incident."""
    office = Person(scene.place.url, "vi")
    office.sign_in(way.COORDINATOR, way.PASSWORD)
    office.open("/desk/notices")
    until = f"{now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    office.send("/desk/notices", **{"text.vi": "Mất nước do vỡ ống ở đường chính", "category": "power",
                                    "text.en": "A main has burst", "until": until})  # fmt: skip
    assert office.status == 200, office.words()
    resident = Person(scene.place.url, "vi")
    resident.open("/tickets")
    (own,) = re.findall(r'href="(/notices/\d+)">Mất nước do vỡ ống ở đường chính<', resident.page)
    yield own
    office.open("/desk/notices")
    office.send(f"{own}/end")  # others may tell of incidents of their own


def link_to(scene: Scene, address: str) -> str:
    """The link of the message that asks the owner of an address."""

    def found() -> list[str]:
        mails = [mail for mail in scene.place.mails() if mail.startswith(address)]
        return [one for mail in mails for one in re.findall(r"/following/\d+\.[\w-]+", mail)]

    end = time.monotonic() + 40
    while not found():
        assert time.monotonic() < end, "no message came"
        time.sleep(0.3)
    return found()[-1]


def asked(page: Page, address: str) -> None:
    page.fill("input[name=email]", address)
    page.locator("form:has(input[name=email]) button").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_ticket_is_followed_by_mail(chromium: Browser, scene: Scene, scripts: bool) -> None:
    path = scene.public(scene.fresh)
    with visitor(chromium, scene.place.url, scripts=scripts) as window:
        page = window.open(path)
        page.locator("summary", has_text="Qua thư điện tử").click()
        asked(page, "không phải địa chỉ")
        assert page.locator("#email-error").is_visible()
        assert page.input_value("input[name=email]") == "không phải địa chỉ"
        address = f"follower.{scripts}@people.example"
        asked(page, address)
        assert page.locator("[role=status]", has_text="xem hộp thư").is_visible()
        own = link_to(scene, address)
        page = window.open(own)
        page.get_by_role("button", name="Đồng ý").click()
        assert page.locator("h1").inner_text() == "Ông/bà đang theo dõi"
        page.get_by_role("button", name="Ngừng theo dõi").click()
        assert page.locator("h1").inner_text() == "Ông/bà đã ngừng theo dõi"


@pytest.mark.parametrize("name", ["ticket", "notice", "form", "form of a notice", "asked"])
def test_its_pages(windows: dict[str, Visitor], scene: Scene, notice: str, name: str) -> None:
    ticket = scene.public(scene.fresh)
    paths = {
        "ticket": ticket,
        "notice": notice,
        "form": f"{ticket}/follow",
        "form of a notice": f"{notice}/follow",
        "asked": f"{ticket}?done=asked",
    }
    look(windows[""], paths[name])


def test_the_own_page_in_each_state(
    windows: dict[str, Visitor], scene: Scene, notice: str, chromium: Browser
) -> None:
    with visitor(chromium, scene.place.url) as window:
        page = window.open(notice)
        page.get_by_role("button", name="Nhận tin qua thư điện tử").click()
        asked(page, "notice@people.example")
        assert page.locator("[role=status]", has_text="xem hộp thư").is_visible()
        own = link_to(scene, "notice@people.example")
        look(windows[""], own)
        window.open(own).get_by_role("button", name="Đồng ý").click()
        look(windows[""], own)
        window.open(f"{own}/end").get_by_role("button", name="Ngừng theo dõi").click()
        look(windows[""], own)
