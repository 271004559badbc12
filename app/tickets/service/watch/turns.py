"""Whose turn it is to look at a ticket at the check: two people are never given the same one.

1. A turn lasts `TURN` after the last time its page was opened, then the ticket is anybody's.
2. Everybody has one turn at most: who goes on gives the former one back.
3. It only decides what is *given*: acts are guarded by the ticket's version as everywhere.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, or_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.tickets.models import CheckTurn, Ticket

TURN = timedelta(minutes=3)


def with_others(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Return the SQL for: somebody else is looking at it."""
    return exists().where(
        CheckTurn.ticket_id == Ticket.id,
        CheckTurn.account_id != actor.account_id,
        CheckTurn.until > now,
    )


def take_turn(session: Session, ticket: Ticket, *, actor: Actor, now: datetime) -> bool:
    """Take the turn at a ticket, or prolong it. Returns False when somebody else has it."""
    mine = CheckTurn.account_id == actor.account_id
    session.execute(delete(CheckTurn).where(mine, CheckTurn.ticket_id != ticket.id))
    taken = (
        upsert(CheckTurn)
        .values(ticket_id=ticket.id, account_id=actor.account_id, until=now + TURN)
        .on_conflict_do_update(
            index_elements=[CheckTurn.ticket_id],
            set_={"account_id": actor.account_id, "until": now + TURN},
            where=or_(mine, CheckTurn.until <= now),
        )
        .returning(CheckTurn.ticket_id)
    )
    return session.scalar(taken) is not None
