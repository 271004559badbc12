"""Proofs that do not fit to their ticket, and what a second person finds (rules: `proof`).

1. A photo is compared when it is both prepared and on a ticket, whichever comes last; what does not
   fit is an event of the system, once for each photo. It stops nothing and nobody.
2. Somebody else than who proved it says whether it fits; that it does not, with a reason. Until a
   fitting proof, or another outcome, the ticket stands in the list of doubted ones.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.catalog.queries import profile
from app.core.actor import SYSTEM, Actor
from app.core.errors import Conflict
from app.core.words.i18n import N_
from app.media.models import Photo
from app.media.queries import seen_before
from app.tickets.facts import Act, Role, Verb
from app.tickets.models import Ticket, TicketEvent, TicketPhoto
from app.tickets.problem_table.guards import FITS
from app.tickets.queries import events_of, lock, point_of, work_since
from app.tickets.schemas import Command
from app.tickets.service.proving.proof import Taken, doubts
from app.tickets.service.step.apply import Said, apply
from app.tickets.service.step.judging import facts_of
from geo.point import LonLat

OUTCOMES = frozenset({Verb.RESOLVE, Verb.ANSWER, Verb.REOPEN})
RESTING = ("resolved", "answered")
NOTHING_DOUBTED = N_("No proof of this ticket is doubted.")
OWN_PROOF = N_("You proved this yourself: somebody else has to look.")


def doubts_of(session: Session, ticket: Ticket, photos: Sequence[Photo]) -> dict[UUID, list[str]]:
    """Return {photo: what does not fit}, in codes; a photo that fits is not among them."""
    again, zone = seen_before(session, photos), profile(session).zone
    place, since = point_of(session, ticket), work_since(session, ticket)
    found = {
        photo.id: list(
            doubts(
                taken(photo, seen=photo.id in again),
                place=place,
                accuracy_m=ticket.accuracy_m,
                since=since,
                zone=zone,
            )
        )
        for photo in photos
    }
    return {number: codes for number, codes in found.items() if codes}


def taken(photo: Photo, *, seen: bool) -> Taken:
    """Return what a photo says about itself."""
    place = None
    if photo.taken_lat is not None and photo.taken_lon is not None:
        place = LonLat(lon=photo.taken_lon, lat=photo.taken_lat)
    return Taken(at=photo.taken_at, place=place, seen_before=seen)


def look_at_proof(session: Session, photo_id: UUID, *, now: datetime) -> None:
    """Compare a photo of the work that was just prepared (rule 1)."""
    query = select(TicketPhoto.ticket_id).where(TicketPhoto.photo_id == photo_id)
    number = session.scalar(query)
    if number is not None:
        doubt(session, lock(session, number), [photo_id], now=now)


def doubt(session: Session, ticket: Ticket, photo_ids: Sequence[UUID], *, now: datetime) -> None:
    """Note for each photo that is prepared what does not fit, once."""
    query = select(Photo).where(Photo.id.in_(photo_ids), Photo.state == "ready", Photo.evidence)
    photos = list(session.scalars(query.order_by(Photo.id)))
    if not photos:
        return
    noted = {event.params.get("photo") for event in events_of(session, ticket.id)}
    for number, codes in doubts_of(session, ticket, photos).items():
        if str(number) not in noted:
            act = Act(verb=Verb.DOUBT, role=Role.SYSTEM, now=now)
            said = Said(params={"photo": str(number), "doubts": codes}, public=False)
            facts = facts_of(session, ticket, now)
            apply(session, ticket, facts, act, said, actor=SYSTEM, now=now)


def judge(
    session: Session, ticket: Ticket, _command: Command, actor: Actor, _now: datetime
) -> dict[str, Any]:
    """Check that there is something to judge, and that it is somebody else's work (rule 2)."""
    events = events_of(session, ticket.id)
    if not waits(events):
        raise Conflict("nothing_doubted", NOTHING_DOUBTED)
    if proved_by(events) == actor.account_id:
        raise Conflict("own_proof", OWN_PROOF)
    return {}


def waits(events: Sequence[TicketEvent]) -> bool:
    """Tell whether a doubt stands that no fitting verdict and no other outcome has ended."""
    found = False
    for event in events:
        if event.kind == Verb.DOUBT:
            found = True
        elif event.kind in OUTCOMES or _fits(event):
            found = False
    return found


def _fits(event: TicketEvent) -> bool:
    return event.kind == Verb.JUDGE and event.params.get("code") == FITS


def proved_by(events: Sequence[TicketEvent]) -> int | None:
    """Return whose account the last outcome is of."""
    ended = [event for event in events if event.kind in (Verb.RESOLVE, Verb.ANSWER)]
    return ended[-1].actor_account_id if ended else None


def doubted() -> ColumnElement[bool]:
    """Return the SQL for: it rests, and `waits` holds."""
    later = aliased(TicketEvent)
    ended = exists().where(
        later.ticket_id == TicketEvent.ticket_id,
        later.seq > TicketEvent.seq,
        or_(
            later.kind.in_(sorted(OUTCOMES)),
            and_(later.kind == Verb.JUDGE, later.params["code"].astext == FITS),
        ),
    )
    open_ = select(TicketEvent.ticket_id).where(TicketEvent.kind == "doubt", ~ended)
    return and_(Ticket.status.in_(RESTING), Ticket.id.in_(open_))
