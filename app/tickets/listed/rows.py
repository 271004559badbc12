"""The SQL of what lists, maps and files show: map words, what is late, what is nowhere, filters."""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, String, and_, false, func, select, true

from app.tickets.listed.filters import Filters
from app.tickets.models import Suggestion, Ticket
from app.tickets.problem_table import OPEN
from app.tickets.problem_table.guards import UNJUDGED
from app.tickets.queries import IS_OPEN
from app.tickets.tables import PROBLEM
from app.tickets.tables.publication import PUBLISHED
from app.tickets.words import MAP_WORDS

# What can be late; of everything else it is known that nothing is, without reading far.
_OPEN_WORDS = {"", *(word for (status, _outcome), word in MAP_WORDS.items() if status in OPEN)}
Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


def word_of() -> ColumnElement[str]:
    """Return the SQL for a ticket's map word (the same table as in `tickets.words`), or ''.

    A function of the database, because lists by word are read from an index of it.
    """
    return func.map_word(Ticket.status, Ticket.outcome_code, type_=String())


def late() -> ColumnElement[bool]:
    """Return the SQL for: open, and noted as overdue."""
    return and_(IS_OPEN, Ticket.overdue_at.is_not(None))


def nowhere() -> ColumnElement[bool]:
    """Return the SQL for: withdrawn or spam, which is on no map and in no list."""
    return and_(Ticket.status == "closed", Ticket.outcome_code.in_(sorted(UNJUDGED)))


def filtered(query: Query, filters: Filters, now: datetime) -> Query:
    """Return the query with what the list shows of the tickets that match; private ones too."""
    return matching(query.where(Ticket.status != "merged", ~nowhere()), filters, now)


def of_kind(kind: str) -> ColumnElement[bool]:
    """Return the SQL for: of this kind, and shown. A suggestion is nobody's business before."""
    if kind == PROBLEM:
        return Ticket.kind == PROBLEM
    shown = select(Suggestion.ticket_id).where(Suggestion.publication == PUBLISHED)
    return and_(Ticket.kind == kind, Ticket.id.in_(shown))


def matching(query: Query, filters: Filters, now: datetime) -> Query:
    """Return the query with the filters alone: also what has left the list."""
    query = query.where(of_kind(filters.kind))
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
        query = query.where(late(), true() if filters.word in _OPEN_WORDS else false())
    return query
