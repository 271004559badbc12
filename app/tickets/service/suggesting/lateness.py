"""Nobody has read a suggestion by its date: that is said, once, where everybody sees it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.errors import Conflict
from app.tickets.facts import Act, Role, Verb
from app.tickets.models import Suggestion, Ticket
from app.tickets.service.step.apply import Said, apply
from app.tickets.service.step.judging import facts_of
from app.tickets.tables.publication import WAITING


def mark_screen_due(session: Session, *, now: datetime, limit: int = 200) -> int:
    """Write the event of what nobody has read in time, the oldest date first; return how many."""
    query = (
        select(Ticket, Suggestion)
        .join(Suggestion, Suggestion.ticket_id == Ticket.id)
        .where(Suggestion.publication.in_(sorted(WAITING)), Suggestion.screen_due_at < now)
        .where(Suggestion.screen_overdue_at.is_(None))
        .order_by(Suggestion.screen_due_at, Ticket.id)
        .limit(limit)
        .with_for_update(of=Ticket, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    done = 0
    for ticket, its in session.execute(query).all():
        act = Act(verb=Verb.SCREEN_OVERDUE, role=Role.SYSTEM, now=now)
        facts = facts_of(session, ticket, now)
        try:
            apply(session, ticket, facts, act, Said(), actor=SYSTEM, now=now)
        except Conflict:
            continue
        its.screen_overdue_at = its.screen_due_at
        done += 1
    return done
