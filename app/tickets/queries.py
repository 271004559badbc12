"""Reads of tickets.

1. A ticket is found by its reference in any spelling; unknown and forbidden look the same.
2. Nothing here grows with the table: every list has a limit and an index of its own.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from geoalchemy2 import WKBElement
from geoalchemy2.shape import to_shape
from shapely import Point
from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.catalog.queries import profile
from app.core.crypto import normal_reference
from app.core.errors import NotFound
from app.core.words.i18n import N_
from app.media.models import Document, Photo
from app.tickets.models import (
    Cooperation,
    EventText,
    OfficialReply,
    Suggestion,
    Ticket,
    TicketEvent,
    TicketPhoto,
)
from app.tickets.tables import SUGGESTION
from geo.point import LonLat

HELP_KINDS = ("cooperate", "help_done", "help_return")
HELP_OPEN = and_(Cooperation.done_at.is_(None), Cooperation.returned_at.is_(None))
OPEN_STATUSES = ("received", "assigned", "in_progress", "waiting")


def one_of(*statuses: str) -> ColumnElement[bool]:
    """Return the SQL for a status, written out: a partial index has to be recognised by it."""
    written: BindParameter[str] = bindparam(None, statuses, expanding=True, literal_execute=True)
    return Ticket.status.in_(written)


IS_OPEN = one_of(*OPEN_STATUSES)


def unknown() -> NotFound:
    """Return the one answer to a reference that leads nowhere."""
    return NotFound(
        "unknown_reference", N_("There is no report with this code."), field="reference"
    )


def by_reference(session: Session, typed: str) -> Ticket:
    """Return the ticket with a reference as somebody typed it. Raises NotFound."""
    code = normal_reference(typed[:64], profile(session).reference_prefix)
    ticket = session.scalar(select(Ticket).where(Ticket.reference == code))
    if ticket is None:
        raise unknown()
    return ticket


def lock(session: Session, ticket_id: int) -> Ticket:
    """Return the ticket as it is now, locked for this transaction."""
    query = (
        select(Ticket)
        .where(Ticket.id == ticket_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return _whole(session, session.scalars(query).one())


def _whole(session: Session, ticket: Ticket) -> Ticket:
    """Read the second axis of a locked suggestion again: only this lock's holder changes it.

    In a statement of its own: one that waits for the lock sees other rows as before the wait.
    """
    if ticket.kind == SUGGESTION:
        query = select(Suggestion).where(Suggestion.ticket_id == ticket.id)
        session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    return ticket


def chain_of(session: Session, ticket_id: int) -> list[int]:
    """Return a ticket and those that it was merged into, one after the other; the last is alive."""
    found = [ticket_id]
    while True:
        query = select(Ticket.merged_into_id).where(Ticket.id == found[-1])
        following = session.scalar(query)
        if following is None:
            return found
        found.append(following)


def lock_free(session: Session, ticket_id: int) -> Ticket | None:
    """Lock a ticket that nobody holds, else return None."""
    query = select(Ticket).where(Ticket.id == ticket_id).with_for_update(skip_locked=True)
    ticket = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    return _whole(session, ticket) if ticket is not None else None


def lock_chain(session: Session, ticket_id: int) -> list[Ticket]:
    """Lock a ticket and those that it was merged into, lower ids first; return them in order."""
    while True:
        ids = chain_of(session, ticket_id)
        locked = {number: lock(session, number) for number in sorted(ids)}
        if chain_of(session, ticket_id) == ids:
            return [locked[number] for number in ids]


def alive(session: Session, ticket: Ticket) -> Ticket:
    """Return the ticket in which the work goes on: itself, or the last it was merged into."""
    return session.get_one(Ticket, chain_of(session, ticket.id)[-1])


def gathered(session: Session, ticket: Ticket) -> list[int]:
    """Return a ticket and those that were merged into it, one after the other.

    Without those that are about an agency of their own: who has the ticket may be that agency.
    """
    found, parts = [ticket.id], [ticket.id]
    about = or_(
        Ticket.about_agency_code.is_(None), Ticket.about_agency_code == ticket.about_agency_code
    )
    while parts:
        joined = Ticket.merged_into_id.in_(parts)
        parts = list(session.scalars(select(Ticket.id).where(joined, about).order_by(Ticket.id)))
        found += parts
    return found


def lock_unrouted(session: Session, limit: int, now: datetime) -> list[Ticket]:
    """Lock the oldest tickets that nobody owns, leaving out those that another worker has."""
    query = (
        select(Ticket)
        .where(Ticket.status == "received", Ticket.agency_code.is_(None), ~Ticket.in_triage)
        .where(or_(Ticket.route_after.is_(None), Ticket.route_after <= now))
        .order_by(Ticket.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def points_of(session: Session, ticket_ids: Sequence[int]) -> dict[int, LonLat]:
    """Return the positions of those tickets that have one."""
    if not ticket_ids:
        return {}
    query = select(Ticket.id, func.ST_X(Ticket.place), func.ST_Y(Ticket.place)).where(
        Ticket.id.in_(ticket_ids), Ticket.place.is_not(None)
    )
    return {number: LonLat(lon=lon, lat=lat) for number, lon, lat in session.execute(query)}


def point_of(session: Session, ticket: Ticket) -> LonLat | None:
    """Return the ticket's position, if it is known; one that was just set is asked for."""
    place: object = ticket.place
    if place is None:
        return None
    if isinstance(place, WKBElement) and isinstance(at := to_shape(place), Point):
        return LonLat(lon=at.x, lat=at.y)
    return points_of(session, [ticket.id]).get(ticket.id)


