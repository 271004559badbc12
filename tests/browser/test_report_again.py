"""After sending and beside it: the receipt tells where it went; a refused report is put right;
categories that want to know who reports."""

from pathlib import Path

from playwright.sync_api import Browser, expect
from sqlalchemy import create_engine, text

from tests.browser.conftest import Scene
from tests.browser.phone import PHOTO, Counted, Writing, counted, go_on, phone, says, until
from tests.browser.relay import LOST, PASS, relay
from tests.browser.test_pages import check_access, check_shape
from tests.browser.visitor import visitor
from tests.journeys import way

# A category is kept for five seconds in each process.
KEPT_MS = 6_000


def test_the_receipt_tells_by_itself_where_it_went(chromium: Browser, scene: Scene) -> None:
    with visitor(chromium, scene.place.url) as window:
        page = window.page
        held: list[str] = []

        def waiting(route: object) -> None:
            """Answer the first time as if nobody had routed it yet."""
            answer = route.fetch()  # type: ignore[attr-defined]
            body = answer.text()
            if not held:
                start, end = body.index('<dl class="answer-facts'), body.index("</dl>") + 5
                body = f"{body[:start]}<p data-waiting>…</p>{body[end:]}"
                held.append(body)
            route.fulfill(response=answer, body=body)  # type: ignore[attr-defined]

        page.route("**/sent/**", waiting)
        page.goto(scene.place.url + scene.sent(scene.fresh))
        assert page.locator("[data-waiting]").count() == 1
        routed = page.locator("#routed")
        expect(routed).to_contain_text("Lý do chuyển đến đơn vị này")
        expect(routed).to_contain_text(way.OWNER["vi"])
        assert routed.locator("time[datetime]").count() == 2
        assert routed.get_attribute("role") == "status"
        check_shape(page)
        check_access(page)
        assert window.faults() == []


def test_a_refused_report_is_put_right_where_it_was_written(
    chromium: Browser, scene: Scene, tmp_path: Path
) -> None:
    """Written without a network, outside the service area; then changed and sent."""
    with relay(scene.place.port) as network, phone(chromium, tmp_path) as browser:
        page, report = browser.pages[0], Writing(photos=2)
        network.fate = lambda _method, path: LOST if path.startswith("/send/") else PASS
        report.write(page, network.url, lat="20.80", lon="106.65")
        report.send(page)
        expect(page.locator("#stored")).to_be_visible()
        network.fate = lambda _method, _path: PASS
        says(page, "Có phản ánh chưa gửi được")
        page.goto(f"{network.url}/report")  # meanwhile another one is begun
        page.wait_for_selector(".flow-live")
        go_on(page, "place")
        page.fill("#address", "đối diện cổng trường")
        page.click("#queue a")
        change = page.locator("#waiting [data-part=change]")
        change.click()
        expect(change).to_contain_text("sẽ mất")  # it would take the other's place: it asks
        assert page.url == f"{network.url}/offline"
        change.click()
        expect(page.locator("[data-step=place] .error-summary")).to_contain_text("Địa điểm này")
        assert "#again" not in page.url
        page.evaluate(
            "(at) => { document.getElementById('lat').value = at.lat;"
            " document.getElementById('lon').value = at.lon; }", way.PLACE,
        )  # fmt: skip
        go_on(page, "what")
        expect(page.locator("#text")).to_have_value(report.words)
        page.reload()
        expect(page.locator("#text")).to_have_value(report.words)
        go_on(page, "details")
        go_on(page, "check")
        expect(page.locator(".flow-thumbs img")).to_have_count(2)
        report.send(page)
        page.wait_for_url("**/sent/**")
        until(page, scene.place, report.words, Counted(1, 1, 2))
        expect(page.locator("#queue")).to_be_hidden()


def want(scene: Scene, policy: str) -> None:
    engine = create_engine(scene.place.env["DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE category SET contact_policy = :policy WHERE code = 'tourism'"),
            {"policy": policy},
        )
    engine.dispose()


def test_who_has_to_give_a_name_does_so_on_the_last_page(chromium: Browser, scene: Scene) -> None:
    want(scene, "name_and_phone")
    try:
        with visitor(chromium, scene.place.url) as window:
            page, report = window.page, Writing()
            page.wait_for_timeout(KEPT_MS)
            window.open("/report")
            page.wait_for_selector(".flow-live")
            page.set_input_files("#photos", PHOTO)
            go_on(page, "place")
            page.select_option("#stated_area", "06685")
            go_on(page, "what")
            page.fill("#text", report.words)
            page.check("#category-tourism")
            go_on(page, "details")
            page.click("main form .button-big")
            page.wait_for_url("**/check")
            assert report.words in page.inner_text(".flow-said")
            assert "1 ảnh" in page.inner_text(".flow-said")
            check_shape(page)
            check_access(page)
            page.click("main form .button-big")
            assert "họ và tên" in page.inner_text(".error-summary")
            page.fill("#name", "Lan")
            page.fill("#phone", "0912 345 678")
            page.click("main form .button-big")
            page.wait_for_url("**/sent/**")
            assert counted(scene.place, report.words) == Counted(1, 1, 1)
            assert window.faults(refused=True) == []
    finally:
        want(scene, "optional")
