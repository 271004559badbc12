"""Reads of requests: by link, in the queue, how many are late."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.core.crypto import sign, signature_matches
from app.core.errors import NotFound
from app.core.installation import settings
from app.core.words.i18n import N_
from app.rights.models import ContentFlag, RightsRequest

PURPOSE = "rights-request"
SHOWN = 100


def seal_of(request: RightsRequest) -> str:
    """Return the signature with which the requester opens the request."""
    return sign(settings().secrets.follow_key, PURPOSE, request.id)


def by_seal(session: Session, number: int, seal: str) -> RightsRequest:
    """Return the request whose link this is. Raises NotFound for anything else."""
    good = signature_matches(seal, settings().secrets.follow_key, PURPOSE, number)
    found = session.get(RightsRequest, number) if good else None
    if found is None:
        raise NotFound("unknown_link", N_("This link is not valid, or not any more."))
    return found


def by_number(session: Session, number: int) -> RightsRequest:
    """Return a request. Raises NotFound."""
    found = session.get(RightsRequest, number) if 0 < number < 1 << 62 else None
    if found is None:
        raise NotFound("unknown_request", N_("There is no such request."))
    return found


def due_at(request: RightsRequest) -> datetime:
    """Return what comes next: the first answer, else the end."""
    return request.done_due_at if request.answered_at else request.answer_due_at


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Open requests, the next due first, then what was closed last."""

    waiting: list[RightsRequest]
    closed: list[RightsRequest]


def queue(session: Session) -> Queue:
    """Return what the desk works on."""
    comes_next = case(
        (RightsRequest.answered_at.is_(None), RightsRequest.answer_due_at),
        else_=RightsRequest.done_due_at,
    )
    waiting = session.scalars(
        select(RightsRequest)
        .where(RightsRequest.closed_at.is_(None))
        # A flood of requests that nobody stands behind covers none that somebody is known to make.
        .order_by(RightsRequest.identity != "follow_link", comes_next, RightsRequest.id)
        .limit(SHOWN * 10)
    )
    closed = session.scalars(
        select(RightsRequest)
        .where(RightsRequest.closed_at.is_not(None))
        .order_by(RightsRequest.closed_at.desc())
        .limit(SHOWN)
    )
    return Queue(waiting=sorted(waiting, key=due_at), closed=list(closed))


def overdue(session: Session, now: datetime) -> int:
    """Return how many wait beyond a date of the law."""
    late = (RightsRequest.answered_at.is_(None) & (RightsRequest.answer_due_at < now)) | (
        RightsRequest.done_due_at < now
    )
    query = select(func.count()).where(RightsRequest.closed_at.is_(None), late)
    return session.scalar(query) or 0


def reasons_of(session: Session, ticket_id: int, since: datetime | None) -> dict[str, int]:
    """Return {reason: how many} of the flags that nobody has looked at; a network counts once."""
    if since is None:
        return {}
    source = func.coalesce(ContentFlag.network_hash, ContentFlag.device_hash)
    query = select(ContentFlag.reason, func.count(func.distinct(source))).where(
        ContentFlag.ticket_id == ticket_id, ContentFlag.created_at >= since
    )
    return dict(session.execute(query.group_by(ContentFlag.reason)).all())
