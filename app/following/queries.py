"""Reads of followers."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.words.i18n import N_
from app.following.links import follower_code
from app.following.models import Follower
from app.notices.models import Notice
from app.reports.links import same
from app.tickets.models import Ticket

# How long an address may wait for its owner's yes.
PATIENCE = timedelta(hours=48)
DAY = timedelta(days=1)
Followed = Ticket | Notice


def by_code(session: Session, code: str, *, now: datetime) -> Follower:
    """Return whose link this is, or was a moment ago. Raises NotFound for anything else."""
    number = code.partition(".")[0]
    found = None
    if number.isascii() and number.isdecimal() and len(number) < 19:
        found = session.get(Follower, int(number), populate_existing=True)
    known = found is not None and same(follower_code(found), code)
    if found is None or not known or not (found.ended_at or is_alive(found, now)):
        raise NotFound("unknown_link", N_("This link is not valid, or not any more."))
    return found


def is_alive(follower: Follower, now: datetime) -> bool:
    """Tell whether somebody follows, or may still say yes to it."""
    waits = follower.created_at > now - PATIENCE
    return follower.ended_at is None and (follower.confirmed_at is not None or waits)


def followed(session: Session, follower: Follower) -> Followed:
    """Return what somebody follows."""
    if follower.ticket_id is not None:
        return session.get_one(Ticket, follower.ticket_id)
    return session.get_one(Notice, follower.notice_id)


def unanswered(session: Session, address_key: bytes, now: datetime) -> int:
    """Return how many messages went to an address within a day that nobody said yes to."""
    query = select(func.count()).where(
        Follower.address_key == address_key,
        Follower.created_at > now - DAY,
        Follower.confirmed_at.is_(None),
    )
    return session.scalar(query) or 0
