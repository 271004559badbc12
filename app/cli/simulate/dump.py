"""Facts for somebody who computes the due dates again: one JSON line for each ticket.

Only what anybody could have written down: when the promise began, what was promised, whose hours
count, when the status changed, who said what kind of thing; and the two dates that we stored.
"""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import AgencyTimetable
from app.catalog.models import ServiceTarget
from app.tickets.due import promise_start
from app.tickets.models import Ticket, TicketEvent

BATCH = 500


def lines(session: Session) -> Iterator[str]:
    """Yield the facts of every ticket that has a promise, as JSON."""
    last = 0
    while True:
        query = select(Ticket).where(Ticket.id > last).order_by(Ticket.id).limit(BATCH)
        tickets = session.scalars(query).all()
        if not tickets:
            return
        events: dict[int, list[TicketEvent]] = {ticket.id: [] for ticket in tickets}
        wanted = select(TicketEvent).where(TicketEvent.ticket_id.in_(events))
        for event in session.scalars(wanted.order_by(TicketEvent.ticket_id, TicketEvent.seq)):
            events[event.ticket_id].append(event)
        for ticket in tickets:
            if ticket.target_id is not None:
                yield json.dumps(_facts(session, ticket, events[ticket.id]))
        last = tickets[-1].id
        session.expunge_all()


def _facts(session: Session, ticket: Ticket, events: list[TicketEvent]) -> dict[str, Any]:
    target = session.get_one(ServiceTarget, ticket.target_id)
    timetable = session.get_one(AgencyTimetable, ticket.timetable_id)
    replied = ticket.first_replied_at
    dates = ticket.first_reply_due_at, ticket.outcome_due_at
    return {
        "reference": ticket.reference,
        "category": ticket.category_code,
        "from": promise_start(ticket).isoformat(),
        "minutes": [target.first_reply_s // 60, target.outcome_s // 60],
        "real": target.clock == "real",
        "hours": timetable.document,
        "calendar_version": ticket.calendar_version,
        "events": [
            [event.kind, event.actor_role, event.params.get("code"), event.from_status,
             event.to_status, event.occurred_at.isoformat()]
            for event in events
        ],
        "replied": replied.isoformat() if replied else None,
        "due": [date.isoformat() if date else None for date in dates],
    }  # fmt: skip
