"""The question about legal complaints, without JavaScript: asked once, nothing chosen beforehand."""

from playwright.sync_api import Browser

from tests.browser.conftest import Scene

DENUNCIATION = "Tôi tố cáo ông Nguyễn Văn A, cán bộ địa chính, nhận tiền"


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
