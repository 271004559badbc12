"""Everything that is kept about one reporter, as a page and as a file for another program.

1. The private link opens it. A link may have been passed on, so the contact is shown masked; the
   whole of it is given out on a data request by somebody who has been verified.
2. Page and file are made from the same document: nothing is in one that is not in the other.
3. Times are UTC in ISO 8601; codes stand beside their words.
"""

import re
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.contacts import open_contact
from app.accounts.models import Consent, Contact
from app.catalog.models import Category
from app.core.installation import settings
from app.core.words.i18n import pick, translate
from app.notifications.models import Delivery
from app.reports.links import follow_signature
from app.reports.models import Rating, Report
from app.reports.queries import photos_of_report
from app.tickets.models import EventText, Ticket, TicketEvent
from app.tickets.words import RATINGS
from app.tickets.words.names import Names

SHOWN = 2


def kept_of(session: Session, report: Report) -> dict[str, Any]:
    """Return what is kept of a reporter; empty texts where something was erased."""
    ticket = session.get_one(Ticket, report.ticket_id)
    names = Names.load(session)
    lon, lat = _place(session, report)
    return {
        "reference": ticket.reference,
        "received_at": report.received_at,
        "channel": report.channel,
        "language": report.lang,
        "category": {"code": report.category_code, "name": names.category(report.category_code)},
        "text": report.text or "",
        "public_text": report.public_text or "",
        "address": report.address or "",
        "area": names.area(ticket.area_code),
        "latitude": lat,
        "longitude": lon,
        "accuracy_m": report.accuracy_m,
        "answers": _answers(session, report),
        "about_agency": names.agency(report.about_agency_code),
        "urgent": report.urgent_claim,
        "do_not_publish": report.do_not_publish,
        "signals": list(report.signals),
        "photos": _photos(session, report, ticket),
        "words_later": _words(session, report),
        "ratings": _ratings(session, report),
        "contact": _contact(session, report),
        "consents": _consents(session, report),
        "messages": _messages(session, report),
        "withdrawn_at": report.withdrawn_at,
        "erased_at": report.erased_at,
    }


def _place(session: Session, report: Report) -> tuple[float | None, float | None]:
    query = select(func.ST_X(Report.place), func.ST_Y(Report.place)).where(Report.id == report.id)
    lon, lat = session.execute(query).one()
    return lon, lat


def _answers(session: Session, report: Report) -> list[dict[str, Any]]:
    questions = session.get_one(Category, report.category_code).questions
    texts = {question["code"]: pick(question["names"]) for question in questions}
    return [
        {"code": code, "question": texts.get(code, code), "answer": answer}
        for code, answer in report.answers.items()
    ]


def _photos(session: Session, report: Report, ticket: Ticket) -> list[dict[str, Any]]:
    return [
        {
            "id": str(photo.id),
            "sent_at": photo.created_at,
            "state": photo.state,
            "address": settings().web.base_url
            + url_for(
                "residents.own_photo",
                reference=ticket.reference,
                signature=follow_signature(report),
                photo=photo.id,
                variant="large",
            ),
        }
        for photo in photos_of_report(session, report.id)
    ]


def _words(session: Session, report: Report) -> list[dict[str, Any]]:
    query = (
        select(TicketEvent.occurred_at, TicketEvent.kind, EventText.body)
        .join(EventText, EventText.event_id == TicketEvent.id)
        .where(EventText.report_id == report.id)
        .order_by(TicketEvent.id)
    )
    return [
        {"at": at, "kind": kind, "text": body or ""} for at, kind, body in session.execute(query)
    ]


def _ratings(session: Session, report: Report) -> list[dict[str, Any]]:
    query = select(Rating).where(Rating.report_id == report.id).order_by(Rating.outcome_event_id)
    return [
        {"at": row.rated_at, "code": row.value, "rating": translate(RATINGS[row.value])}
        for row in session.scalars(query)
    ]


def _contact(session: Session, report: Report) -> dict[str, str]:
    row = session.get(Contact, report.contact_id) if report.contact_id is not None else None
    if row is None:
        return {}
    found = open_contact(row)
    return {
        "name": masked(found.name or ""),
        "email": masked(found.email or ""),
        "phone": masked(found.phone or ""),
    }


def masked(value: str) -> str:
    """Return enough to recognise one's own contact, too little to learn somebody else's."""
    local, at, domain = value.partition("@")
    if at:
        return local[:1] + "•••@" + domain[:1] + "•••"
    if sum(character.isdigit() for character in value) > len(value) / 2:
        return "•••" + value[-SHOWN:]
    return " ".join(word[:1] + "•••" for word in re.split(r"\s+", value) if word)


def _consents(session: Session, report: Report) -> list[dict[str, Any]]:
    if report.contact_id is None:
        return []
    query = select(Consent).where(Consent.contact_id == report.contact_id).order_by(Consent.id)
    return [
        {
            "purpose": row.purpose,
            "text_version": row.text_version,
            "language": row.lang,
            "channel": row.channel,
            "given_at": row.given_at,
            "withdrawn_at": row.withdrawn_at,
        }
        for row in session.scalars(query)
    ]


def _messages(session: Session, report: Report) -> list[dict[str, Any]]:
    query = (
        select(Delivery).where(Delivery.recipient == f"report:{report.id}").order_by(Delivery.id)
    )
    return [
        {
            "template": row.template,
            "channel": row.channel,
            "state": row.state,
            "sent_at": row.sent_at,
        }
        for row in session.scalars(query)
    ]


def in_json(value: object) -> str:
    """Return an instant as JSON has it (rule 3)."""
    if not isinstance(value, datetime):
        raise TypeError(type(value))
    return value.isoformat().replace("+00:00", "Z")
