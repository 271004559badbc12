"""The main job with the real boundaries: import, then the same ways as in tests/journeys."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Installation, installed
from tests.journeys import way

SHARED = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("acceptance"), redis_number=12) as found:
        way.add_staff(found)
        printed = found.flask(
            "import-areas", str(SHARED / "quang_ninh" / "areas.geojson"),
            "--source", "vietnamese-provinces-database, MIT", "--valid-from", "2025-07-01",
        )  # fmt: skip
        assert "loaded 54 units" in printed
        yield found


def test_a_report_is_routed_worked_on_seen_and_confirmed(place: Installation) -> None:
    way.walk(place)


def test_the_bay_has_its_own_agency(place: Installation) -> None:
    way.walk_water(place)


def test_neighbours_are_refused_by_name(place: Installation) -> None:
    way.walk_neighbours(place)


def test_without_a_place_a_person_decides(place: Installation) -> None:
    way.walk_without_place(place)


def test_the_maps_no_longer_speak_of_approximate_borders(place: Installation) -> None:
    resident = way.Person(place.url, "en")
    resident.open("/map")
    script = way.map_script(resident)
    assert "Approximate borders" not in script
