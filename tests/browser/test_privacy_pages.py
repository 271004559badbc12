"""Pages about personal data: accessible in both languages, at both widths, without JavaScript."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Scene
from tests.browser.test_pages import look
from tests.browser.visitor import Visitor, visitor
from tests.journeys import way
from tests.journeys.person import Person

DENUNCIATION = "Tôi tố cáo ông Nguyễn Văn A, cán bộ địa chính, nhận tiền"


@pytest.fixture(scope="module")
def window(chromium: Browser, scene: Scene) -> Iterator[Visitor]:
    with visitor(chromium, scene.place.url) as found:
        yield found


@pytest.fixture(scope="module")
def coordinator(chromium: Browser, scene: Scene) -> Iterator[Visitor]:
    with visitor(chromium, scene.place.url) as found:
        found.sign_in(way.COORDINATOR, way.PASSWORD)
        yield found


@pytest.fixture(scope="module")
def own(scene: Scene) -> str:
    """The tracking page of a report with a contact that was checked and is public."""
    resident, checker = Person(scene.place.url, "vi"), Person(scene.place.url, "vi")
    path = way.report(resident, files=True, lat="20.9533", lon="107.0790")
    resident.wait_for(path, "Lý do chuyển đến đơn vị này")
    resident.open(path)
    resident.send("/contact", email="lan@journey.test", consent_updates="1", consent_questions="1")
    checker.sign_in(way.COORDINATOR, way.PASSWORD)
    reference = way.reference_of(path)
    checker.open(f"/desk/check/{reference}")
    checker.send(f"{reference}/publish")
    return path


@pytest.fixture(scope="module")
def asked(scene: Scene, own: str) -> str:
    """The address of a request about data."""
    person = Person(scene.place.url, "vi")
    person.open(own + "/requests")
    person.send("", kind="delete", text="Xin xóa giúp tôi", contact="lan@journey.test")
    assert "/requests/" in person.address, person.words()
    return person.address.removeprefix(scene.place.url)


@pytest.mark.parametrize("page", ["/kept", "/erase", "/requests"])
def test_ones_own_pages(window: Visitor, own: str, page: str) -> None:
    look(window, own + page)


@pytest.mark.parametrize("page", ["/shows-me", "/flag", ""])
def test_pages_of_a_public_ticket(window: Visitor, scene: Scene, own: str, page: str) -> None:
    look(window, scene.public(own) + page)


def test_the_form_of_a_request_and_its_page(window: Visitor, asked: str) -> None:
    look(window, "/requests")
    look(window, asked)


def test_the_desks_queue(coordinator: Visitor, asked: str) -> None:
    number = re.findall(r"/requests/(\d+)/", asked)[0]
    look(coordinator, "/desk/requests")
    look(coordinator, f"/desk/requests/{number}")


def test_the_question_about_legal_complaints(chromium: Browser, scene: Scene) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(scene.place.url + "/report?category=waste")
    for _ in ("photo", "place"):
        page.click("main form .button-big")
    page.fill("#text", DENUNCIATION)
    for _ in ("what", "details", "check"):
        page.click("main form .button-big")
    assert page.locator("#legal_kind").count() == 1
    assert page.locator("input[type=radio]:checked").count() == 0
    assert DENUNCIATION in page.inner_text("main")
    page.check("#legal_kind-person")
    page.click("main form .button-big")
    page.get_by_role("link", name="Xem phản ánh đang ở đâu").or_(
        page.locator(".button-big")
    ).first.click()
    assert "tố cáo" in page.inner_text("main")
    context.close()
