"""Making parts of a ticket's photo unreadable: the verb `redact`.

1. It may be a reporter's photo or one of the work; the redacted one stands in the same place.
2. History keeps who and when, internally; never what was hidden.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFound
from app.media.models import Photo
from app.media.queries import NO_PHOTO
from app.media.redaction import service as redaction
from app.media.redaction.areas import Area
from app.reports.models import Report, ReportPhoto
from app.tickets.facts import Verb
from app.tickets.models import Ticket, TicketPhoto
from app.tickets.queries import gathered
from app.tickets.schemas import Command
from app.tickets.service import perform


def photo_on(session: Session, ticket: Ticket, photo_id: uuid.UUID) -> Photo:
    """Return a photo of a ticket, or of what was merged into it. Raises NotFound."""
    ids = gathered(session, ticket)
    reported = (
        select(ReportPhoto.photo_id)
        .join(Report, Report.id == ReportPhoto.report_id)
        .where(Report.ticket_id.in_(ids))
    )
    worked = select(TicketPhoto.photo_id).where(TicketPhoto.ticket_id.in_(ids))
    query = select(Photo).where(Photo.id == photo_id, Photo.id.in_(reported) | Photo.id.in_(worked))
    found = session.scalar(query)
    if found is None:
        raise NotFound("unknown_photo", NO_PHOTO)
    return found


def redact(
    session: Session,
    ticket: Ticket,
    photo_id: uuid.UUID,
    areas: Sequence[Area],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Photo:
    """Put a redacted photo in the place of one. Raises NotFound, Conflict, Rejection."""
    former = photo_on(session, ticket, photo_id)
    command = Command(
        reference=ticket.reference,
        verb=Verb.REDACT.value,
        expected_version=version,
        photo_ids=[photo_id],
    )
    perform(session, command, actor=actor, now=now)
    successor = redaction.redact(session, former, areas, now=now)
    link = session.scalar(select(ReportPhoto).where(ReportPhoto.photo_id == former.id))
    if link is not None:
        link.photo_id = successor.id
    for worked in session.scalars(select(TicketPhoto).where(TicketPhoto.photo_id == former.id)):
        worked.photo_id = successor.id
    session.flush()
    return successor
