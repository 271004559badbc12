"""Routing of tickets that nobody owns yet, in batches.

1. A batch is locked with SKIP LOCKED, decided and written in one transaction: a ticket is routed
   exactly once, however many workers look.
2. The decision is stored with its facts; the ticket's event carries its reason.
3. No decision ever fails a batch: what fits no rule, or has no promise where the rules send it,
   goes to triage at the coordinator.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.catalog.queries import profile, today
from app.core.errors import Rejection
from app.core.words.i18n import N_
from app.routing import queries
from app.routing.decide import Bodies, Decision, Facts, Place, PlaceKind, Rule, decide
from app.routing.models import RoutingDecision
from app.tickets.models import Ticket
from app.tickets.queries import lock_unrouted, points_of
from app.tickets.service import Assignment, assign_many
from geo.point import LonLat

IN_NEIGHBOUR = N_("This place is in %(area)s. Please report it to the authorities there.")
OUTSIDE = N_("This place is outside %(city)s.")


def preview(session: Session, place: LonLat) -> Place:
    """Find the place of a report that is being sent. Raises Rejection outside the service area."""
    city = profile(session)
    found = queries.places(
        session, [place], shore_limit_m=city.shore_limit_m, caution_m=city.border_caution_m
    )[0]
    if found.kind is PlaceKind.NEIGHBOUR and found.area is not None:
        raise Rejection(
            "neighbour",
            IN_NEIGHBOUR,
            field="place",
            params={"area": queries.area_name(session, found.area.code)},
        )
    if found.kind is PlaceKind.OUTSIDE:
        raise Rejection(
            "outside",
            OUTSIDE,
            field="place",
            params={"city": queries.city_name(session)},
        )
    return found


def route_pending(session: Session, *, now: datetime, limit: int = 200) -> int:
    """Route up to `limit` tickets, oldest first; return how many were looked at.

    What can be placed nowhere is put off, so that each call looks at others.
    """
    tickets = lock_unrouted(session, limit, now)
    if not tickets:
        return 0
    places = _places(session, tickets)
    on = today(session, now)
    rules, bodies = queries.rules(session), queries.bodies(session, on)
    # All at once, and kept here: whoever asks the session for one of them finds it.
    categories = {found.code: found for found in session.scalars(select(Category))}
    assignments = []
    for ticket, place in zip(tickets, places, strict=True):
        facts = _facts(ticket, place, categories[ticket.category_code].group_code, on)
        assignments.append(_decided(ticket, facts, rules, bodies))
    done = assign_many(session, assignments, now=now)
    if not done:
        return len(tickets)
    session.execute(
        insert(RoutingDecision),
        [
            {
                "ticket_id": item.ticket.id,
                "agency_code": item.agency,
                "cooperating": list(item.cooperating),
                "rule_id": item.rule,
                "reason": item.reason,
                "facts": item.facts,
                "decided_at": now,
            }
            for item in done
        ],
    )
    return len(tickets)


def _facts(ticket: Ticket, place: Place, group: str, on: date) -> Facts:
    return Facts(
        category=ticket.category_code,
        group=group,
        severity=ticket.severity_code,
        place=place,
        about_agency=ticket.about_agency_code,
        on=on,
        legal=ticket.legal_kind is not None,
    )


def _decided(ticket: Ticket, facts: Facts, rules: Sequence[Rule], bodies: Bodies) -> Assignment:
    decision: Decision = decide(facts, rules, bodies)
    document = asdict(facts)
    document["on"] = facts.on.isoformat()
    return Assignment(
        ticket=ticket,
        agency=decision.agency,
        cooperating=decision.cooperating,
        area=decision.area,
        other_area=decision.other_area,
        rule=decision.rule,
        reason=decision.reason.value,
        distance_m=round(facts.place.nearest_m) if facts.place.nearest_m is not None else None,
        facts=document,
    )


def _places(session: Session, tickets: Sequence[Ticket]) -> list[Place]:
    """Points in one look-up; the rest by the area that was stated."""
    city = profile(session)
    points = points_of(session, [ticket.id for ticket in tickets])
    with_point = [ticket.id for ticket in tickets if ticket.id in points]
    found = dict(
        zip(
            with_point,
            queries.places(
                session,
                [points[number] for number in with_point],
                shore_limit_m=city.shore_limit_m,
                caution_m=city.border_caution_m,
            ),
            strict=True,
        )
    )
    stated = queries.area_facts(
        session, [ticket.stated_area_code for ticket in tickets if ticket.stated_area_code]
    )
    return [
        found.get(ticket.id) or queries.stated_place(stated, ticket.stated_area_code)
        for ticket in tickets
    ]
