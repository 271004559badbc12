"""The duty queue: what somebody says is urgent is looked at within minutes, at any hour.

1. Who is first on the roster of the ticket's agency is called at once, then the next, then the
   coordinator's roster, last the coordinator's office; each has the pack's minutes to say that they
   look at it. Nobody waits for a working day, and nobody is called twice: who is on duty may change
   between two calls.
2. To confirm makes the severity that counts real hours, with its promise from receipt on. To lower
   gives the category's own severity back, with a public reason.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from app.agencies.queries import on_duty
from app.catalog.models import Category, Severity
from app.catalog.queries import profile, target_for
from app.core.actor import SYSTEM, Actor
from app.core.errors import Conflict
from app.core.words.i18n import N_
from app.tickets.clock import ClockKind
from app.tickets.facts import Act, Role, Verb
from app.tickets.models import Ticket, TicketEvent, UrgentCall
from app.tickets.queries import OPEN_STATUSES
from app.tickets.schemas import Command
from app.tickets.service.step.apply import Said, apply
from app.tickets.service.step.freezing import forget_missed, restate, told
from app.tickets.service.step.judging import facts_of
from app.tickets.service.step.kinship import Sorters

CLAIMED = Ticket.urgent_claim & Ticket.status.in_(OPEN_STATUSES)


def call_duty(session: Session, *, now: datetime, limit: int = 100) -> int:
    """Call somebody to each new claim, and the next one where nobody was heard; return how many."""
    nobody = ~exists().where(UrgentCall.ticket_id == Ticket.id)
    new = select(Ticket).where(CLAIMED, Ticket.agency_code.is_not(None), nobody)
    claims = _locked(session, new, limit)
    for ticket in claims:
        call = UrgentCall(ticket_id=ticket.id, step=0, called_at=now)
        session.add(call)
        _call(session, ticket, call, now)
    late = now - timedelta(minutes=profile(session).desk.duty_min)
    unheard = (
        UrgentCall.heard_at.is_(None),
        UrgentCall.account_id.is_not(None),
        UrgentCall.called_at <= late,
    )
    query = select(Ticket).join(UrgentCall, UrgentCall.ticket_id == Ticket.id)
    waiting = _locked(session, query.where(CLAIMED, *unheard), limit)
    for ticket in waiting:
        call = session.get_one(UrgentCall, ticket.id, populate_existing=True)
        _call(session, ticket, call, now)
    return len(claims) + len(waiting)


def _locked(session: Session, query: Any, limit: int) -> Sequence[Ticket]:  # noqa: ANN401 - a select
    found: Sequence[Ticket] = session.scalars(
        query.order_by(Ticket.received_at, Ticket.id)
        .limit(limit)
        .with_for_update(of=Ticket, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    return found


def _call(session: Session, ticket: Ticket, call: UrgentCall, now: datetime) -> None:
    office = Sorters.load(session).of(ticket)
    accounts = [
        number
        for agency in dict.fromkeys((ticket.agency_code or office, office))
        for number in on_duty(session, agency, now)
    ]
    before = _called(session, call)
    call.account_id = next((number for number in accounts if number not in before), None)
    call.step += 1
    call.called_at = now
    session.flush()
    to = {"account": call.account_id} if call.account_id is not None else {"above": office}
    act = Act(verb=Verb.CALL_DUTY, role=Role.SYSTEM, now=now)
    said = Said(params={"step": call.step, **to}, public=False)
    apply(session, ticket, facts_of(session, ticket, now), act, said, actor=SYSTEM, now=now)


def _called(session: Session, call: UrgentCall) -> frozenset[int]:
    """Return who was called to this claim: the last calls, as many as it counts."""
    query = (
        select(TicketEvent.params["account"].as_integer())
        .where(TicketEvent.ticket_id == call.ticket_id, TicketEvent.kind == Verb.CALL_DUTY.value)
        .order_by(TicketEvent.seq.desc())
        .limit(call.step)
    )
    return frozenset(session.scalars(query))


def pass_on(session: Session, account_id: int, *, now: datetime) -> None:
    """The next look calls somebody else to what this person was called to or looks at undecided."""
    late = now - timedelta(minutes=profile(session).desk.duty_min)
    session.execute(
        update(UrgentCall)
        .where(UrgentCall.account_id == account_id, UrgentCall.decided_at.is_(None))
        .values(heard_at=None, called_at=late)
    )


def acknowledge(
    session: Session, ticket: Ticket, _command: Command, _actor: Actor, now: datetime
) -> dict[str, Any]:
    """Somebody looks at it: nobody else is called."""
    _row(session, ticket, now).heard_at = now
    return {}


def confirm(
    session: Session, ticket: Ticket, _command: Command, _actor: Actor, now: datetime
) -> dict[str, Any]:
    """It is urgent (rule 2)."""
    query = select(Severity.code).where(Severity.clock == ClockKind.REAL.value)
    code = session.scalars(query.order_by(Severity.position).limit(1)).first()
    return _decided(session, ticket, code or ticket.severity_code, now)


def lower(
    session: Session, ticket: Ticket, _command: Command, _actor: Actor, now: datetime
) -> dict[str, Any]:
    """It is not (rule 2)."""
    own = session.get_one(Category, ticket.category_code).severity_code
    return _decided(session, ticket, own, now)


def _decided(session: Session, ticket: Ticket, severity: str, now: datetime) -> dict[str, Any]:
    row, before = _row(session, ticket, now), ticket.severity_code
    row.heard_at = row.heard_at or now
    row.decided_at = now
    ticket.urgent_claim = False
    if severity == before:
        return {}
    city = profile(session)
    on = (ticket.promised_from or ticket.received_at).astimezone(city.zone).date()
    try:
        target = target_for(session, ticket.category_code, severity, on)
    except LookupError:
        raise Conflict("no_promise", N_("There is no promise for this severity.")) from None
    ticket.severity_code = severity
    ticket.target_id = target.id
    restate(session, ticket)
    forget_missed(ticket, now)
    return {"severity": [before, severity], **told(ticket)}


def _row(session: Session, ticket: Ticket, now: datetime) -> UrgentCall:
    row = session.get(UrgentCall, ticket.id)
    if row is None:
        row = UrgentCall(ticket_id=ticket.id, step=0, called_at=now)
        session.add(row)
    return row
