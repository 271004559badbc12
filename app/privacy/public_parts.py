"""The photos and texts of a ticket's public page, each under the name by which it can be hidden."""

from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from app.core.words.i18n import N_, translate
from app.reports.queries import public_photos, public_words
from app.suggestions.models import SuggestionReason
from app.suggestions.queries import public_texts
from app.suggestions.schemas import parse_before
from app.suggestions.service import reasoning
from app.tickets.models import SuggestionText, Ticket
from app.tickets.queries import shown_proof
from app.tickets.words.timeline import lines

EXCERPT = 200


@dataclass(frozen=True, kw_only=True)
class Part:
    """target: as `rights.service.targets` reads it. photo: the address of a small copy."""

    target: str
    label: str
    photo: str = ""


def parts(session: Session, ticket: Ticket, wanted: str = "") -> list[Part]:
    """Return what is on the page; nothing of a private ticket. wanted: an older reason as well."""
    if ticket.private:
        return []
    photos = [photo.id for photo in public_photos(session, ticket)]
    photos += shown_proof(session, ticket.id)
    texts = public_texts(session, ticket)
    reasons = _reasons(session, ticket, wanted) if texts else ()
    return [
        *(
            Part(
                target=f"photo:{photo}",
                label=translate(N_("Photo %(number)s"), number=number),
                photo=url_for(
                    "public_map.photo", reference=ticket.reference, photo=photo, variant="thumb"
                ),
            )
            for number, photo in enumerate(photos, 1)
        ),
        *(
            Part(target=f"text:{number}", label=_excerpt(text))
            for number, text in public_words(session, ticket).items()
        ),
        *(
            Part(target=f"text:{number}", label=_excerpt(_words(row)))
            for number, row in texts.items()
        ),
        *(
            Part(target=f"reason:{row.id}", label=_excerpt(row.public_body or ""))
            for row in reasons
        ),
        *(
            Part(target=f"line:{line.seq}", label=_excerpt(line.text))
            for line in lines(session, ticket)
            if line.text
        ),
    ]


def _reasons(session: Session, ticket: Ticket, wanted: str) -> list[SuggestionReason]:
    """Return the newest of both sides, and the one that somebody came for."""
    rows = [row for side in reasoning.shown(session, ticket).values() for row in side.rows]
    kind, _, number = wanted.partition(":")
    row = session.get(SuggestionReason, parse_before(number)) if kind == "reason" else None
    if row is None or row in rows or row.ticket_id != ticket.id:
        return rows
    return [*rows, row] if reasoning.is_shown(session, ticket, row) else rows


def _words(row: SuggestionText) -> str:
    return "\n".join(filter(None, (row.public_title, row.public_body)))


def _excerpt(text: str) -> str:
    return text if len(text) <= EXCERPT else text[:EXCERPT].rstrip() + "…"
