"""What on a ticket's public page somebody can recognise themselves in, and taking it away.

1. photo:UUID is a photo, text:N the words of the ticket's Nth report, line:N the text of event N.
2. Of a suggestion text:N is its Nth text, with which the suggestion is hidden as a whole, and
   reason:ID a reason for or against it.
3. Only what stands there can be taken away: what nobody has checked yet shows nobody.
"""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.words.i18n import N_
from app.media.models import Photo
from app.reports.models import Report, ReportPhoto
from app.reports.queries import public_photos, public_words
from app.rights.models import RightsRequest
from app.suggestions.models import SuggestionReason
from app.suggestions.queries import public_texts
from app.suggestions.service import reasoning
from app.tickets.models import EventText, SuggestionText, Ticket, TicketEvent, TicketPhoto
from app.tickets.queries import lock, shown_proof
from app.tickets.service.suggesting import hide_words, show_words
from app.tickets.tables import SUGGESTION
from app.tickets.words.timeline import lines

SHOWS_SOMEBODY = "shows_me"
MOST = 1 << 15
Target = Photo | Report | EventText | SuggestionText | SuggestionReason


def find(session: Session, ticket: Ticket, target: str) -> Target:
    """Return what a target names, if it is this ticket's. Raises NotFound."""
    kind, _, number = target.partition(":")
    found: Target | None = None
    if kind == "photo":
        found = _photo(session, ticket, number)
    elif number.isascii() and number.isdigit() and len(number) < 10:
        found = _numbered(session, ticket, kind, int(number))
    if found is None or ticket.private:
        raise not_there()
    return found


def _numbered(session: Session, ticket: Ticket, kind: str, number: int) -> Target | None:
    match kind:
        case "line":
            return _line(session, ticket, number)
        case "reason":
            reason = session.get(SuggestionReason, number)
            return reason if reason is not None and reason.ticket_id == ticket.id else None
        case "text" if ticket.kind == SUGGESTION:
            return session.get(SuggestionText, (ticket.id, number)) if number < MOST else None
        case "text":
            return _text(session, ticket, number)
        case _:
            return None


def not_there() -> NotFound:
    """Return the refusal of what nobody can see."""
    return NotFound("unknown_target", N_("This is not on the public page, or not any more."))


def is_public(session: Session, ticket: Ticket, found: Target, target: str) -> bool:
    """Tell whether everybody can see now what a target names."""
    match found:
        case Photo():
            shown = [photo.id for photo in public_photos(session, ticket)]
            return found.id in [*shown, *shown_proof(session, ticket.id)]
        case Report():
            return target in {f"text:{number}" for number in public_words(session, ticket)}
        case SuggestionText():
            return found.number in public_texts(session, ticket)
        case SuggestionReason():
            return reasoning.is_shown(session, ticket, found)
        case _:
            return target in {f"line:{line.seq}" for line in lines(session, ticket) if line.text}


def _photo(session: Session, ticket: Ticket, number: str) -> Photo | None:
    try:
        photo_id = uuid.UUID(number)
    except ValueError:
        return None
    reported = (
        select(ReportPhoto.photo_id)
        .join(Report, Report.id == ReportPhoto.report_id)
        .where(Report.ticket_id == ticket.id)
    )
    worked = select(TicketPhoto.photo_id).where(TicketPhoto.ticket_id == ticket.id)
    query = select(Photo).where(Photo.id == photo_id, Photo.id.in_(reported) | Photo.id.in_(worked))
    return session.scalar(query)


def _text(session: Session, ticket: Ticket, number: int) -> Report | None:
    query = select(Report).where(Report.ticket_id == ticket.id).order_by(Report.id)
    return session.scalar(query.offset(number - 1).limit(1)) if number else None


def _line(session: Session, ticket: Ticket, seq: int) -> EventText | None:
    query = (
        select(EventText)
        .join(TicketEvent, TicketEvent.id == EventText.event_id)
        .where(TicketEvent.ticket_id == ticket.id, TicketEvent.seq == seq, TicketEvent.public)
    )
    return session.scalar(query)


def hide(session: Session, ticket: Ticket, found: Target, *, now: datetime) -> bool:
    """Take it away from the public at once; tell whether it was there until now."""
    if isinstance(found, SuggestionText):
        return hide_words(session, ticket.id, SHOWS_SOMEBODY, now=now)
    if found.hidden_code is not None:
        return False
    found.hidden_code = SHOWS_SOMEBODY
    lock(session, ticket.id).row_version += 1
    session.flush()
    return True


def show_again(session: Session, row: RightsRequest, *, now: datetime) -> None:
    """Undo `hide`, unless it is hidden for another reason or gone meanwhile."""
    ticket = session.get_one(Ticket, row.ticket_id)
    try:
        found = find(session, ticket, row.target or "")
    except NotFound:
        return
    if isinstance(found, SuggestionText):
        show_words(session, ticket.id, SHOWS_SOMEBODY, now=now)
    elif found.hidden_code == SHOWS_SOMEBODY:
        found.hidden_code = None
        lock(session, ticket.id).row_version += 1
        session.flush()
