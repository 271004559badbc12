"""Somebody leaves: what rests on the person passes to others, and nothing waits for them.

Tickets belong to agencies, so what a person holds is little: the right to come in, roles (those of
a deputy too), shifts on the duty roster, urgent claims that called this person, and open tickets
in the person's hands: those are in nobody's then, and their agency sees that they are.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.service import disable
from app.agencies.service import end_duties
from app.core.actor import SYSTEM
from app.tickets.facts import Act, Role, Verb
from app.tickets.models import Ticket
from app.tickets.queries import OPEN_STATUSES
from app.tickets.service.step.apply import Said, apply
from app.tickets.service.step.judging import facts_of
from app.tickets.service.watch.duty import pass_on


def leave(session: Session, account: Account, *, now: datetime) -> None:
    """Let somebody sign in no more, and hand over."""
    disable(session, account, now=now)
    end_duties(session, account, now=now)
    pass_on(session, account.id, now=now)
    _let_go(session, account.id, now)


def _let_go(session: Session, account_id: int, now: datetime) -> None:
    mine = Ticket.officer_id == account_id
    query = select(Ticket).where(mine, Ticket.status.in_(OPEN_STATUSES)).order_by(Ticket.id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    act = Act(verb=Verb.ENTRUST, role=Role.SYSTEM, now=now)
    said = Said(params={"account": None, "before": account_id}, public=False)
    for ticket in session.scalars(locked).all():
        ticket.officer_id = None
        apply(session, ticket, facts_of(session, ticket, now), act, said, actor=SYSTEM, now=now)
    session.execute(update(Ticket).where(mine).values(officer_id=None))
