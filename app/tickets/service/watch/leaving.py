"""Somebody leaves: what rests on the person passes to others, and nothing waits for them.

Tickets belong to agencies, so what a person holds is little: the right to come in, roles (those of
a deputy too), shifts on the duty roster, and urgent claims that called this person.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.service import disable
from app.agencies.service import end_duties
from app.tickets.service.watch.duty import pass_on


def leave(session: Session, account: Account, *, now: datetime) -> None:
    """Let somebody sign in no more, and hand over."""
    disable(session, account, now=now)
    end_duties(session, account, now=now)
    pass_on(session, account.id, now=now)
