"""An act writes the ticket's row once: each version of a row costs its indexes and the map's."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.tickets.models import Escalation
from app.tickets.service import escalate, mark_due
from tests.factories.tickets import (
    DAY,
    MONDAY,
    WARD,
    accepted_ticket,
    act,
    officer,
    resolve,
    routed_ticket,
    statements,
)


def writes(sent: list[str]) -> int:
    return sum(statement.startswith("UPDATE ticket SET") for statement in sent)


def test_accepting_writes_the_row_once(session: Session) -> None:
    ticket = routed_ticket(session)
    actor = officer(session, WARD)
    with statements() as sent:
        act(session, ticket, "accept", actor)
    assert writes(sent) == 1


def test_an_outcome_writes_the_row_once(session: Session) -> None:
    ticket = accepted_ticket(session)
    with statements() as sent:
        resolve(session, ticket)
    assert writes(sent) == 1


def test_a_call_writes_the_row_once(session: Session) -> None:
    ticket = accepted_ticket(session)
    late = (ticket.outcome_due_at or MONDAY) + DAY
    mark_due(session, now=late)
    session.flush()
    with statements() as sent:
        escalate(session, now=late)
    calls = session.scalar(select(func.count()).select_from(Escalation))
    assert writes(sent) == calls > 0
