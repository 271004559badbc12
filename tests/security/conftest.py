"""The people and tickets that the tests of rights share."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.security.access.scene import Scene, peopled


@pytest.fixture(scope="module")
def scene(app: Flask) -> Iterator[Scene]:
    with peopled(app) as found:
        yield found
