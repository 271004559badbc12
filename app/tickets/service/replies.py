"""Official replies: filed, shown, taken back (rules: `tickets.models.reply`).

What no document is left to be done with is refused: nothing to show, nothing to take back. What
nobody is shown any more is deleted after some years (`forget`).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.core.actor import Actor
from app.core.errors import Conflict, Rejection
from app.core.words.i18n import N_
from app.media.documents.service import erase
from app.media.models import Document
from app.tickets.models import OfficialReply, Ticket
from app.tickets.queries import replies_of
from app.tickets.schemas import Command

NOTHING_TO_SHOW = N_("There is no official reply that waits to be published.")
NOTHING_SHOWN = N_("No official reply is public.")


def file(
    session: Session, ticket: Ticket, command: Command, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Keep another version; what was public before stays so until this one is."""
    new = command.reply
    if new is None:
        raise Rejection("reply_missing", N_("Please add the document."), field="document")
    before = replies_of(session, ticket.id)
    version = before[0].version + 1 if before else 1
    session.add(
        OfficialReply(
            ticket_id=ticket.id,
            version=version,
            document_id=new.document_id,
            number=new.number,
            signed_on=new.signed_on,
            signer=new.signer,
            summary=new.summary,
            filed_by=actor.account_id,
            filed_at=now,
        )
    )
    return {"version": version}


def show(
    session: Session, ticket: Ticket, _command: Command, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Somebody has read the latest version and says that it is free of personal data."""
    latest = next(iter(replies_of(session, ticket.id)), None)
    if latest is None or latest.confirmed:
        raise Conflict("nothing_to_show", NOTHING_TO_SHOW)
    latest.shown_by, latest.shown_at = actor.account_id, now
    latest.hidden_by = latest.hidden_at = None
    return {"version": latest.version}


def hide(
    session: Session, ticket: Ticket, _command: Command, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Take back what is public; no earlier version comes to the light by that."""
    public = [reply for reply in replies_of(session, ticket.id) if reply.confirmed]
    if not public:
        raise Conflict("nothing_shown", NOTHING_SHOWN)
    for reply in public:
        reply.hidden_by, reply.hidden_at = actor.account_id, now
    return {"version": public[0].version}


def forget(session: Session, *, before: datetime, limit: int) -> int:
    """Delete versions that were filed before an instant and that nobody is shown."""
    later = aliased(OfficialReply)
    shown_later = (
        select(later.id)
        .where(later.ticket_id == OfficialReply.ticket_id)
        .where(later.version > OfficialReply.version)
        .where(later.shown_at.is_not(None), later.hidden_at.is_(None))
        .exists()
    )
    closed = OfficialReply.shown_at.is_(None) | OfficialReply.hidden_at.is_not(None)
    query = (
        select(OfficialReply)
        .where(OfficialReply.filed_at <= before, closed | shown_later)
        .order_by(OfficialReply.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(query).all()
    for reply in found:
        document = session.get_one(Document, reply.document_id)
        session.delete(reply)
        session.flush()
        erase(session, document)
    return len(found)
