"""Pages about what others reported, and known incidents: seen and checked like every page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from app.core.time import now
from tests.browser.conftest import Scene, resolve
from tests.browser.test_pages import look
from tests.browser.visitor import Visitor
from tests.journeys import way
from tests.journeys.person import Person

HERE = {"category": "lighting", "text": "Đèn đường tắt", "lat": "20.9580", "lon": "107.0850"}


@dataclass(frozen=True)
class Company:
    """Two reports of the same, one that was closed, and a notice."""

    first: str
    second: str
    closed: str
    notice: str


@pytest.fixture(scope="module")
def company(scene: Scene) -> Iterator[Company]:
    resident = Person(scene.place.url, "vi")
    closed = way.report(resident, **way.PLACE)
    first = way.report(resident, **HERE)
    second = way.report(resident, **HERE)
    for path in (closed, first):
        resident.wait_for(path, "Lý do chuyển đến đơn vị này")
    resolve(scene.place, way.reference_of(closed))
    resident.open(closed)
    resident.send("/confirm")
    resident.open(scene.public(first))
    resident.send("/fixed")
    resident.open(scene.public(first))
    resident.send("/support")
    office = Person(scene.place.url, "vi")
    office.sign_in(way.COORDINATOR, way.PASSWORD)
    office.open("/desk/notices")
    until = f"{now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    office.send("/desk/notices", **{"text.vi": "Mất nước do vỡ ống", "text.en": "A pipe has burst",
                                    "category": "lighting", "until": until})  # fmt: skip
    assert office.status == 200, office.words()
    resident.open("/tickets")
    found = re.search(r'href="(/notices/\d+)"', resident.page)
    assert found, resident.words()
    yield Company(first=first, second=second, closed=closed, notice=found[1])
    office.open("/desk/notices")
    office.send("/end")


@pytest.mark.parametrize(
    "name", ["joined by others", "offers", "again", "notice", "list with a notice", "tracking"]
)
def test_pages_about_what_others_reported(
    windows: dict[str, Visitor], scene: Scene, company: Company, name: str
) -> None:
    paths = {
        "joined by others": scene.public(company.first),
        "offers": scene.sent(company.second),
        "again": scene.public(company.closed) + "/again",
        "notice": company.notice,
        "list with a notice": "/tickets",
        "tracking": company.second,
    }
    look(windows[""], paths[name])
    if name == "offers":
        assert "Is it one of these?" in windows[""].open(paths[name]).inner_text("main")


@pytest.mark.parametrize("name", ["notices", "said to be fixed"])
def test_the_desk_sees_it(
    windows: dict[str, Visitor], scene: Scene, company: Company, name: str
) -> None:
    paths = {"notices": "/desk/notices", "said to be fixed": scene.desk(company.first)}
    look(windows[way.COORDINATOR], paths[name])
