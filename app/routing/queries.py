"""What routing knows, read from the database as the pure types of `decide`."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.catalog.locate import Located, locate
from app.catalog.models import Area, AreaVersion
from app.catalog.queries import profile
from app.core.words.i18n import pick
from app.routing.decide import AreaFact, Bodies, Body, Place, PlaceKind, Rule, find_place
from app.routing.models import RoutingRule
from geo.point import LonLat


def rules(session: Session) -> list[Rule]:
    """Return all rules; validity is judged by `decide`."""
    return [
        Rule(
            id=row.id,
            category=row.category_code,
            group=row.group_code,
            area=row.area_code,
            area_kind=row.area_kind,
            severity=row.severity_code,
            agency=row.agency_code,
            covering=row.covering_kind,
            cooperating=tuple(row.cooperating),
            priority=row.priority,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in session.scalars(select(RoutingRule).order_by(RoutingRule.id))
    ]


def bodies(session: Session, on: date) -> Bodies:
    """Return all agencies, and which one works for which area on a day."""
    rows = session.scalars(select(Agency).order_by(Agency.code)).all()
    by_code = {
        row.code: Body(
            code=row.code,
            parent=row.parent_code,
            area=row.area_code,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            successor=row.successor_code,
        )
        for row in rows
    }
    special = {row.duty: row.code for row in rows if row.duty}
    return Bodies(
        by_code=by_code,
        coordinator=special["coordinator"],
        oversight=special["oversight"],
        by_area=_by_area(rows, on),
    )


def _by_area(rows: Sequence[Agency], on: date) -> dict[str, str]:
    """Return each area's agency; where it has ended, still that one: `decide` follows its heir."""
    found: dict[str, str] = {}
    with_area = [row for row in rows if row.area_code is not None]
    for row in sorted(with_area, key=lambda row: row.valid_to is None or on < row.valid_to):
        found[row.area_code or ""] = row.code
    return found


def place_of(located: Located, *, shore_limit_m: float) -> Place:
    """Turn what the look-up found into the place that rules see."""
    return find_place(
        [
            AreaFact(code=area.code, kind=area.kind, area_m2=area.area_m2)
            for area in located.covering
        ],
        nearest=(
            AreaFact(code=located.nearest, kind="unit", area_m2=0.0) if located.nearest else None
        ),
        nearest_m=located.nearest_m,
        shore_limit_m=shore_limit_m,
        border=located.border,
        border_m=located.border_m,
    )


def places(
    session: Session, points: Sequence[LonLat], *, shore_limit_m: float, caution_m: float
) -> list[Place]:
    """Look up points, one statement for all."""
    found = located_places(session, points, shore_limit_m=shore_limit_m, caution_m=caution_m)
    return [place for place, _nearest in found]


def located_places(
    session: Session, points: Sequence[LonLat], *, shore_limit_m: float, caution_m: float
) -> list[tuple[Place, str | None]]:
    """Like `places`, with the code of the nearest unit beside each place."""
    return [
        (place_of(found, shore_limit_m=shore_limit_m), found.nearest)
        for found in locate(session, points, caution_m=caution_m)
    ]


def stated_place(areas: Mapping[str, AreaFact], code: str | None) -> Place:
    """Return the place of a report without a point."""
    area = areas.get(code or "")
    if area is None:
        return Place(kind=PlaceKind.UNKNOWN)
    return Place(kind=PlaceKind.STATED, area=area, covering=(area,))


def area_facts(session: Session, codes: Sequence[str]) -> dict[str, AreaFact]:
    """Return areas by code with their size (0 where no shape is known)."""
    if not codes:
        return {}
    query = (
        select(Area.code, Area.kind, AreaVersion.area_m2)
        .outerjoin(
            AreaVersion,
            (AreaVersion.area_code == Area.code) & AreaVersion.superseded_at.is_(None),
        )
        .where(Area.code.in_(codes))
    )
    return {
        code: AreaFact(code=code, kind=kind, area_m2=size or 0.0)
        for code, kind, size in session.execute(query)
    }


def area_name(session: Session, code: str) -> str:
    """Return an area's name in the current language."""
    area = session.get(Area, code)
    return pick(area.full_names) if area else code


def city_name(session: Session) -> str:
    """Return the name of the place that this installation serves."""
    return pick(profile(session).place_names)
