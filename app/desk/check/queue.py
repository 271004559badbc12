"""Which ticket opens next at the check, and how many wait.

1. First what waits: words and photos that nobody has checked or that somebody flagged, and, for the
   coordinator, what nobody is responsible for. The oldest stands first.
2. What its category publishes at once is a queue of its own (`AFTERWARDS`): nobody waits for it.
3. Two people are never given the same ticket (`tickets.service.take_turn`).
4. Each condition has its own index and is asked for its oldest; one question for both would read
   the whole table.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, false, or_
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.desk import queries
from app.desk.schemas import Cursor
from app.tickets.models import Proposal, Ticket
from app.tickets.service import take_turn, with_others

TRIES = 5
FIRST, AFTERWARDS = "check", "afterwards"
# What the coordinator has proposed already waits for a manager.
UNDECIDED = and_(
    queries.IN_TRIAGE,
    ~exists().where(Proposal.ticket_id == Ticket.id, Proposal.decided_at.is_(None)),
)
NEVER_SEEN = and_(
    Ticket.content == "published",
    Ticket.checked_at.is_(None),
    Ticket.flagged_at.is_(None),
    Ticket.checked_version == 0,
)
WAITS = and_(
    queries.TO_CHECK,
    or_(
        Ticket.content == "pending",
        and_(
            Ticket.content == "published",
            or_(
                Ticket.flagged_at.is_not(None),
                and_(Ticket.checked_at.is_(None), Ticket.checked_version > 0),
            ),
        ),
    ),
)


def next_item(
    session: Session, queue: str, after: Cursor | None, *, actor: Actor, now: datetime
) -> Ticket | None:
    """Return the oldest that waits (after what was left for later), and take the turn at it."""
    free = ~with_others(actor, now)
    for _ in range(TRIES):
        found = [
            ticket
            for condition in _conditions(session, queue, actor).values()
            for ticket in queries.oldest_first(session, and_(condition, free), after, 1).tickets
        ]
        if not found:
            return None
        oldest = min(found, key=lambda ticket: (ticket.received_at, ticket.id))
        if take_turn(session, oldest, actor=actor, now=now):
            return oldest
    return None


def waiting(session: Session, queue: str, actor: Actor) -> int:
    """Return how many wait, `queries.MOST` of each kind at most."""
    lists = {name: [each] for name, each in _conditions(session, queue, actor).items()}
    return sum(queries.counts(session, lists).values())


def _conditions(session: Session, queue: str, actor: Actor) -> dict[str, ColumnElement[bool]]:
    """Return what waits in a queue, each ticket in one condition only."""
    seen = queries.visible(queries.scope_of(session, actor))
    if queue == AFTERWARDS:
        return {"afterwards": and_(queries.TO_CHECK, NEVER_SEEN, seen)}
    sorts = any(role == "coordinator" for role, _agency in actor.roles)
    unplaced = and_(UNDECIDED, ~queries.TO_CHECK, seen) if sorts else false()
    return {"check": and_(WAITS, seen), "triage": unplaced}


def waits_for_check(ticket: Ticket) -> bool:
    """Tell whether somebody has still to look at a ticket's words and photos."""
    if ticket.private or ticket.content == "hidden":
        return False
    unseen = ticket.checked_at is None or ticket.flagged_at is not None
    return ticket.content == "pending" or unseen