def last_outcome(session: Session, ticket_id: int) -> TicketEvent | None:
    """Return the event of the last result or answer."""
    return session.scalar(
        select(TicketEvent)
        .where(TicketEvent.ticket_id == ticket_id, TicketEvent.kind.in_(("resolve", "answer")))
        .order_by(TicketEvent.seq.desc())
        .limit(1)
    )


def last_event(session: Session, ticket_id: int) -> TicketEvent:
    """Return what happened last."""
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket_id)
    return session.scalars(query.order_by(TicketEvent.seq.desc()).limit(1)).one()


def work_since(session: Session, ticket: Ticket) -> datetime:
    """Return since when the work goes on: accepted, opened again, at the latest when it came."""
    query = (
        select(TicketEvent.occurred_at)
        .where(TicketEvent.ticket_id == ticket.id)
        .where(TicketEvent.kind.in_(("accept", "dispute", "reopen")))
        .order_by(TicketEvent.seq.desc())
        .limit(1)
    )
    return session.scalar(query) or ticket.received_at


def events_of(session: Session, ticket_id: int) -> list[TicketEvent]:
    """Return the whole history in order."""
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket_id).order_by(TicketEvent.seq)
    return list(session.scalars(query))


def cooperations_of(session: Session, ticket_id: int) -> list[Cooperation]:
    """Return who was asked to help."""
    query = select(Cooperation).where(Cooperation.ticket_id == ticket_id).order_by(Cooperation.id)
    return list(session.scalars(query))


def help_texts(session: Session, ticket_id: int) -> dict[tuple[int, str], str]:
    """Return what was written about each request to help: {(request, kind of event): text}."""
    query = (
        select(TicketEvent.params, TicketEvent.kind, EventText.body)
        .join(EventText, EventText.event_id == TicketEvent.id)
        .where(TicketEvent.ticket_id == ticket_id, TicketEvent.kind.in_(HELP_KINDS))
    )
    return {
        (params["request"], kind): body or ""
        for params, kind, body in session.execute(query)
        if "request" in params
    }


def photo_ids_of(session: Session, ticket_id: int) -> list[TicketPhoto]:
    """Return the agency's photos."""
    query = (
        select(TicketPhoto)
        .where(TicketPhoto.ticket_id == ticket_id)
        .order_by(TicketPhoto.added_at, TicketPhoto.photo_id)
    )
    return list(session.scalars(query))


def replies_of(session: Session, ticket_id: int) -> list[OfficialReply]:
    """Return every version of the official reply, the latest first."""
    query = select(OfficialReply).where(OfficialReply.ticket_id == ticket_id)
    return list(session.scalars(query.order_by(OfficialReply.version.desc())))


def unread_replies(
    session: Session, agencies: Collection[str], limit: int
) -> list[tuple[Ticket, OfficialReply]]:
    """Return the latest versions that nobody has confirmed or taken back, the oldest first."""
    later = aliased(OfficialReply)
    newer = select(later.id).where(
        later.ticket_id == OfficialReply.ticket_id, later.version > OfficialReply.version
    )
    query = (
        select(Ticket, OfficialReply)
        .join(OfficialReply, OfficialReply.ticket_id == Ticket.id)
        .where(Ticket.agency_code.in_(agencies), OfficialReply.shown_at.is_(None))
        .where(OfficialReply.hidden_at.is_(None), ~newer.exists())
        .order_by(OfficialReply.filed_at, OfficialReply.id)
        .limit(limit)
    )
    return [(ticket, reply) for ticket, reply in session.execute(query)]


def shown_reply(session: Session, ticket_id: int) -> tuple[OfficialReply, int] | None:
    """Return the version that may be public, with the bytes of its document."""
    query = (
        select(OfficialReply, Document.bytes_out)
        .join(Document, Document.id == OfficialReply.document_id)
        .where(OfficialReply.ticket_id == ticket_id)
        .where(OfficialReply.shown_at.is_not(None), OfficialReply.hidden_at.is_(None))
        .order_by(OfficialReply.version.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return (row[0], row[1]) if row else None


def shown_proof(session: Session, ticket_id: int) -> list[UUID]:
    """Return the agency's photos that are ready and not hidden."""
    query = (
        select(Photo.id)
        .join(TicketPhoto, TicketPhoto.photo_id == Photo.id)
        .where(
            TicketPhoto.ticket_id == ticket_id,
            Photo.state == "ready",
            Photo.hidden_code.is_(None),
        )
        .order_by(TicketPhoto.added_at, Photo.id)
    )
    return list(session.scalars(query))


def oldest_unrouted(session: Session) -> datetime | None:
    """Return since when the oldest unrouted ticket has been waiting, or None.

    A corrected ticket waits since its correction, however old it is.
    """
    query = select(func.min(Ticket.updated_at)).where(
        Ticket.status == "received", Ticket.agency_code.is_(None), ~Ticket.in_triage
    )
    return session.scalar(query)
