"""One installation for all journeys."""

from collections.abc import Iterator

import pytest

from tests.installation import Installation, installed
from tests.journeys import way


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A running installation with an officer and a coordinator."""
    with installed(tmp_path_factory.mktemp("journeys"), redis_number=11) as place:
        way.add_staff(place)
        yield place
