"""Where an agency may tell of an incident: in its own area, and where the rules lead to it.

1. In its own area, and in what lies below that, it tells of anything. A circle there ends at the
   border: the notice gets the area in which its middle lies.
2. Elsewhere it tells of what it is responsible for or helps with: of a category, where a report of
   that category from there would come to it. So departments and companies without an area tell.
3. Nobody but the coordinating office tells of everywhere.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.agencies.queries import agency
from app.catalog.models import Area, Category
from app.catalog.queries import profile, today
from app.core.errors import Rejection
from app.core.words.i18n import N_
from app.notices.schemas import NewNotice
from app.routing.decide import Facts, Place, decide
from app.routing.queries import area_facts, bodies, places, rules, stated_place

NOWHERE = N_("Say where it is: choose a ward or commune, or give the middle of a circle.")
ELSEWHERE = N_(
    "Your agency tells of what happens in its own area; elsewhere, of categories that it is "
    "responsible for or helps with there."
)


def within_reach(session: Session, new: NewNotice, code: str, *, now: datetime) -> NewNotice:
    """Return the notice as this agency may tell it. Raises Rejection."""
    found = list(_places(session, new))
    if not found:
        raise Rejection("nowhere", NOWHERE, field="area")
    own = agency(session, code).area_code
    if own is not None and all(_lies_in(session, place, own) for place in found):
        middle = found[-1].area
        return replace(new, area=new.area or (middle.code if middle else own))
    if not all(_comes_to(session, new.category, place, code, now) for place in found):
        raise Rejection("not_your_area", ELSEWHERE, field="area")
    return new


def _places(session: Session, new: NewNotice) -> Iterator[Place]:
    if new.area is not None:
        yield stated_place(area_facts(session, [new.area]), new.area)
    if new.place is not None:
        city = profile(session)
        yield from places(
            session,
            [new.place],
            shore_limit_m=city.shore_limit_m,
            caution_m=city.border_caution_m,
        )


def _lies_in(session: Session, place: Place, own: str) -> bool:
    return any(own in _upwards(session, area.code) for area in place.covering)


def _upwards(session: Session, code: str) -> Iterator[str]:
    """Yield an area and those above it."""
    area = session.get(Area, code)
    while area is not None:
        yield area.code
        area = session.get(Area, area.parent_code) if area.parent_code else None


def _comes_to(
    session: Session, code: str | None, place: Place, agency_code: str, now: datetime
) -> bool:
    """Tell whether a report of a category from there would come to an agency, or ask its help."""
    category = session.get(Category, code) if code else None
    if category is None:
        return False
    on = today(session, now)
    facts = Facts(
        category=category.code,
        group=category.group_code,
        severity=category.severity_code,
        place=place,
        about_agency=None,
        on=on,
    )
    decision = decide(facts, rules(session), bodies(session, on))
    return agency_code in (decision.agency, *decision.cooperating)
