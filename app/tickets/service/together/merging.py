"""Two tickets about the same matter: one carries on, and each can stand alone again.

1. A merge gives the other ticket the earliest receipt and the nearer promise. A promise comes as a
   whole, with its start: no date is earlier than both were. Who was reachable stays so, and what
   somebody calls urgent is looked at.
2. The event of the join keeps what the ticket had before; separating gives it back, except for what
   others that are still joined bring. No clock has stopped meanwhile.
3. What was merged on and on (A into B, B into C) counts, and is taken off, all the way.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM, Actor
from app.tickets.facts import Verb
from app.tickets.models import Ticket, TicketEvent
from app.tickets.queries import by_reference, events_of, lock, lock_chain
from app.tickets.schemas import Command
from app.tickets.service.step.claiming import claim_urgent
from app.tickets.service.step.freezing import (
    Promised,
    forget_missed,
    freeze,
    restate,
    told,
    would_end,
)
from app.tickets.service.step.record import Line, append

PROMISE = ("target_id", "timetable_id", "calendar_version")
PLACED = frozenset({Verb.ASSIGN, Verb.TRIAGE})


def merge(
    session: Session, ticket: Ticket, command: Command, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Let another open ticket carry on (rule 1)."""
    found = by_reference(session, command.target_reference or "")
    into = lock(session, found.id)
    ticket.merged_into_id = into.id
    params: dict[str, Any] = {
        "from": ticket.reference,
        "received_at": into.received_at.isoformat(),
    }
    into.received_at = min(into.received_at, ticket.received_at)
    if _is_nearer(session, ticket, into, now):
        params["promise"] = _promise(into)
        _take_promise(session, into, _promise(ticket))
        params |= told(into)
    into.reports_count += ticket.reports_count
    into.reporter_reachable |= ticket.reporter_reachable
    if ticket.urgent_claim:
        claim_urgent(session, into)
    into.row_version += 1
    into.updated_at = now
    line = Line(verb=Verb.JOIN, from_status=into.status, params=params)
    append(session, into, line, actor=actor, now=now)
    return {"into": into.reference}


def _is_nearer(session: Session, ticket: Ticket, into: Ticket, now: datetime) -> bool:
    """Tell whose promise ends first. One on hold has no date now: as if it went on at once."""
    if ticket.target_id is None or into.target_id is None:
        return ticket.target_id is not None
    return would_end(session, ticket, now) < would_end(session, into, now)


def _promise(ticket: Ticket) -> dict[str, Any]:
    start = ticket.promised_from
    kept: dict[str, Any] = {name: getattr(ticket, name) for name in PROMISE}
    return kept | {"promised_from": start.isoformat() if start else None}


def _take_promise(session: Session, ticket: Ticket, promise: dict[str, Any]) -> None:
    start = promise["promised_from"]
    ticket.promised_from = datetime.fromisoformat(start) if start else None
    for name in PROMISE:
        setattr(ticket, name, promise[name])
    restate(session, ticket)


def unmerge(
    session: Session, ticket: Ticket, _command: Command, _actor: Actor, now: datetime
) -> dict[str, Any]:
    """Stand alone again, in the state before (rule 2)."""
    if ticket.merged_into_id is None:
        return {}
    chain = lock_chain(session, ticket.merged_into_id)
    ticket.merged_into_id = None
    session.flush()
    for into in chain:
        into.reports_count -= ticket.reports_count
        into.row_version += 1
        into.updated_at = now
        _give_back(session, into, ticket, now)
    return {"from": chain[0].reference}


def _give_back(session: Session, into: Ticket, ticket: Ticket, now: datetime) -> None:
    """Bring receipt and promise to what they would be if `ticket` had never joined."""
    events = events_of(session, into.id)
    joins = [event for event in events if event.kind == Verb.JOIN and "received_at" in event.params]
    if not joins:
        return
    before = (into.received_at, into.first_reply_due_at, into.outcome_due_at)
    into.received_at = datetime.fromisoformat(joins[0].params["received_at"])
    taken = next((event for event in joins if "promise" in event.params), None)
    if taken is not None:
        _take_promise(session, into, taken.params["promise"])
        _freeze_own(session, into, events)
    joined = session.scalars(select(Ticket).where(Ticket.merged_into_id == into.id)).all()
    for other in joined:
        into.received_at = min(into.received_at, other.received_at)
    _take_nearest(session, into, joined, now)
    forget_missed(into, now)
    if before != (into.received_at, into.first_reply_due_at, into.outcome_due_at):
        params = {"left": ticket.reference, **told(into)}
        line = Line(verb=Verb.RECOMPUTE, from_status=into.status, params=params)
        append(session, into, line, actor=SYSTEM, now=now)


def _freeze_own(session: Session, ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """Make the promise of its own that a ticket never got: it came with a promise of another's."""
    first = next((event for event in events if event.kind in PLACED), None)
    owner = first.params.get("agency") if first is not None else None
    if ticket.target_id is None and (owner or ticket.agency_code):
        freeze(ticket, owner or ticket.agency_code or "", Promised(session))
        restate(session, ticket)


def _take_nearest(session: Session, into: Ticket, joined: Sequence[Ticket], now: datetime) -> None:
    """Take over the promise that ends first by the ticket's own history."""
    own = _promise(into)
    known = [_promise(other) for other in joined if other.outcome_due_at is not None]
    offers = [offer for offer in (own, *known) if offer["target_id"] is not None]
    if not offers:
        into.first_reply_due_at = into.outcome_due_at = None
        return
    ends = []
    for offer in offers:
        _take_promise(session, into, offer)
        ends.append(would_end(session, into, now))
    _take_promise(session, into, offers[ends.index(min(ends))])
