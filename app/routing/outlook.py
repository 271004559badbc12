"""What would become of a report that was sent now: who gets it and by when. Nothing is written.

1. The same place, rules, targets and clock as `service.route_pending`: the outlook is what then
   happens, unless something changes in between.
2. Asked of a few things only (no report, no ticket, no person), it can tell about nobody.
3. Without a category there is a place but no agency: who is responsible depends on the subject.
4. A place outside the service area is no error here: the outlook says what it is.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.catalog.queries import profile, today
from app.routing import queries
from app.routing.decide import REFUSED_PLACES, Bodies, Decision, Facts, Place, decide
from app.tickets.clock import ClockExhausted
from app.tickets.service import UNPROMISED, Promised, foretell
from geo.point import LonLat


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked. severity: what the answers given so far call for."""

    category: Category | None = None
    severity: str = ""
    place: LonLat | None = None
    stated_area: str | None = None
    about_agency: str | None = None


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """Where it is and what would follow.

    agency: who would have it, in triage the coordinator (or who stands above); None: not accepted,
    or the category is not known yet. reason: as an event would carry it. The due dates are those
    of a report that is received now.
    """

    place: Place
    agency: str | None = None
    by_hand: bool = False
    reason: str = ""
    area: str | None = None
    other_area: str | None = None
    first_reply_due_at: datetime | None = None
    outcome_due_at: datetime | None = None

    @property
    def refused(self) -> bool:
        """Tell whether the place is not in the service area."""
        return self.place.kind in REFUSED_PLACES


def outlook(session: Session, question: Question, *, now: datetime) -> Outlook:
    """Return what would become of it. Only reads."""
    place = _place(session, question)
    category = question.category
    if category is None or place.kind in REFUSED_PLACES:
        return Outlook(place=place, area=place.area.code if place.area else None)
    on = today(session, now)
    facts = Facts(
        category=category.code,
        group=category.group_code,
        severity=question.severity or category.severity_code,
        place=place,
        about_agency=question.about_agency,
        on=on,
    )
    bodies = queries.bodies(session, on)
    decision = decide(facts, queries.rules(session), bodies)
    return _promised(session, facts, decision, bodies, now)


def _place(session: Session, question: Question) -> Place:
    if question.place is None:
        codes = [question.stated_area] if question.stated_area else []
        return queries.stated_place(queries.area_facts(session, codes), question.stated_area)
    city = profile(session)
    return queries.places(
        session,
        [question.place],
        shore_limit_m=city.shore_limit_m,
        caution_m=city.border_caution_m,
    )[0]


def _promised(
    session: Session, facts: Facts, decision: Decision, bodies: Bodies, now: datetime
) -> Outlook:
    """Add the dates; what cannot be promised as decided is sorted by hand, as in `assign_many`."""
    aside = facts.about_agency == bodies.coordinator
    sorter = bodies.oversight if aside else bodies.coordinator
    promised = Promised(session)
    for agency, reason, promise in (
        (decision.agency, decision.reason.value, promised),
        (None, UNPROMISED, promised.in_general),
    ):
        owner = agency or sorter
        found = Outlook(
            place=facts.place,
            agency=owner,
            by_hand=agency is None,
            reason=reason,
            area=decision.area,
            other_area=decision.other_area,
        )
        try:
            due = foretell(promise, facts.category, facts.severity, owner, now)
        except (LookupError, ClockExhausted):
            continue
        return replace(
            found,
            first_reply_due_at=due.first_reply.due_at,
            outcome_due_at=due.outcome.due_at,
        )
    return found
