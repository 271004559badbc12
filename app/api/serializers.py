"""What the machine interface shows: the same as the public page, as JSON."""

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.core.installation import settings
from app.core.words.i18n import pick
from app.reports.service import Submitted
from app.tickets.facts import Status
from app.tickets.models import Ticket
from app.tickets.words.timeline import lines
from app.tickets.words.view import ticket_view


def submitted_document(done: Submitted) -> dict[str, Any]:
    """Return the answer to a submission, with the private follow link.

    A repeat gets the first answer: what has become of the report meanwhile is asked at its address.
    """
    base = settings().web.base_url
    reference = done.ticket.reference
    return {
        "reference": reference,
        "status": Status.RECEIVED.value,
        "url": base + url_for("public_map.ticket", reference=reference),
        "follow_url": base
        + url_for("residents.follow", reference=reference, signature=done.signature),
        "follow_token": done.signature,
    }


def report_document(session: Session, ticket: Ticket, *, now: datetime) -> dict[str, Any]:
    """Return what is public of a ticket."""
    view = ticket_view(session, ticket, now=now)
    return {
        "reference": view.reference,
        "kind": view.kind,
        "status": view.status,
        "status_words": view.status_words,
        "category": view.category_code or None,
        "area": view.area_code,
        "agency": (
            {"code": view.agency_code, "name": view.agency_name} if view.agency_code else None
        ),
        "reason": view.reason,
        "received_at": _iso(view.received_at),
        "first_reply_due_at": _iso(view.first_reply_due_at),
        "due_at": _iso(view.outcome_due_at),
        "clock": view.clock_state,
        "url": settings().web.base_url + url_for("public_map.ticket", reference=view.reference),
        "events": [
            {
                "seq": line.seq,
                "at": _iso(line.at),
                "kind": line.kind,
                "title": line.title,
                "detail": line.detail,
                "text": line.text,
            }
            for line in lines(session, ticket, audience="public")
        ],
    }


def category_document(category: Category) -> dict[str, str]:
    """Return a category in the language of the answer."""
    return {
        "code": category.code,
        "name": pick(category.names),
        "description": pick(category.descriptions),
    }


def _iso(value: datetime | None) -> str | None:
    return value.isoformat().replace("+00:00", "Z") if value is not None else None
