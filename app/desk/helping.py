"""Who was asked to help with a ticket, as its page shows it: what, by when, and what came back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.desk.queries import Scope
from app.tickets.models import Cooperation, Ticket
from app.tickets.queries import HELP_OPEN, help_texts
from app.tickets.words.names import Names


@dataclass(frozen=True, kw_only=True)
class Help:
    """One request. state: asked, helping, done or returned."""

    agency: str
    state: str
    late: bool
    asked_at: datetime
    due_at: datetime | None
    answered_at: datetime | None
    needed: str
    reason: str
    reply: str


def helping(
    session: Session, ticket: Ticket, found: Sequence[Cooperation], now: datetime
) -> list[Help]:
    """Return all requests in words, the first one first."""
    if not found:
        return []
    names, texts = Names.load(session), help_texts(session, ticket.id)
    return [
        Help(
            agency=names.agency(asked.agency_code),
            state=state_of(asked),
            late=_late(asked, now),
            asked_at=asked.asked_at,
            due_at=asked.due_at,
            answered_at=asked.done_at or asked.returned_at,
            needed=texts.get((asked.id, "cooperate"), ""),
            reason=names.code("return", asked.return_code),
            reply=texts.get((asked.id, "help_done"), "")
            or texts.get((asked.id, "help_return"), ""),
        )
        for asked in found
    ]


def requests_to(
    session: Session, scope: Scope, ticket_ids: Sequence[int]
) -> dict[int, Cooperation]:
    """Return the open request for help of each ticket to somebody's agencies."""
    query = select(Cooperation).where(
        Cooperation.ticket_id.in_(ticket_ids), Cooperation.agency_code.in_(scope.own), HELP_OPEN
    )
    return {asked.ticket_id: asked for asked in session.scalars(query)}


def open_request(found: Sequence[Cooperation], own: Collection[str]) -> Cooperation | None:
    """Return the request to one of somebody's agencies that waits for an answer."""
    waits = (asked for asked in found if state_of(asked) in {"asked", "helping"})
    return next((asked for asked in waits if asked.agency_code in own), None)


def state_of(asked: Cooperation) -> str:
    """Return where a request stands."""
    if asked.returned_at is not None:
        return "returned"
    if asked.done_at is not None:
        return "done"
    return "asked" if asked.accepted_at is None else "helping"


def _late(asked: Cooperation, now: datetime) -> bool:
    ends = asked.done_at or asked.returned_at or now
    return asked.due_at is not None and asked.due_at < ends
