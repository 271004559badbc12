"""Somebody finds to be shown in a suggestion's words: they are hidden as a whole, at once.

1. What is public becomes hidden by an event of the system. It comes back by another one, unless
   somebody has judged it meanwhile.
2. What was refused keeps its place and its reasons: only the words go.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.tickets.facts import Act, Role, Verb
from app.tickets.models import Suggestion, Ticket
from app.tickets.queries import lock
from app.tickets.service.step.apply import Said, apply
from app.tickets.service.step.judging import facts_of
from app.tickets.tables.publication import HIDDEN, PUBLISHED


def hide_words(session: Session, ticket_id: int, code: str, *, now: datetime) -> bool:
    """Hide title, text and addenda; tell whether everybody could read them until now."""
    ticket = lock(session, ticket_id)
    if ticket.content != "published":
        return False
    if session.get_one(Suggestion, ticket_id).publication == PUBLISHED:
        _turn(session, ticket, Verb.HIDE, code, now)
    else:
        ticket.row_version += 1
    ticket.content, ticket.hidden_code = "hidden", code
    session.flush()
    return True


def show_words(session: Session, ticket_id: int, code: str, *, now: datetime) -> None:
    """Undo that, unless they are hidden for another reason or gone meanwhile."""
    ticket = lock(session, ticket_id)
    if ticket.content != "hidden" or ticket.hidden_code != code:
        return
    if session.get_one(Suggestion, ticket_id).publication == HIDDEN:
        _turn(session, ticket, Verb.PUBLISH, None, now)
    else:
        ticket.row_version += 1
    ticket.content, ticket.hidden_code = "published", None
    session.flush()


def _turn(session: Session, ticket: Ticket, verb: Verb, code: str | None, now: datetime) -> None:
    act = Act(verb=verb, role=Role.SYSTEM, now=now, code=code)
    facts = facts_of(session, ticket, now)
    apply(session, ticket, facts, act, Said(), actor=SYSTEM, now=now)
