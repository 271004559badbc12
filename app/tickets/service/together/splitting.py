"""One report that holds two matters: another ticket carries on with one of them.

1. The other ticket has the same receipt: a promise that has begun is not begun anew. What was said
   to the reporter before counts as the first reply to both.
2. It is routed like any other, and its words and photos are checked under its own category.
3. Both histories name the other ticket; to the public only if both are public or both are not.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.catalog.queries import profile
from app.core.actor import Actor
from app.core.words.masking import mask
from app.core.work.jobs import JobName, hint
from app.tickets.facts import Act, Other, Role, Verb
from app.tickets.models import Ticket
from app.tickets.queries import by_reference
from app.tickets.schemas import Command
from app.tickets.service.opening import NewTicket, open_ticket
from app.tickets.service.step.apply import Said, apply
from app.tickets.service.step.judging import facts_of


def open_part(session: Session, new: NewTicket, *, now: datetime) -> Ticket:
    """Open the other ticket (rule 1). Raises ValueError where it is a part of nothing."""
    if new.split_from is None:
        raise ValueError("a part needs the ticket that it was a part of")
    opened = open_ticket(session, new, now=now)
    opened.first_replied_at = new.split_from.first_replied_at
    hint(session, JobName.ROUTE_PENDING)
    return opened


def part(
    session: Session, _ticket: Ticket, command: Command, _actor: Actor, _now: datetime
) -> dict[str, Any]:
    """Name the other ticket in the history."""
    return {"into": by_reference(session, command.new_reference or "").reference}


def note_origin(
    session: Session,
    opened: Ticket,
    ticket: Ticket,
    command: Command,
    role: Role,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Tell in the other ticket's history where it comes from, and what it is about."""
    origin = Other(reference=ticket.reference, status=ticket.status)
    act = Act(verb=Verb.SPLIT, role=role, now=now, into=origin)
    public = opened.private == ticket.private
    region = profile(session).phone_region
    said = Said(
        params={"from": ticket.reference},
        text=command.text,
        public_text=mask(command.text, region=region) if public and command.text else None,
        public=public,
    )
    apply(session, opened, facts_of(session, opened, now), act, said, actor=actor, now=now)


def is_apart(session: Session, ticket: Ticket, command: Command) -> bool:
    """Tell whether only one of the two is public (rule 3)."""
    return by_reference(session, command.new_reference or "").private != ticket.private
