"""Tickets nearby that may be about the same: offered for a merge, the likeliest first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.core.actor import Actor
from app.desk.acts.next_step import age
from app.reports.nearby import Wanted, similar_to
from app.tickets.models import Ticket
from app.tickets.policy import may_see
from app.tickets.queries import point_of
from app.tickets.words.view import TicketView, ticket_views


@dataclass(frozen=True, kw_only=True)
class Near:
    """A ticket that may mean the same. metres: how far, in steps of ten."""

    view: TicketView
    age: str
    metres: int


def nearby(session: Session, ticket: Ticket, words: str, actor: Actor, now: datetime) -> list[Near]:
    """Return the open tickets that are probably about the same matter, at most five."""
    place = point_of(session, ticket)
    if place is None or ticket.private:
        return []
    wanted = Wanted(
        category=session.get_one(Category, ticket.category_code),
        place=place,
        accuracy_m=ticket.accuracy_m,
        text=words,
        own=ticket.id,
    )
    found = similar_to(session, wanted, now=now)
    seen = [entry for entry in found if may_see(session, entry.ticket, actor)]
    views = ticket_views(session, [entry.ticket for entry in seen], now=now, audience="staff")
    return [
        Near(
            view=view,
            age=age(entry.ticket.received_at, now),
            metres=10 * max(1, round((entry.metres or 0.0) / 10)),
        )
        for entry, view in zip(seen, views, strict=True)
    ]
