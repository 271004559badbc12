"""A running installation with tickets at several stages, and one Chromium for all tests."""

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.town import ADMIN, MANAGER, Scene, Town, build
from tests.browser.visitor import Visitor, visitor
from tests.installation import Installation, installed
from tests.journeys import way
from tests.journeys.person import Person

# Of a category that nobody else reports: tests of the map count them.
POWER = "power"
POLES = (("20.9520", "107.0700"), ("20.9524", "107.0708"), ("20.9600", "107.0900"))
OF_WARD = ("--agency", "UBND-06685")
PREPARING = "Ảnh đang được chuẩn bị"

expect.set_options(timeout=20_000)  # beside other programs a page may take its time


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The installation, filled through its own pages."""
    with installed(tmp_path_factory.mktemp("browser"), redis_number=13) as place:
        way.add_staff(place)
        for email, role in ((ADMIN, ("administrator",)), (MANAGER, ("manager", *OF_WARD))):
            words = ("--role", *role, "--password-stdin")
            place.flask("user", "add", email, *words, stdin=way.PASSWORD + "\n")
        resident = Person(place.url, "vi")
        fresh = way.report(resident, lat="20.9531", lon="107.0792")
        resolved = way.report(resident, files=True, **way.PLACE)
        unplaced = way.report(resident)
        for lat, lon in POLES:
            assert way.report(resident, category=POWER, text="Cột điện nghiêng", lat=lat, lon=lon)
        for path in (fresh, resolved):
            resident.wait_for(path, "Lý do chuyển đến đơn vị này")
        resident.wait_for(unplaced, "chưa có địa điểm")
        resolve(place, way.reference_of(resolved))
        yield Scene(place=place, fresh=fresh, resolved=resolved, unplaced=unplaced)


def resolve(place: Installation, reference: str) -> None:
    """Let an officer report a ticket as resolved."""
    officer = Person(place.url, "vi")
    officer.sign_in(way.OFFICER, way.PASSWORD)
    officer.open(f"/desk/tickets/{reference}")
    officer.send("/resolve", files=[("photos", way.photo("teal"))], code="fixed", text="Đã thu gom")
    assert officer.status == 200, officer.words()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without its windows if there is such a one; `./run test` says where.

    `phone.py` starts the whole browser, for what needs it.
    """
    whole = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_SHELL", whole),
            args=["--no-sandbox"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def windows(chromium: Browser, scene: Scene) -> Iterator[dict[str, Visitor]]:
    """One window for the public and one for each member of staff, signed in."""
    with ExitStack() as open_ones:
        found = {
            who: open_ones.enter_context(visitor(chromium, scene.place.url))
            for who in ("", way.OFFICER, MANAGER, way.COORDINATOR, ADMIN)
        }
        for who, window in found.items():
            if who:
                window.sign_in(who, way.PASSWORD)
        yield found


@pytest.fixture(scope="session")
def town(scene: Scene) -> Town:
    """The scene, with tickets, requests and links in every state."""
    return build(scene)
