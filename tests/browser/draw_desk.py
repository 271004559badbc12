"""Draw the pictures of docs/officer.md and docs/coordinator.md, in Vietnamese.

    ./run test tests/browser/draw_desk.py -q

It writes desk-….png into docs/screenshots: phones 390 px wide, desks 1280.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.browser.drawing import keep
from tests.browser.town import MANAGER, Town
from tests.browser.visitor import visitor
from tests.journeys import way
from tests.journeys.way import COORDINATOR, OFFICER

HEIGHTS = {390: 780, 1280: 860}


@contextmanager
def at_work(chromium: Browser, town: Town, who: str, width: int) -> Iterator[Page]:
    with visitor(chromium, town.scene.place.url, width=width) as window:
        window.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        window.sign_in(who, way.PASSWORD)
        yield window.page


def test_draw(chromium: Browser, town: Town) -> None:
    base = town.scene.place.url
    pictures = {
        "desk-inbox": (OFFICER, "/desk?tab=all"),
        "desk-ticket": (OFFICER, town.desk(town.first)),
        "desk-map": (OFFICER, "/desk/map?tab=all"),
        "desk-approvals": (MANAGER, "/desk/approvals"),
        "desk-check": (COORDINATOR, "/desk/check"),
        "desk-triage": (COORDINATOR, "/desk/triage"),
    }
    for name, (who, path) in pictures.items():
        for width in HEIGHTS:
            with at_work(chromium, town, who, width) as page:
                page.goto(base + path)
                keep(page, f"{name}-{width}")
