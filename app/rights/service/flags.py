"""Somebody finds that content does not belong on the public page: a person looks again.

1. Once per browser and ticket; nothing is hidden by it.
2. The ticket comes (back) into the content check, with the reasons.
"""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.errors import NotFound, Rejection
from app.core.words.i18n import N_
from app.rights.models import ContentFlag
from app.tickets.models import Ticket
from app.tickets.queries import lock

REASONS = {
    "personal": N_("Shows or names somebody"),
    "insult": N_("Insults, hate or threats"),
    "false": N_("Deliberately false"),
    "advertising": N_("Advertising"),
    "offensive": N_("Violent or offensive"),
}


def flag(session: Session, ticket: Ticket, reason: str, device: bytes, *, now: datetime) -> None:
    """Ask for another look. Raises Rejection, NotFound where nothing is public."""
    if reason not in REASONS:
        raise Rejection("unknown_code", N_("Please choose one of the reasons."), field="reason")
    if ticket.private:
        raise NotFound("unknown_target", N_("This is not on the public page, or not any more."))
    written = session.execute(
        insert(ContentFlag)
        .values(ticket_id=ticket.id, reason=reason, device_hash=device, created_at=now)
        .on_conflict_do_nothing()
        .returning(ContentFlag.id)
    ).first()
    if written is not None:
        found = lock(session, ticket.id)
        found.flagged_at = found.flagged_at or now
        session.flush()
