"""The photos and texts of a ticket's public page, each under the name by which it can be hidden."""

from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from app.core.words.i18n import N_, translate
from app.reports.queries import public_photos, public_words
from app.tickets.models import Ticket
from app.tickets.queries import shown_proof
from app.tickets.words.timeline import lines

EXCERPT = 200


@dataclass(frozen=True, kw_only=True)
class Part:
    """target: as `rights.service.targets` reads it. photo: the address of a small copy."""

    target: str
    label: str
    photo: str = ""


def parts(session: Session, ticket: Ticket) -> list[Part]:
    """Return what is on the page; nothing of a private ticket."""
    if ticket.private:
        return []
    photos = [photo.id for photo in public_photos(session, ticket)]
    photos += shown_proof(session, ticket.id)
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
            Part(target=f"line:{line.seq}", label=_excerpt(line.text))
            for line in lines(session, ticket)
            if line.text
        ),
    ]


def _excerpt(text: str) -> str:
    return text if len(text) <= EXCERPT else text[:EXCERPT].rstrip() + "…"
