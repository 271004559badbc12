"""Cooperation: what is asked of another agency, and what it answers.

1. An agency has at most one open request on a ticket; when that is answered it can be asked again.
   The rules' own cooperating agencies are asked once in a ticket's life.
2. A request has a date of its own, never later than the lead's; where the lead's date has passed
   or stands still, the lead names one, else it is five working days.
3. Who answers does so for their agency; the oldest open request of theirs is meant.
4. A request that is late is noted once, and only while the ticket is open and somebody else's.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM, Actor
from app.core.errors import Conflict
from app.core.words.i18n import N_
from app.tickets.clock import closing_after
from app.tickets.due import ticket_clock
from app.tickets.facts import Act, Role, Verb
from app.tickets.models import Cooperation, Ticket
from app.tickets.policy import helping_agencies
from app.tickets.queries import HELP_OPEN, OPEN_STATUSES
from app.tickets.schemas import Command
from app.tickets.service.extras import known_agency
from app.tickets.service.step.apply import Said, apply
from app.tickets.service.step.judging import facts_of

USUAL_DAYS = 5


def ask(
    session: Session, ticket: Ticket, command: Command, _actor: Actor, now: datetime
) -> dict[str, Any]:
    """Ask another agency to help. Raises Conflict while it has still to answer."""
    code = command.agency_code or ""
    known_agency(session, code, now)
    if _open_requests(session, ticket, frozenset({code})):
        raise Conflict(
            "asked_to_help_already",
            N_("This agency was asked already and has not answered yet."),
            field="agency",
        )
    asked = Cooperation(
        ticket_id=ticket.id,
        agency_code=code,
        asked_at=now,
        due_at=help_due(session, ticket, command.until, now),
    )
    session.add(asked)
    session.flush()
    assert asked.due_at is not None
    return {"agency": code, "request": asked.id, "until": asked.due_at.isoformat()}


def help_due(session: Session, ticket: Ticket, until: datetime | None, now: datetime) -> datetime:
    """Return by when help is needed (rule 2)."""
    dates = [at for at in (ticket.outcome_due_at, ticket.extended_to) if at is not None]
    leads = max(dates, default=now)
    if leads > now:
        return min(until or leads, leads)
    return until or closing_after(ticket_clock(session, ticket), now, USUAL_DAYS)


def agree(
    session: Session, ticket: Ticket, _command: Command, actor: Actor, now: datetime
) -> dict[str, Any]:
    """The asked agency will help."""
    asked = _own_request(session, ticket, actor)
    asked.accepted_at = now
    return _named(asked)


def finish(
    session: Session, ticket: Ticket, _command: Command, actor: Actor, now: datetime
) -> dict[str, Any]:
    """The asked agency has done its part and says what."""
    asked = _own_request(session, ticket, actor)
    asked.accepted_at = asked.accepted_at or now
    asked.done_at = now
    return _named(asked)


def give_back(
    session: Session, ticket: Ticket, command: Command, actor: Actor, now: datetime
) -> dict[str, Any]:
    """The asked agency cannot help and says why."""
    asked = _own_request(session, ticket, actor)
    asked.returned_at = now
    asked.return_code = command.code
    return _named(asked)


def _own_request(session: Session, ticket: Ticket, actor: Actor) -> Cooperation:
    found = _open_requests(session, ticket, helping_agencies(ticket, actor))
    if not found:
        raise Conflict("not_now", N_("This cannot be done in the ticket's present state."))
    return found[0]


def _open_requests(
    session: Session, ticket: Ticket, agencies: frozenset[str]
) -> Sequence[Cooperation]:
    query = select(Cooperation).where(
        Cooperation.ticket_id == ticket.id, Cooperation.agency_code.in_(agencies), HELP_OPEN
    )
    return session.scalars(query.order_by(Cooperation.id)).all()


def _named(asked: Cooperation) -> dict[str, Any]:
    return {"helping": asked.agency_code, "request": asked.id}


def ask_by_rule(session: Session, wanted: Sequence[tuple[Ticket, str]], *, now: datetime) -> None:
    """Ask the cooperating agencies of routing rules, each once in a ticket's life."""
    if not wanted:
        return
    query = select(Cooperation.ticket_id, Cooperation.agency_code).where(
        Cooperation.ticket_id.in_({ticket.id for ticket, _code in wanted})
    )
    known = {(number, code) for number, code in session.execute(query)}
    rows = [
        {
            "ticket_id": ticket.id,
            "agency_code": code,
            "asked_at": now,
            "due_at": help_due(session, ticket, None, now),
        }
        for ticket, code in wanted
        if (ticket.id, code) not in known
    ]
    if rows:
        session.execute(insert(Cooperation), rows)


def mark_help_due(session: Session, *, now: datetime, limit: int = 200) -> int:
    """Write the event of every request for help that became late; return how many."""
    late = (
        select(Ticket, Cooperation)
        .join(Cooperation, Cooperation.ticket_id == Ticket.id)
        .where(HELP_OPEN, Cooperation.overdue_at.is_(None), Cooperation.due_at < now)
        .where(Ticket.status.in_(OPEN_STATUSES), Ticket.agency_code != Cooperation.agency_code)
        .order_by(Cooperation.due_at, Cooperation.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    found = session.execute(late).all()
    for ticket, asked in found:
        asked.overdue_at = asked.due_at
        act = Act(verb=Verb.HELP_OVERDUE, role=Role.SYSTEM, now=now)
        said = Said(params=_named(asked), public=False)
        apply(session, ticket, facts_of(session, ticket, now), act, said, actor=SYSTEM, now=now)
    return len(found)
