"""A running installation with tickets at several stages, and one Chromium for all tests."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.visitor import Visitor, visitor
from tests.installation import Installation, installed
from tests.journeys import way
from tests.journeys.person import Person

ADMIN = "admin@journey.test"
LAMPS = (("20.9520", "107.0700"), ("20.9524", "107.0708"), ("20.9600", "107.0900"))
PREPARING = "Ảnh đang được chuẩn bị"


@dataclass(frozen=True)
class Scene:
    """Addresses of what the installation holds."""

    place: Installation
    fresh: str  # tracking page of a ticket that was just assigned
    resolved: str  # of one that awaits confirmation
    unplaced: str  # of one in triage

    def sent(self, path: str) -> str:
        """Return the receipt of a tracking page's report."""
        return path.replace("/follow/", "/sent/")

    def desk(self, path: str) -> str:
        """Return the desk's page of a tracking page's ticket."""
        return f"/desk/tickets/{way.reference_of(path)}"

    def public(self, path: str) -> str:
        """Return the public page of a tracking page's ticket."""
        return f"/tickets/{way.reference_of(path)}"


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The installation, filled through its own pages."""
    with installed(tmp_path_factory.mktemp("browser"), redis_number=13) as place:
        way.add_staff(place)
        words = ("--role", "administrator", "--password-stdin")
        place.flask("user", "add", ADMIN, *words, stdin=way.PASSWORD + "\n")
        resident = Person(place.url, "vi")
        fresh = way.report(resident, lat="20.9531", lon="107.0792")
        resolved = way.report(resident, files=True, **way.PLACE)
        unplaced = way.report(resident)
        for lat, lon in LAMPS:
            assert way.report(resident, category="lighting", text="Đèn đường tắt", lat=lat, lon=lon)
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
    """The system's Chromium; `./run test` says where it is."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def windows(chromium: Browser, scene: Scene) -> Iterator[dict[str, Visitor]]:
    """One window for the public and one for each member of staff, signed in."""
    with (
        visitor(chromium, scene.place.url) as public,
        visitor(chromium, scene.place.url) as officer,
        visitor(chromium, scene.place.url) as coordinator,
        visitor(chromium, scene.place.url) as admin,
    ):
        staff = {way.OFFICER: officer, way.COORDINATOR: coordinator, ADMIN: admin}
        for email, window in staff.items():
            window.sign_in(email, way.PASSWORD)
        yield staff | {"": public}
