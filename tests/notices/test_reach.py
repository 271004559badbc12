"""An agency tells of incidents in its own area, and elsewhere of what it is responsible for."""

import pytest
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Rejection
from app.notices import service
from app.notices.models import Notice
from tests.factories.tickets import IN_NEXT_WARD, IN_WARD, MONDAY, WARD_AREA, coordinator, manager
from tests.notices.test_notices import new

ELSEWHERE = "06781"
SUPPLIER = "PCQN"  # of the whole province, without an area


def tell(session: Session, by: Actor, **changes: object) -> Notice:
    return service.tell(session, new(**changes), actor=by, now=MONDAY)


@pytest.mark.parametrize(
    "changes",
    [
        {"area": None},
        {"area": ELSEWHERE, "category": "waste"},
        {"area": ELSEWHERE, "category": None},
        {"area": None, "place": IN_NEXT_WARD, "radius_m": 500, "category": "waste"},
        {"area": WARD_AREA, "place": IN_NEXT_WARD, "radius_m": 500, "category": "waste"},
    ],
)
def test_a_ward_tells_nothing_of_elsewhere(session: Session, changes: dict[str, object]) -> None:
    with pytest.raises(Rejection) as refused:
        tell(session, manager(session), **changes)
    assert (refused.value.field, refused.value.status) == ("area", 422)


def test_a_ward_tells_anything_of_itself_and_a_circle_ends_at_its_border(session: Session) -> None:
    by = manager(session)
    for category in ("waste", "power", None):
        assert tell(session, by, category=category).area_code == WARD_AREA
    wide = tell(session, by, area=None, place=IN_WARD, radius_m=20_000)
    assert (wide.area_code, wide.radius_m) == (WARD_AREA, 20_000)


def test_who_serves_the_whole_province_tells_of_its_own_subject_anywhere(session: Session) -> None:
    by = manager(session, SUPPLIER)
    for area in (WARD_AREA, ELSEWHERE):
        assert tell(session, by, area=area).area_code == area
    circle = tell(session, by, area=None, place=IN_NEXT_WARD, radius_m=9_000)
    assert circle.area_code is None
    for wrong in ({"category": "waste"}, {"category": None}, {"area": None}):
        with pytest.raises(Rejection):
            tell(session, by, **wrong)
    assert tell(session, coordinator(session), area=None).area_code is None
