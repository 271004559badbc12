"""One more support, and what the threshold calls."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.tickets.facts import Act, Role, Verb
from app.tickets.models import Suggestion, Ticket
from app.tickets.service.step.apply import Said, apply
from app.tickets.service.step.judging import facts_of


def note_support(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Count one more. The ticket is locked: whoever reaches the threshold crosses it, once."""
    ticket.supporters_count += 1
    suggestion = session.get_one(Suggestion, ticket.id)
    threshold = suggestion.threshold
    if threshold is None or suggestion.crossed_at or ticket.supporters_count < threshold:
        return
    facts = facts_of(session, ticket, now)
    act = Act(verb=Verb.CROSS, role=Role.SYSTEM, now=now)
    said = Said(params={"supports": ticket.supporters_count})
    apply(session, ticket, facts, act, said, actor=SYSTEM, now=now)
    suggestion.crossed_at = now
