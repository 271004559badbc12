"""Open tickets that a report may be about as well: what everybody can see of them, and no more.

1. Offered is only what has an exact public pin: not private, not hidden, not coarse, neither now
   nor when it was reported, and not about an agency. Words count once they are public.
2. Each category of the group is asked for its nearest by one index that holds open tickets only,
   so that the table may grow: at most `EACH` rows for a category, within `FARTHEST` reaches.
3. Who has said the ward but no point, and has said it in words, is offered what is open in that
   ward: the newest `EACH` of a category, by an index of open tickets too. No distance is told.
4. People go on without it: the statements are broken off after `PATIENCE_MS`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.orm import Session
from sqlalchemy.types import String

from app.catalog.models import Category
from app.core.db import TookTooLong, at_most
from app.media.models import Photo
from app.reports.models import Report, ReportPhoto
from app.reports.queries import was_checked
from app.reports.similarity import FARTHEST, Candidate, Draft, best, best_in_ward
from app.tickets.models import Ticket
from app.tickets.queries import point_of
from geo.morton import map_key
from geo.point import LonLat

EACH = 50
PATIENCE_MS = 700
TEXTS_EACH = 5
METRES_PER_DEGREE = 110_000.0

_NEAREST = text(
    """
    SELECT near.*, ST_Distance(near.place::geography, asked.point::geography) AS metres
    FROM (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS point) asked,
         unnest(:codes) AS wanted(code)
    CROSS JOIN LATERAL (
        SELECT t.id, t.category_code, t.place, ST_X(t.place) AS lon, ST_Y(t.place) AS lat,
               t.accuracy_m, t.map_key, t.content, t.received_at
        FROM ticket t
        WHERE t.category_code = wanted.code
          AND t.status IN ('received', 'assigned', 'in_progress', 'waiting')
          AND t.place && ST_MakeEnvelope(:lon - :across, :lat - :up, :lon + :across, :lat + :up,
                                         4326)
          AND NOT t.private AND t.content <> 'hidden' AND t.map_key IS NOT NULL
          AND NOT t.coarse AND t.about_agency_code IS NULL AND t.kind = 'problem' AND t.id <> :own
        ORDER BY t.place <-> ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)
        LIMIT :each
    ) near
    """
).bindparams(bindparam("codes", type_=ARRAY(String)))

_IN_WARD = text(
    """
    SELECT newest.*, NULL::float AS metres
    FROM unnest(:codes) AS wanted(code)
    CROSS JOIN LATERAL (
        SELECT t.id, t.category_code, t.accuracy_m, t.content, t.received_at
        FROM ticket t
        WHERE t.area_code = :area AND t.category_code = wanted.code
          AND t.status IN ('received', 'assigned', 'in_progress', 'waiting')
          AND NOT t.private AND t.content = 'published' AND NOT t.coarse
          AND t.about_agency_code IS NULL AND t.kind = 'problem' AND t.id <> :own
        ORDER BY t.received_at DESC, t.id DESC
        LIMIT :each
    ) newest
    """
).bindparams(bindparam("codes", type_=ARRAY(String)))


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the tickets are compared with. `own`: a ticket that is not offered to itself.

    area: the ward that was said instead of a place.
    """

    category: Category
    place: LonLat | None
    area: str = ""
    accuracy_m: int | None = None
    text: str = ""
    own: int = 0


@dataclass(frozen=True, kw_only=True)
class Similar:
    """A ticket that is offered, how far it is, how likely it is the same, a photo if public.

    metres: None where only the ward is known.
    """

    ticket: Ticket
    metres: float | None
    score: float
    photo: UUID | None


def similar_to(session: Session, wanted: Wanted, *, now: datetime) -> list[Similar]:
    """Return the open tickets that are probably meant, likeliest first; none if it takes long."""
    if not _is_exact(wanted.category):
        return []
    try:
        with at_most(session, PATIENCE_MS):
            return _similar(session, wanted, now)
    except TookTooLong:
        return []


def wanted_after(session: Session, report: Report) -> Wanted | None:
    """Return what a report that was just sent is about; None where it says no place and no ward."""
    ticket = session.get_one(Ticket, report.ticket_id)
    place = point_of(session, ticket)
    area = "" if place else report.stated_area_code or ""
    if (place is None and not area) or ticket.coarse or ticket.private:
        return None
    return Wanted(
        category=session.get_one(Category, ticket.category_code),
        place=place,
        area=area,
        accuracy_m=ticket.accuracy_m,
        text=report.text or "" if place else with_landmark(report.text, report.address),
        own=ticket.id,
    )


def with_landmark(words: str | None, address: str | None) -> str:
    """Return words together with the landmark, which says where in the ward it is."""
    return " ".join(part for part in (words, address) if part)


def _is_exact(category: Category) -> bool:
    return (
        category.kind == "problem"
        and category.privacy == "open"
        and category.public_detail == "full"
    )


