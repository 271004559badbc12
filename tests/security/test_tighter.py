"""A city pack that becomes stricter holds for what was reported before, too."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.installation import settings
from app.core.time import now
from app.packs.content import PackContent
from app.packs.reader import read_pack
from app.packs.service import load_pack
from app.tickets.models import Ticket
from app.tickets.service.opening import area_point
from geo.morton import map_key
from geo.point import LonLat
from tests.desk.scene import a_ticket, do, member
from tests.factories.tickets import IN_WARD, WARD_AREA


@pytest.fixture
def pack() -> PackContent:
    return read_pack(settings().city_pack)


def load(session: Session, pack: PackContent, **changes: str) -> None:
    parts = [
        replace(part, **changes) if part.code == "road" else part for part in pack.categories
    ]  # fmt: skip
    load_pack(session, replace(pack, categories=parts), now())
    session.commit()


@pytest.fixture
def tickets(session: Session) -> Iterator[tuple[Ticket, Ticket]]:
    """One that goes on, and one of another category that was merged into it."""
    beside = LonLat(lon=IN_WARD.lon + 0.0001, lat=IN_WARD.lat)
    going_on = a_ticket(session, place=IN_WARD, area=None, text="hố sâu")
    joined = a_ticket(session, place=beside, area=None, text="hố to", category="waste")
    coordinator = member(session, "coordinator")
    for ticket in (going_on, joined):
        do(session, ticket, "publish", coordinator)
    do(session, joined, "merge", coordinator, target_reference=going_on.reference)
    yield going_on, joined
    session.expire_all()


def test_pins_become_coarse_and_stay_so(
    session: Session, pack: PackContent, tickets: tuple[Ticket, Ticket]
) -> None:
    going_on, joined = tickets
    exact, other = going_on.map_key, joined.map_key
    load(session, pack, public_detail="coarse")
    session.expire_all()
    point = area_point(session, WARD_AREA)
    assert point is not None
    assert going_on.map_key == map_key(point) != exact
    assert joined.map_key == other
    load(session, pack)
    session.expire_all()
    assert going_on.map_key == map_key(point)
    load(session, pack, public_detail="none")
    session.expire_all()
    assert going_on.map_key is None


def test_what_becomes_restricted_is_closed_with_what_was_merged_in(
    client: FlaskClient, session: Session, pack: PackContent, tickets: tuple[Ticket, Ticket]
) -> None:
    going_on, joined = tickets
    assert "hố sâu" in client.get(f"/tickets/{going_on.reference}").text
    load(session, pack, privacy="restricted", public_detail="none")
    session.expire_all()
    for ticket in (going_on, joined):
        assert (ticket.private, ticket.map_key) == (True, None)
        page = client.get(f"/tickets/{ticket.reference}").text
        assert "hố sâu" not in page
        assert "hố to" not in page
        assert ticket.reference not in client.get("/tickets").text
