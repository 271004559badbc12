"""The check of what somebody added, by itself: seen in Chromium."""

from tests.browser.conftest import Scene
from tests.browser.test_pages import look
from tests.browser.visitor import Visitor
from tests.journeys import way
from tests.journeys.person import Person


def test_an_addition_has_a_verdict_of_its_own(windows: dict[str, Visitor], scene: Scene) -> None:
    checker, resident = Person(scene.place.url, "vi"), Person(scene.place.url, "vi")
    sent = way.report(resident, lat="20.9541", lon="107.0772")
    resident.wait_for(sent, "Lý do chuyển đến đơn vị này")
    reference = way.reference_of(sent)
    checker.sign_in(way.COORDINATOR, way.PASSWORD)
    checker.open(f"/desk/check/{reference}")
    checker.send("/publish")
    assert checker.status == 200, checker.words()
    for words in ("Tôi cũng thấy, cạnh cổng chợ", "Đã ba ngày rồi"):
        resident.open(f"/tickets/{reference}/join")
        resident.send("/join", text=words)
        assert resident.status == 200, resident.words()
    window = windows[way.COORDINATOR]
    look(window, f"/desk/check/{reference}")
    window.speak("vi")
    window.resize(390)
    page = window.open(f"/desk/check/{reference}")
    page.get_by_role("button", name="Công khai nội dung bổ sung này").first.click()
    page.locator("summary", has_text="Không công khai nội dung bổ sung này").click()
    page.locator("details[open] .check-reasons button").first.click()
    assert page.get_by_role("button", name="Công khai nội dung bổ sung này").count() == 0
    public = windows[""].open(f"/tickets/{reference}").inner_text("main")
    assert "Tôi cũng thấy, cạnh cổng chợ" in public
    assert "Đã ba ngày rồi" not in public
