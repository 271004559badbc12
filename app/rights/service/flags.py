"""Somebody finds that content does not belong on the public page: a person looks again.

1. Once per browser and ticket; nothing is hidden by it.
2. The ticket comes (back) into the content check, with the reasons. Of these a network counts once,
   however many browsers it feigns.
3. A network brings thirty tickets a day back into the check. What else it flags is kept, and comes
   there as soon as another network says so too: nobody fills the checkers' day alone.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.db import one_by_one
from app.core.errors import NotFound, Rejection
from app.core.words.i18n import N_
from app.rights.models import ContentFlag
from app.rights.schemas import Sender
from app.tickets.models import Ticket
from app.tickets.queries import alive, lock

REASONS = {
    "personal": N_("Shows or names somebody"),
    "insult": N_("Insults, hate or threats"),
    "false": N_("Deliberately false"),
    "advertising": N_("Advertising"),
    "offensive": N_("Violent or offensive"),
}


DAY = timedelta(days=1)
TICKETS_OF_NETWORK = 30
BROWSERS_OF_NETWORK = 5


def flag(session: Session, ticket: Ticket, reason: str, sender: Sender, *, now: datetime) -> bool:
    """Ask for another look; tell whether somebody will look soon (rule 3).

    Raises Rejection, NotFound where nothing is public.
    """
    if reason not in REASONS:
        raise Rejection("unknown_code", N_("Please choose one of the reasons."), field="reason")
    if ticket.private:
        raise NotFound("unknown_target", N_("This is not on the public page, or not any more."))
    one_by_one(session, "flag", sender.network.hex())
    checked = alive(session, ticket)  # what was merged is looked at there
    known = _networks(session, ticket)
    full = known.count(sender.network) >= BROWSERS_OF_NETWORK
    if full or not _write(session, ticket, reason, sender, now):
        return checked.flagged_at is not None
    alone = all(network == sender.network for network in known)
    if alone and _flagged(session, sender.network, now) > TICKETS_OF_NETWORK:
        return False
    found = lock(session, checked.id)
    found.flagged_at = found.flagged_at or now
    session.flush()
    return True


def _write(session: Session, ticket: Ticket, reason: str, sender: Sender, now: datetime) -> bool:
    """Keep the flag; tell whether it is this browser's first one there."""
    written = session.execute(
        insert(ContentFlag)
        .values(
            ticket_id=ticket.id,
            reason=reason,
            device_hash=sender.device,
            network_hash=sender.network,
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(ContentFlag.id)
    ).first()
    return written is not None


def _networks(session: Session, ticket: Ticket) -> list[bytes | None]:
    """Return where the flags of a ticket came from."""
    query = select(ContentFlag.network_hash).where(ContentFlag.ticket_id == ticket.id)
    return list(session.scalars(query))


def _flagged(session: Session, network: bytes, now: datetime) -> int:
    """Return how many tickets a network has flagged within a day."""
    query = select(func.count(func.distinct(ContentFlag.ticket_id))).where(
        ContentFlag.network_hash == network, ContentFlag.created_at > now - DAY
    )
    return session.scalar(query) or 0
