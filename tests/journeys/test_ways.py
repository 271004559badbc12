"""The main job through real web server, RQ workers, PostGIS and Redis, without JavaScript."""

from tests.installation import Installation
from tests.journeys import way


def test_a_report_is_routed_worked_on_seen_and_confirmed(installation: Installation) -> None:
    way.walk(installation)


def test_the_bay_has_its_own_agency(installation: Installation) -> None:
    way.walk_water(installation)


def test_neighbours_are_refused_by_name(installation: Installation) -> None:
    way.walk_neighbours(installation)


def test_without_a_place_a_person_decides(installation: Installation) -> None:
    way.walk_without_place(installation)


def test_a_program_sends_a_report(installation: Installation) -> None:
    way.walk_api(installation)
