"""What the events refer to, as one document: hours, calendars, promises, months, names.

Whoever has this and the events files can recompute every figure (`verify/recompute.py` does).
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency, AgencyTimetable
from app.catalog.models import Area, Category, City, ServiceTarget
from app.catalog.queries import calendar_days, profile
from app.measures.models import MeasurePeriod
from app.measures.queries import periods
from app.measures.reckoning.definitions import VERSION
from app.measures.reckoning.months import Month

SCHEMA = 1
NAMED = ("province", "unit", "water")


def document(session: Session) -> dict[str, Any]:
    """Return all of it, JSON-able."""
    city = session.get_one(City, 1)
    return {
        "schema": SCHEMA,
        "definitions": VERSION,
        "city": city.code,
        "names": city.profile["names"],
        "licence": licence(session),
        "licences": city.profile.get("licences", []),
        "zone": profile(session).zone.key,
        "months": [month(period) for period in periods(session)],
        "targets": {
            str(row.id): {
                "category": row.category_code, "severity": row.severity_code, "clock": row.clock,
                "first_reply_s": row.first_reply_s, "outcome_s": row.outcome_s,
            }
            for row in session.scalars(select(ServiceTarget).order_by(ServiceTarget.id))
        },
        "timetables": {
            str(row.id): row.document
            for row in session.scalars(select(AgencyTimetable).order_by(AgencyTimetable.id))
        },
        "calendars": {
            str(version): _calendar(session, version)
            for version in range(1, city.calendar_version + 1)
        },
        "agencies": {
            row.code: {
                "names": row.names, "level": row.level, "parent": row.parent_code,
                "area": row.area_code,
            }
            for row in session.scalars(select(Agency).order_by(Agency.code))
        },
        "areas": {
            row.code: {
                "names": row.full_names, "kind": row.unit_kind, "parent": row.parent_code,
                **city.profile.get("residents", {}).get(row.code, {}),
            }
            for row in session.scalars(
                select(Area).where(Area.kind.in_(NAMED)).order_by(Area.code)
            )
        },
        "categories": {
            row.code: {"names": row.names, "group": row.group_code}
            for row in session.scalars(select(Category).order_by(Category.code))
        },
    }  # fmt: skip


def licence(session: Session) -> dict[str, Any]:
    """Return under which licence all this is published: {names, url}, or nothing."""
    found: dict[str, Any] = session.get_one(City, 1).profile.get("open_data", {})
    return found


def month(period: MeasurePeriod) -> dict[str, Any]:
    """Return what is said of a month."""
    return {
        "month": str(Month(period.month)),
        "version": period.version,
        "definitions": period.definitions,
        "as_of": period.as_of.isoformat(),
        "cut_off": period.cut_off_at.isoformat(),
        "frozen": period.frozen_at is not None,
        "private": period.private,
        "note": period.note,
    }


def _calendar(session: Session, version: int) -> dict[str, Any]:
    days = calendar_days(session, version)
    return {
        "closed": sorted(day.isoformat() for day in days.closed),
        "makeup": {
            day.isoformat(): other.isoformat() if other else None
            for day, other in sorted(days.makeup.items())
        },
    }
