"""Open tickets that are offered instead of a new report, in words: only what everybody can see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.catalog.queries import category, profile
from app.core.errors import NotFound
from app.core.words.dates import moment
from app.core.words.i18n import translate_plural
from app.core.words.text import clean, clean_line
from app.reports.nearby import Similar, Wanted, similar_to, with_landmark
from app.tickets.words.view import ticket_views
from geo.point import InvalidPoint, LonLat

STEP_M = 10
MAX_NUMBER = 30


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One ticket, as a card: what, where, since when, how many reported it, a photo if public."""

    reference: str
    category: str
    area: str
    status: str
    since: str
    reports: str
    metres: int | None
    photo: str
    page: str
    join: str

    def document(self) -> dict[str, object]:
        """Return it for the script of the report form."""
        return dict(vars(self))


def offers(session: Session, wanted: Wanted, *, now: datetime) -> list[Offer]:
    """Return at most five cards, the likeliest first; none where looking takes too long."""
    found = similar_to(session, wanted, now=now)
    views = ticket_views(session, [entry.ticket for entry in found], now=now) if found else []
    zone = profile(session).zone
    return [
        Offer(
            reference=view.reference,
            category=view.category_name,
            area=view.area_name,
            status=view.status_words,
            since=moment(view.received_at, zone, now),
            reports=translate_plural("%(num)s report", "%(num)s reports", view.reports_count),
            metres=_metres(entry),
            photo=_photo(entry),
            page=url_for("public_map.ticket", reference=view.reference),
            join=url_for("residents.join", reference=view.reference),
        )
        for entry, view in zip(found, views, strict=True)
    ]


def _metres(entry: Similar) -> int | None:
    """Return the distance in steps; None where only the ward is known."""
    if entry.metres is None:
        return None
    return max(STEP_M, STEP_M * round(entry.metres / STEP_M))


def _photo(entry: Similar) -> str:
    if entry.photo is None:
        return ""
    reference = entry.ticket.reference
    return url_for("public_map.photo", reference=reference, photo=entry.photo, variant="medium")


def wanted_of(session: Session, typed: Mapping[str, Any]) -> Wanted | None:
    """Return what a form, however unfinished, is about; None where there is nothing to go by."""
    try:
        chosen = category(session, clean_line(str(typed.get("category", "")))[:64])
    except NotFound:
        return None
    place, words = _place(typed), clean(str(typed.get("text", ""))[:4_000])
    if place is None:
        return _in_ward(chosen, words, typed)
    accuracy = clean_line(str(typed.get("accuracy_m", "")))[:6]
    return Wanted(
        category=chosen,
        place=place,
        accuracy_m=int(accuracy) if accuracy.isascii() and accuracy.isdecimal() else None,
        text=words,
    )


def _place(typed: Mapping[str, Any]) -> LonLat | None:
    try:
        return LonLat.parse(
            lon=str(typed.get("lon", ""))[:MAX_NUMBER].strip(),
            lat=str(typed.get("lat", ""))[:MAX_NUMBER].strip(),
        )
    except InvalidPoint:
        return None


def _in_ward(chosen: Category, words: str, typed: Mapping[str, Any]) -> Wanted | None:
    """Return what somebody means who has said the ward, in words; the landmark is one of them."""
    area = clean_line(str(typed.get("stated_area", "")))[:32]
    if not area or not words.strip():
        return None
    landmark = clean_line(str(typed.get("address", "")))[:300]
    return Wanted(category=chosen, place=None, area=area, text=with_landmark(words, landmark))
