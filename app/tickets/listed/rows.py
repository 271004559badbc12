"""The SQL of what lists, maps and files show: map words, what is late, what is nowhere, filters."""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, case, literal

from app.tickets.listed.filters import Filters
from app.tickets.models import Ticket
from app.tickets.problem_table.guards import UNJUDGED
from app.tickets.queries import OPEN_STATUSES
from app.tickets.words import MAP_WORDS

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


def word_of() -> ColumnElement[str]:
    """Return the SQL for a ticket's map word (the same table as in `tickets.words`)."""
    branches = [
        (
            Ticket.status == status
            if outcome is None
            else and_(Ticket.status == status, Ticket.outcome_code == outcome),
            literal(word),
        )
        for (status, outcome), word in MAP_WORDS.items()
        if word is not None
    ]
    return case(*branches, else_=literal(""))


def late() -> ColumnElement[bool]:
    """Return the SQL for: open, and noted as overdue."""
    return and_(Ticket.status.in_(OPEN_STATUSES), Ticket.overdue_at.is_not(None))


def nowhere() -> ColumnElement[bool]:
    """Return the SQL for: withdrawn or spam, which is on no map and in no list."""
    return and_(Ticket.status == "closed", Ticket.outcome_code.in_(sorted(UNJUDGED)))


def filtered(query: Query, filters: Filters, now: datetime) -> Query:
    """Return the query with what the list shows of the tickets that match; private ones too."""
    return matching(query.where(Ticket.status != "merged", ~nowhere()), filters, now)


def of_problems(query: Query, filters: Filters, now: datetime) -> Query:
    """Return the query with what the list of reports and its map show: no suggestions."""
    return filtered(query.where(Ticket.kind == "problem"), filters, now)


def matching(query: Query, filters: Filters, now: datetime) -> Query:
    """Return the query with the filters alone: also what has left the list.

    A suggestion that is not published is nobody's business: those have pages of their own.
    """
    query = query.where(Ticket.kind == "problem")
    if since := filters.since(now):
        query = query.where(Ticket.received_at >= since)
    if filters.word:
        query = query.where(word_of() == filters.word)
    if filters.category:
        query = query.where(Ticket.category_code == filters.category)
    if filters.area:
        query = query.where(Ticket.area_code == filters.area)
    if filters.agency:
        query = query.where(Ticket.agency_code == filters.agency)
    if filters.overdue:
        query = query.where(late())
    return query
