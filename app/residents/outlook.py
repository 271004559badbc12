"""The outlook in words: where it is, who gets it, by when. For the live view and for the page.

1. Both show the same sentences; the live one as JSON, the page through a template.
2. Nothing is looked up about reports of others but known incidents, and of a category whose
   reports are not open none of these either.
3. No sentence promises more than routing knows: where a person decides, it says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.catalog.queries import category, profile
from app.core.errors import NotFound
from app.core.words.dates import due
from app.core.words.i18n import N_, pick, translate
from app.core.words.text import clean_line
from app.notices.queries import current_at
from app.notices.words import notice_views
from app.reports.answers import check_answers, subject_of
from app.reports.schemas import parse_outlook
from app.routing.decide import PlaceKind
from app.routing.outlook import Outlook, Question, outlook
from app.routing.queries import city_name
from app.routing.service import IN_NEIGHBOUR, OUTSIDE
from app.tickets import words
from app.tickets.words.names import Names

EVERYTHING_ELSE = "other"
DEPENDS = N_("Who is responsible depends on what it is about.")
RESTRICTED = N_("Of this report only its number, status, agency and dates become public.")
COARSE = N_("In public only the ward or commune is shown, never the exact place.")


@dataclass(frozen=True, kw_only=True)
class Due:
    """A date, as an instant and in words."""

    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """Where to go instead."""

    text: str
    url: str


@dataclass(frozen=True, kw_only=True)
class OutlookWords:
    """What is shown. Empty texts and None: nothing to say. outside: not our area, in a sentence."""

    area_code: str | None = None
    area: str = ""
    agency: str = ""
    by_hand: bool = False
    reason: str = ""
    first_reply: Due | None = None
    outcome: Due | None = None
    outside: str = ""
    link: Link | None = None
    public: str = ""
    incidents: tuple[Link, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "area": {"code": self.area_code, "name": self.area} if self.area else None,
            "agency": self.agency or None,
            "by_hand": self.by_hand,
            "reason": self.reason or None,
            "first_reply_due": _document(self.first_reply),
            "outcome_due": _document(self.outcome),
            "outside": self.outside or None,
            "link": _linked(self.link),
            "public": self.public or None,
            "incidents": [_linked(link) for link in self.incidents],
        }


def _document(due: Due | None) -> Mapping[str, str] | None:
    return {"at": due.at.isoformat(), "text": due.text} if due else None


def _linked(link: Link | None) -> Mapping[str, str] | None:
    return {"text": link.text, "url": link.url} if link else None


def question_of(session: Session, body: Mapping[str, Any]) -> Question:
    """Return what is known so far as a question. Raises Rejection, Rejections."""
    asked = parse_outlook(body)
    if asked.category is None:
        return Question(place=asked.place, stated_area=asked.stated_area)
    chosen = _offered(session, asked.category)
    subject = subject_of(session, chosen, check_answers(chosen, asked.answers))
    return Question(
        category=subject.category,
        severity=subject.severity,
        place=asked.place,
        stated_area=asked.stated_area,
        about_agency=asked.about_agency,
    )


def outlook_words(session: Session, question: Question, *, now: datetime) -> OutlookWords:
    """Return the outlook in the current language."""
    found = outlook(session, question, now=now)
    names = Names.load(session)
    if found.refused:
        return OutlookWords(outside=_outside(session, found, names), link=_link(session, found))
    subject = question.category
    return OutlookWords(
        area_code=found.area,
        area=names.area(found.area),
        agency=names.agency(found.agency),
        by_hand=found.by_hand,
        reason=_reason(found, subject, names),
        first_reply=_due(session, found.first_reply_due_at, now),
        outcome=_due(session, found.outcome_due_at, now),
        public=_public(subject),
        incidents=_incidents(session, question, found.area, now),
    )


def _incidents(
    session: Session, question: Question, area: str | None, now: datetime
) -> tuple[Link, ...]:
    """Return what is known there already, each with the page that tells how it goes on."""
    subject = question.category
    if subject is not None and subject.privacy != "open":
        return ()
    code = subject.code if subject is not None else ""
    rows = current_at(session, now, category=code, area=area, place=question.place)
    return tuple(
        Link(text=view.text, url=url_for("public_map.notice", number=view.number))
        for view in notice_views(session, rows, now)
    )


def _outside(session: Session, found: Outlook, names: Names) -> str:
    area = found.place.area
    if found.place.kind is PlaceKind.NEIGHBOUR and area is not None:
        return translate(IN_NEIGHBOUR, area=names.area(area.code))
    return translate(OUTSIDE, city=city_name(session))


def _link(session: Session, found: Outlook) -> Link | None:
    area = found.place.area
    beyond = profile(session).neighbours.get(area.code) if area else None
    return Link(text=pick(beyond.names), url=beyond.url) if beyond else None


def _reason(found: Outlook, subject: Category | None, names: Names) -> str:
    if subject is None:
        return translate(DEPENDS)
    metres = found.place.nearest_m
    return translate(
        words.REASONS[found.reason],
        agency=names.agency(found.agency),
        area=names.area(found.area),
        other_area=names.area(found.other_area),
        distance="" if metres is None else round(metres),
        category=names.category(subject.code),
    )


def _due(session: Session, at: datetime | None, now: datetime) -> Due | None:
    return Due(at=at, text=due(at, profile(session).zone, now)) if at else None


def _public(subject: Category | None) -> str:
    if subject is None:
        return ""
    if subject.privacy == "restricted":
        return translate(RESTRICTED)
    return translate(COARSE) if subject.public_detail != "full" else ""


def _offered(session: Session, code: str) -> Category:
    """Return the category, or that of everything else where it does not exist any more."""
    try:
        return category(session, clean_line(code))
    except NotFound:
        return category(session, EVERYTHING_ELSE)
