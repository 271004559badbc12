"""What was accepted and nobody took up, or goes on with: it expires, visibly."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.errors import Conflict
from app.tickets.facts import Act, Role, Verb
from app.tickets.models import Suggestion, Ticket
from app.tickets.service.step.apply import Said, apply
from app.tickets.service.step.judging import facts_of


def expire(session: Session, *, now: datetime, limit: int = 100) -> int:
    """Let answers expire that no step followed, the longest waiting first; return how many."""
    query = (
        select(Ticket)
        .join(Suggestion, Suggestion.ticket_id == Ticket.id)
        .where(Suggestion.step_due_at < now, Ticket.reopen_asked_at.is_(None))
        .where(Ticket.status.in_(("answered", "in_delivery")))
        .order_by(Suggestion.step_due_at, Ticket.id)
        .limit(limit)
        .with_for_update(of=Ticket, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    done = 0
    for ticket in session.scalars(query).all():
        act = Act(verb=Verb.EXPIRE, role=Role.SYSTEM, now=now)
        try:
            apply(
                session, ticket, facts_of(session, ticket, now), act, Said(), actor=SYSTEM, now=now
            )
        except Conflict:
            continue
        done += 1
    return done
