"""Approximate shapes are drawn in trial mode only, with that word."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.catalog.models import AreaVersion
from app.core import installation

WORD = "Approximate borders"


@pytest.fixture
def trial(request: pytest.FixtureRequest):
    before = installation.settings()
    installation.configure(replace(before, trial=request.param))
    yield request.param
    installation.configure(before)


def script(client: FlaskClient) -> str:
    page = client.get("/map?lang=en").text
    (address,) = re.findall(r'src="(/map/[^"]+\.js)"', page)
    return client.get(address).text


@pytest.mark.parametrize("trial", [True, False], indirect=True)
def test_approximate_shapes(client: FlaskClient, trial: bool) -> None:
    text = script(client)
    assert (WORD in text) is trial
    assert ("/map/areas-en.json" in text) is trial


@pytest.mark.parametrize("trial", [False], indirect=True)
def test_real_shapes_are_always_drawn(client: FlaskClient, session: Session, trial: bool) -> None:
    session.execute(update(AreaVersion).values(approximate=False))
    text = script(client)
    assert WORD not in text
    assert "/map/areas-en.json" in text
