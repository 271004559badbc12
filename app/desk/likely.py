"""Which agencies are likely for a ticket that nobody is responsible for yet.

1. Near a border the rules are asked once for each of the two areas that the last event names, so
   both answers stand there with their area.
2. Who returned it, who is complained about, and the coordinator are not suggested.
3. The number of statements is the same for one ticket and for a page of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.catalog.queries import today
from app.desk.queries import last_placings
from app.routing import queries as routing
from app.routing.decide import AreaFact, Bodies, Facts, Place, PlaceKind, Rule, decide
from app.tickets.models import Ticket, TicketEvent
from app.tickets.words.names import Names

MOST = 2


@dataclass(frozen=True, kw_only=True)
class Likely:
    """An agency, and the area for which it would be the one."""

    agency_code: str
    agency_name: str
    area_name: str


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What is the same for all tickets of a page."""

    rules: Sequence[Rule]
    bodies: Bodies
    areas: Mapping[str, AreaFact]
    categories: Mapping[str, Category]
    names: Names
    on: date


def likely_agencies(
    session: Session, tickets: Sequence[Ticket], now: datetime
) -> dict[int, list[Likely]]:
    """Return the likely agencies of each ticket, the likeliest first."""
    last = last_placings(session, [ticket.id for ticket in tickets])
    wanted = {ticket.id: _areas_of(ticket, last.get(ticket.id)) for ticket in tickets}
    on = today(session, now)
    known = _Known(
        rules=routing.rules(session),
        bodies=routing.bodies(session, on),
        areas=routing.area_facts(session, [code for row in wanted.values() for code in row]),
        categories={row.code: row for row in session.scalars(select(Category))},
        names=Names.load(session),
        on=on,
    )
    return {
        ticket.id: list(_likely(ticket, wanted[ticket.id], last.get(ticket.id), known))[:MOST]
        for ticket in tickets
    }


def _areas_of(ticket: Ticket, event: TicketEvent | None) -> list[str]:
    named = [event.params.get("area"), event.params.get("other_area")] if event else []
    found = [*named, ticket.area_code, ticket.stated_area_code]
    return list(dict.fromkeys(code for code in found if code))


def _likely(
    ticket: Ticket, areas: Sequence[str], event: TicketEvent | None, known: _Known
) -> Iterator[Likely]:
    returned_by = event.agency_code if event is not None and event.kind == "return" else None
    seen = {known.bodies.coordinator, ticket.about_agency_code, returned_by}
    for agency, area in _candidates(ticket, areas, known):
        if agency is not None and agency not in seen:
            seen.add(agency)
            yield Likely(
                agency_code=agency,
                agency_name=known.names.agency(agency),
                area_name=known.names.area(area),
            )


def _candidates(
    ticket: Ticket, areas: Sequence[str], known: _Known
) -> Iterator[tuple[str | None, str | None]]:
    for code in areas:
        yield _by_the_rules(ticket, known.areas.get(code), known), code
    yield _by_the_rules(ticket, None, known), None
    for code in areas:
        yield known.bodies.by_area.get(code), code
    yield known.categories[ticket.category_code].escalation_agency_code, None


def _by_the_rules(ticket: Ticket, area: AreaFact | None, known: _Known) -> str | None:
    """Return what the rules would say if the ticket were in that area for certain."""
    place = Place(kind=PlaceKind.UNKNOWN)
    if area is not None:
        place = Place(kind=PlaceKind.STATED, area=area, covering=(area,))
    facts = Facts(
        category=ticket.category_code,
        group=known.categories[ticket.category_code].group_code,
        severity=ticket.severity_code,
        place=place,
        about_agency=ticket.about_agency_code,
        on=known.on,
    )
    return decide(facts, known.rules, known.bodies).agency
