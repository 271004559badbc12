"""The router's assignments, in batches.

1. Each ticket takes the step that the lifecycle gives for it, like any other act: a third move
   after a correction goes to the coordinator, a change of agency is counted.
2. Rows, events and outbox are written in one statement each.
3. No agency means triage: the coordinator owns it, with due dates like any other; the oversight
   agency, where it is about the coordinator.
4. What cannot be promised as decided (the pack has no promise for it, the agency's hours never
   open) goes to triage, with the promise of the category for everything else and the city's hours.
   If even that is impossible it waits, each time longer: it never stands before the others.
5. A corrected ticket comes here again: who was asked to help before is not asked twice, and the
   public position follows the area where it is the area's.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.catalog.models import Category
from app.core.actor import SYSTEM
from app.core.work.jobs import JobName, hint
from app.core.work.outbox import Consumer, publish
from app.tickets.clock import ClockExhausted
from app.tickets.facts import Act, Facts, Role, Verb
from app.tickets.lifecycle import Refused, Step, step
from app.tickets.models import Ticket, TicketEvent
from app.tickets.service.helping import ask_by_rule
from app.tickets.service.opening import public_key
from app.tickets.service.step.expecting import intake_due
from app.tickets.service.step.freezing import Promised, freeze, told
from app.tickets.service.step.kinship import Sorters
from app.tickets.service.step.record import Line, event_values
from app.tickets.tables import table_of

log = logging.getLogger(__name__)

UNPROMISED = "no_promise"
WAIT_LEAST, WAIT_MOST = timedelta(minutes=1), timedelta(hours=1)

# Written for every ticket, changed or not: rows with the same columns go to the database together.
_WRITTEN = (
    "agency_code", "former_agency_code", "in_triage", "status", "transfers", "area_code", "map_key",
    "intake_due_at",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """A routing decision for one locked, unrouted ticket. No agency: triage."""

    ticket: Ticket
    agency: str | None
    cooperating: Sequence[str] = ()
    area: str | None = None
    other_area: str | None = None
    rule: int | None = None
    reason: str
    distance_m: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def assign_many(
    session: Session, assignments: Sequence[Assignment], *, now: datetime
) -> list[Assignment]:
    """Give each ticket its first owner: rows, events and outbox in one statement each.

    Returns what was assigned, as it was assigned (rule 4). What had to wait is found by `verify`.
    """
    sorters = Sorters.load(session)
    promised = Promised(session)
    done, rows, helpers, stuck = [], [], [], []
    with session.no_autoflush:  # a look-up in between would write the tickets one by one
        for item in assignments:
            written = _try(session, item, sorters, promised, now)
            if written is None:
                stuck.append(item.ticket.id)
                continue
            way, row = written
            done.append(way)
            rows.append(row)
            helpers += [(way.ticket, code) for code in way.cooperating]
    if stuck:
        _put_off(session, stuck, now)
    if not done:
        return []
    session.flush()
    ids = session.scalars(insert(TicketEvent).returning(TicketEvent.id), rows).all()
    ask_by_rule(session, helpers, now=now)
    publish(session, ids, [Consumer.NOTIFICATIONS], now)
    hint(session, JobName.FAN_OUT_PENDING)
    return done


def _try(
    session: Session, item: Assignment, sorters: Sorters, promised: Promised, now: datetime
) -> tuple[Assignment, dict[str, Any]] | None:
    """Assign as decided, else send to triage (rule 4); return what was done with its event."""
    by_hand = replace(item, agency=None, cooperating=(), reason=UNPROMISED)
    for way, promise in ((item, promised), (by_hand, promised.in_general)):
        try:
            return way, _assign(session, way, sorters, promise, now)
        except (Refused, LookupError, ClockExhausted):
            log.exception("%s cannot go to %s", item.ticket.reference, way.agency or "triage")
            session.expire(item.ticket)
    return None


def _put_off(session: Session, ticket_ids: Sequence[int], now: datetime) -> None:
    """Look again after as long as they have waited, a minute at least and an hour at most."""
    waited = func.greatest(now - Ticket.updated_at, WAIT_LEAST)
    session.execute(
        update(Ticket)
        .where(Ticket.id.in_(ticket_ids))
        .values(route_after=now + func.least(waited, WAIT_MOST))
        .execution_options(synchronize_session=False)
    )


def _assign(
    session: Session, item: Assignment, sorters: Sorters, promised: Promised, now: datetime
) -> dict[str, Any]:
    """Change one ticket's row; return the columns of its event."""
    ticket = item.ticket
    before = ticket.status
    verb = Verb.ASSIGN if item.agency else Verb.TRIAGE
    taken = step(table_of(ticket.kind), _facts(ticket), _act(verb, item, now))
    owner = taken.agency or sorters.of(ticket)
    first = ticket.target_id is None
    freeze(ticket, owner, promised)
    _take(ticket, taken, owner, now)
    ticket.at_oversight |= taken.agency is None and sorters.are_aside(ticket)
    _place(session, ticket, item.area)
    ticket.intake_due_at = intake_due(promised, ticket, owner, now)
    ticket.events_count += 1
    for name in _WRITTEN:
        flag_modified(ticket, name)
    params = _params(item, owner) | (told(ticket) if first else {})
    if ticket.intake_due_at is not None:
        params["accept_by"] = ticket.intake_due_at.isoformat()
    line = Line(verb=verb, from_status=before, params=params)
    return event_values(ticket, line, actor=SYSTEM, now=now)


def _facts(ticket: Ticket) -> Facts:
    """All that the rows for the router look at."""
    return Facts(
        status=ticket.status,
        agency=ticket.agency_code,
        former_agency=ticket.former_agency_code,
        about_agency=ticket.about_agency_code,
        in_triage=ticket.in_triage,
        promise_frozen=ticket.target_id is not None,
        transfers=ticket.transfers,
        owner_named=ticket.owner_named,
    )


def _act(verb: Verb, item: Assignment, now: datetime) -> Act:
    return Act(verb=verb, role=Role.SYSTEM, now=now, agency=item.agency)


def _take(ticket: Ticket, taken: Step, owner: str, now: datetime) -> None:
    ticket.agency_code = owner
    if not taken.in_triage:
        # From triage it may still go to another agency: that is the move which counts then.
        ticket.former_agency_code = None
    ticket.in_triage = taken.in_triage
    ticket.status = taken.target
    ticket.transfers += taken.counts_transfer
    ticket.assigned_at = ticket.assigned_at or now
    ticket.updated_at = now
    ticket.row_version += 1


def _place(session: Session, ticket: Ticket, area: str | None) -> None:
    if area is None or area == ticket.area_code:
        return
    ticket.area_code = area
    category = session.get_one(Category, ticket.category_code)
    if ticket.place is None or ticket.coarse or category.public_detail != "full":
        ticket.map_key = None if ticket.private else public_key(session, category, None, area)


def _params(item: Assignment, owner: str) -> dict[str, Any]:
    params = {
        "agency": owner,
        "reason": item.reason,
        "category": item.ticket.category_code,
        "area": item.area,
        "other_area": item.other_area,
        "rule": item.rule,
        "distance_m": item.distance_m,
        "cooperating": list(item.cooperating) or None,
    }
    return {name: value for name, value in params.items() if value is not None}
