"""Reads of known incidents. There are few at a time; every list has a limit."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.words.i18n import N_
from app.notices.models import Notice
from geo.point import LonLat

# How long a notice is shown as late before it is not shown any more.
LATE_FOR = timedelta(hours=24)
MOST = 50


def in_force(now: datetime) -> ColumnElement[bool]:
    """Return the SQL for: it has begun, nobody has ended it, and it is not forgotten."""
    return and_(
        Notice.ended_at.is_(None), Notice.starts_at <= now, Notice.expected_end > now - LATE_FOR
    )


def over_by(now: datetime) -> ColumnElement[bool]:
    """Return the SQL for: somebody has ended it, or it is forgotten."""
    return or_(Notice.ended_at.is_not(None), Notice.expected_end <= now - LATE_FOR)


def is_in_force(notice: Notice, now: datetime) -> bool:
    """Tell whether people are still told of it."""
    forgotten = notice.expected_end <= now - LATE_FOR
    return notice.ended_at is None and notice.starts_at <= now and not forgotten


def notice(session: Session, number: int) -> Notice:
    """Return a notice. Raises NotFound."""
    found = session.get(Notice, number) if number < 2**31 else None
    if found is None:
        raise NotFound("unknown_notice", N_("There is no such notice."))
    return found


def current(session: Session, now: datetime, *, category: str = "", area: str = "") -> list[Notice]:
    """Return what is known now, what ends first first; of a category or an area, if they are given.

    A notice of a circle may be in any area.
    """
    query = select(Notice).where(in_force(now))
    if category:
        query = query.where(or_(Notice.category_code.is_(None), Notice.category_code == category))
    if area:
        query = query.where(or_(Notice.area_code.is_(None), Notice.area_code == area))
    return list(session.scalars(query.order_by(Notice.expected_end, Notice.id).limit(MOST)))


def current_at(
    session: Session, now: datetime, *, category: str, area: str | None, place: LonLat | None
) -> list[Notice]:
    """Return what is known now of a category at a place: what a report is probably about."""
    query = select(Notice).where(
        in_force(now),
        or_(Notice.category_code.is_(None), Notice.category_code == category),
        or_(Notice.area_code.is_(None), Notice.area_code == area),
    )
    if place is None:
        query = query.where(Notice.place.is_(None))
    else:
        point = func.ST_SetSRID(func.ST_MakePoint(place.lon, place.lat), 4326)
        near = func.ST_DWithin(func.Geography(Notice.place), func.Geography(point), Notice.radius_m)
        query = query.where(or_(Notice.place.is_(None), near))
    return list(session.scalars(query.order_by(Notice.expected_end, Notice.id).limit(MOST)))


def kept_by(session: Session, agency: str | None, now: datetime) -> list[Notice]:
    """Return what an agency tells now or will tell (None: all agencies), late ones first."""
    open_ = and_(Notice.ended_at.is_(None), Notice.expected_end > now - LATE_FOR)
    query = select(Notice).where(open_)
    if agency is not None:
        query = query.where(Notice.agency_code == agency)
    return list(session.scalars(query.order_by(Notice.expected_end, Notice.id).limit(MOST)))
