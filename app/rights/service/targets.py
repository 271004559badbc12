"""What on a ticket's public page somebody can recognise themselves in, and taking it away.

photo:UUID is a photo, text:N the words of the ticket's Nth report, line:N the text of event N.
Only what stands there can be taken away: what nobody has checked yet shows nobody.
"""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.words.i18n import N_
from app.media.models import Photo
from app.reports.models import Report, ReportPhoto
from app.reports.queries import public_photos, public_words
from app.rights.models import RightsRequest
from app.tickets.models import EventText, Ticket, TicketEvent, TicketPhoto
from app.tickets.queries import lock, shown_proof
from app.tickets.words.timeline import lines

SHOWS_SOMEBODY = "shows_me"
Target = Photo | Report | EventText


def find(session: Session, ticket: Ticket, target: str) -> Target:
    """Return what a target names, if it is this ticket's. Raises NotFound."""
    kind, _, number = target.partition(":")
    found: Target | None = None
    if kind == "photo":
        found = _photo(session, ticket, number)
    elif number.isascii() and number.isdigit() and len(number) < 10:
        found = (
            _text(session, ticket, int(number)) if kind == "text"
            else _line(session, ticket, int(number)) if kind == "line"
            else None
        )  # fmt: skip
    if found is None or ticket.private:
        raise not_there()
    return found


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


def hide(session: Session, ticket: Ticket, found: Target) -> bool:
    """Take it away from the public at once; tell whether it was there until now."""
    if found.hidden_code is not None:
        return False
    found.hidden_code = SHOWS_SOMEBODY
    lock(session, ticket.id).row_version += 1
    session.flush()
    return True


def show_again(session: Session, row: RightsRequest) -> None:
    """Undo `hide`, unless it is hidden for another reason or gone meanwhile."""
    ticket = session.get_one(Ticket, row.ticket_id)
    try:
        found = find(session, ticket, row.target or "")
    except NotFound:
        return
    if found.hidden_code == SHOWS_SOMEBODY:
        found.hidden_code = None
        lock(session, ticket.id).row_version += 1
        session.flush()