def _similar(session: Session, wanted: Wanted, now: datetime) -> list[Similar]:
    known = _categories(session, wanted.category)
    if wanted.place is None:
        rows, choose = _of_ward(session, wanted, known), best_in_ward
    else:
        rows, choose = _nearest(session, wanted, wanted.place, known), best
    texts = _texts(session, [row.id for row in rows if row.content == "published"])
    candidates = [
        Candidate(
            ticket_id=row.id,
            category=row.category_code,
            group=known[row.category_code].group_code,
            distance_m=row.metres or 0.0,
            accuracy_m=row.accuracy_m or 0.0,
            received_at=row.received_at,
            texts=texts.get(row.id, ()),
        )
        for row in rows
        # What was coarse when it was reported is not said to be near: its pin is elsewhere.
        if row.metres is None or row.map_key == map_key(LonLat(lon=row.lon, lat=row.lat))
    ]
    found = choose(_draft(wanted, now), candidates)
    ids = [candidate.ticket_id for candidate, _score in found]
    tickets, photos = _tickets(session, ids), _photos(session, ids)
    return [
        Similar(
            ticket=tickets[candidate.ticket_id],
            metres=None if wanted.place is None else candidate.distance_m,
            score=value,
            photo=photos.get(candidate.ticket_id),
        )
        for candidate, value in found
    ]


def _draft(wanted: Wanted, now: datetime) -> Draft:
    return Draft(
        category=wanted.category.code,
        group=wanted.category.group_code,
        reach_m=wanted.category.reach_m,
        accuracy_m=wanted.accuracy_m or 0.0,
        text=wanted.text,
        at=now,
    )


def _categories(session: Session, chosen: Category) -> dict[str, Category]:
    """Return the categories that can mean the same: without words, only the chosen one counts."""
    query = select(Category).where(Category.group_code == chosen.group_code, Category.active)
    found = {row.code: row for row in session.scalars(query) if _is_exact(row)}
    return found | {chosen.code: chosen}


def _of_ward(session: Session, wanted: Wanted, known: Mapping[str, Category]) -> Sequence[Any]:
    if not wanted.text.strip() or not wanted.area:
        return []
    values = {"codes": sorted(known), "area": wanted.area, "own": wanted.own, "each": EACH}
    return session.execute(_IN_WARD, values).all()


def _nearest(
    session: Session, wanted: Wanted, place: LonLat, known: Mapping[str, Category]
) -> Sequence[Any]:
    codes = sorted(known) if wanted.text.strip() else [wanted.category.code]
    # As far as `similarity.nearness` looks where both positions are vague.
    up = 2 * FARTHEST * wanted.category.reach_m / METRES_PER_DEGREE
    values = {
        "lon": place.lon, "lat": place.lat, "codes": codes, "own": wanted.own,
        "each": EACH, "up": up, "across": up / max(0.1, math.cos(math.radians(place.lat))),
    }  # fmt: skip
    return session.execute(_NEAREST, values).all()


def _texts(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the public words of tickets, a few of each."""
    if not ids:
        return {}
    few = (
        select(Report.public_text)
        .where(Report.ticket_id == Ticket.id, Report.public_text.is_not(None))
        .where(Report.withdrawn_at.is_(None), Report.hidden_code.is_(None))
        .where(~Report.do_not_publish, was_checked(Report))
        .order_by(Report.id)
        .limit(TEXTS_EACH)
        .lateral()
    )
    found: dict[int, list[str]] = {}
    query = select(Ticket.id, few.c.public_text).where(Ticket.id.in_(ids))
    for number, words in session.execute(query):
        found.setdefault(number, []).append(words)
    return found


def _tickets(session: Session, ids: Sequence[int]) -> dict[int, Ticket]:
    if not ids:
        return {}
    return {row.id: row for row in session.scalars(select(Ticket).where(Ticket.id.in_(ids)))}


def _photos(session: Session, ids: Sequence[int]) -> dict[int, UUID]:
    """Return the first photo that everybody may see of each ticket."""
    if not ids:
        return {}
    query = (
        select(Report.ticket_id, Photo.id)
        .join(ReportPhoto, ReportPhoto.report_id == Report.id)
        .join(Photo, Photo.id == ReportPhoto.photo_id)
        .join(Ticket, Ticket.id == Report.ticket_id)
        .where(Report.ticket_id.in_(ids), Ticket.content == "published")
        .where(
            Report.withdrawn_at.is_(None),
            ~Report.do_not_publish,
            was_checked(ReportPhoto),
        )
        .where(Photo.state == "ready", Photo.hidden_code.is_(None))
        .order_by(Report.ticket_id, Report.id, ReportPhoto.position)
        .ext(distinct_on(Report.ticket_id))
    )
    return {row.ticket_id: row.id for row in session.execute(query)}
