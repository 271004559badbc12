"""Agencies that nobody reads: told of work by mail, and silent since.

An agency without users works by mailed links. It is unread when a message about a ticket that is
still theirs and still untouched went out longer ago than `SILENCE`, and nothing was done by a link
since; or when its messages are given up. An agency with users is unread when none has come.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.agencies.queries import active, last_seen
from app.catalog.queries import today
from app.core.words.i18n import N_
from app.notifications.models import Delivery
from app.tickets.models import Ticket, TicketEvent

SILENCE = timedelta(days=14)
WITHOUT_ADDRESS = N_("Nobody can sign in, and no e-mail address is known.")
BOUNCED = N_("Messages to its address could not be delivered.")
SILENT = N_("Nobody can sign in, and no link was used for %(days)s days.")
ABSENT = N_("Nobody has signed in for %(days)s days.")


def unread_agencies(session: Session, now: datetime) -> list[tuple[Agency, str]]:
    """Return the agencies in force that nobody reads, each with the reason (a msgid)."""
    seen, bounced = last_seen(session, now), _bounced(session, now)
    silent = _silent(session, now - SILENCE)
    found = []
    for agency in active(session, today(session, now)):
        reason = _reason(agency, seen, bounced, silent, now)
        if reason is not None:
            found.append((agency, reason))
    return found


def _reason(
    agency: Agency,
    seen: Mapping[str, datetime],
    bounced: frozenset[str],
    silent: frozenset[str],
    now: datetime,
) -> str | None:
    there = seen.get(agency.code)
    if there is not None:
        return ABSENT if now - there > SILENCE else None
    if not agency.email:
        return WITHOUT_ADDRESS
    if agency.code in bounced:
        return BOUNCED
    return SILENT if agency.code in silent else None


def _bounced(session: Session, now: datetime) -> frozenset[str]:
    """Whose last message of the last weeks was given up."""
    rows = session.execute(
        select(Delivery.recipient, Delivery.state)
        .where(Delivery.recipient.like("agency:%"), Delivery.created_at > now - 2 * SILENCE)
        .where(Delivery.state.in_(("sent", "given_up")))
        .order_by(Delivery.id)
    )
    last = {recipient.removeprefix("agency:"): state for recipient, state in rows}
    return frozenset(code for code, state in last.items() if state == "given_up")


def _silent(session: Session, before: datetime) -> frozenset[str]:
    """Who was told of a ticket before then, still has it untouched, and has done nothing since."""
    acted = exists().where(
        TicketEvent.agency_code == Ticket.agency_code,
        TicketEvent.actor_role == "manager",
        TicketEvent.occurred_at > before,
    )
    told = exists().where(
        Delivery.event_id == TicketEvent.id,
        TicketEvent.ticket_id == Ticket.id,
        Delivery.recipient == "agency:" + Ticket.agency_code,
        Delivery.sent_at < before,
    )
    query = select(Ticket.agency_code).where(Ticket.status == "assigned", told, ~acted).distinct()
    return frozenset(code for code in session.scalars(query) if code is not None)
