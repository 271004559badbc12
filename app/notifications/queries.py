"""Reads for messages: who hears of an event, and what a message may say.

1. Recipients are pointers (`report:ID`, `agency:CODE`, `account:ID`); addresses are opened in
   `compose` only, at the time of sending.
2. A reporter hears something only while there is a way to reach the contact, and the consent
   `updates`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Consent, Contact
from app.accounts.reach.ways import ways
from app.agencies.models import Agency
from app.catalog.models import Severity
from app.core.work.outbox import oldest
from app.notifications.models import Delivery
from app.notifications.plan import CONVERT, FIRST_ONLY, Happened
from app.reports.models import Report
from app.tickets.models import Ticket, TicketEvent
from app.tickets.tables import SUGGESTION
from app.tickets.words.timeline import RESIDENTS

CONSENT = "updates"
LOST_FOR = timedelta(days=7)
COORDINATOR = "coordinator"
Turns = list[tuple[int, str]]


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """An event with what decides who hears of it.

    owner: the code of the agency that must act, if any. helping: who is asked to help by it.
    account: who is called by name.
    """

    id: int
    ticket_id: int
    happened: Happened
    owner: str | None
    account: int | None = None
    helping: tuple[str, ...] = ()


def events_by_id(session: Session, event_ids: Collection[int]) -> list[EventRow]:
    """Return the events, oldest first; those of sample tickets are left out."""
    query = (
        select(TicketEvent, Ticket.agency_code, Ticket.kind, Severity.clock)
        .join(Ticket, Ticket.id == TicketEvent.ticket_id)
        .join(Severity, Severity.code == Ticket.severity_code)
        .where(TicketEvent.id.in_(event_ids), ~Ticket.sample)
        .order_by(TicketEvent.id)
    )
    rows = session.execute(query).all()
    turns = _turns(session, {event.ticket_id for event, *_ in rows})
    return [
        EventRow(
            id=event.id,
            ticket_id=event.ticket_id,
            happened=Happened(
                kind=event.kind,
                code=event.params.get("code"),
                first=_is_first(event, turns.get(event.ticket_id, [])),
                by_resident=event.actor_role in RESIDENTS,
                went_up="above" in event.params,
                closed=event.to_status == "closed",
                urgent=clock == "real",
                suggestion=kind == SUGGESTION,
                lives=len(_conversions(event, turns.get(event.ticket_id, []))),
            ),
            owner=event.params.get("above") or event.params.get("agency") or agency_code,
            account=event.params.get("account"),
            helping=tuple(event.params.get("cooperating", ())),
        )
        for event, agency_code, kind, clock in rows
    ]


def _turns(session: Session, ticket_ids: set[int]) -> dict[int, Turns]:
    """Return {ticket: (seq, kind) of what is told once and of conversions, in order}."""
    query = (
        select(TicketEvent.ticket_id, TicketEvent.seq, TicketEvent.kind)
        .where(TicketEvent.ticket_id.in_(ticket_ids))
        .where(TicketEvent.kind.in_((*FIRST_ONLY, CONVERT)))
        .order_by(TicketEvent.ticket_id, TicketEvent.seq)
    )
    found: dict[int, Turns] = {}
    for ticket_id, seq, kind in session.execute(query):
        found.setdefault(ticket_id, []).append((seq, kind))
    return found


def _conversions(event: TicketEvent, turns: Turns) -> list[int]:
    return [seq for seq, kind in turns if kind == CONVERT and seq < event.seq]


def _is_first(event: TicketEvent, turns: Turns) -> bool:
    """An assignment after sorting is news; sorting after an assignment is not."""
    begun = max(_conversions(event, turns), default=0)
    told: dict[str, int] = {}
    for seq, kind in turns:
        if seq > begun and kind != CONVERT:
            told.setdefault(kind, seq)
    if event.kind == "triage":
        return event.seq == min(told.values(), default=event.seq)
    return event.seq == told.get(event.kind, event.seq)


def reachable_reports(
    session: Session, ticket_ids: Collection[int]
) -> dict[int, list[tuple[int, str]]]:
    """Return {ticket: (report, way) of those whose senders want to hear of it and can be reached}.

    Who reported what was merged into a ticket hears of that ticket.
    """
    joined = (
        select(Ticket.id.label("ticket_id"), Ticket.id.label("part_id"))
        .where(Ticket.id.in_(ticket_ids))
        .cte("joined", recursive=True)
    )
    joined = joined.union(
        select(joined.c.ticket_id, Ticket.id).where(Ticket.merged_into_id == joined.c.part_id)
    )
    query = (
        select(
            joined.c.ticket_id,
            Report.id,
            Contact.email_enc.is_not(None),
            Contact.phone_enc.is_not(None),
            Contact.push_enc.is_not(None),
        )
        .join(Report, Report.ticket_id == joined.c.part_id)
        .join(Contact, Contact.id == Report.contact_id)
        .where(
            Report.withdrawn_at.is_(None),
            Contact.erased_at.is_(None),
            select(Consent.id)
            .where(
                Consent.contact_id == Contact.id,
                Consent.purpose == CONSENT,
                Consent.withdrawn_at.is_(None),
            )
            .exists(),
        )
        .order_by(Report.id)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for ticket_id, report_id, email, phone, push in session.execute(query):
        there = ways(email=email, phone=phone, push=push)
        if there:
            found.setdefault(ticket_id, []).append((report_id, there[0]))
    return found


def agencies_with_address(session: Session, codes: Iterable[str]) -> frozenset[str]:
    """Return those agencies that have an e-mail address."""
    query = select(Agency.code).where(
        Agency.code.in_(set(codes)), Agency.email.is_not(None), Agency.email != ""
    )
    return frozenset(session.scalars(query))


def coordinator_code(session: Session) -> str | None:
    """Return the coordinator's code."""
    return session.scalar(select(Agency.code).where(Agency.duty == COORDINATOR))


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """What waits, for the start page and `/readyz`. `oldest_due` and `oldest_event`: since when."""

    waiting: int
    given_up: int
    oldest_due: datetime | None
    oldest_event: datetime | None
    errors: Mapping[str, int] = field(default_factory=dict)


def _lost(now: datetime) -> ColumnElement[bool]:
    """Return the SQL for: given up lately, and no other way was taken instead."""
    later = aliased(Delivery)
    instead = exists().where(later.instead_of == Delivery.id)
    return and_(Delivery.state == "given_up", Delivery.created_at > now - LOST_FOR, ~instead)


def backlog(session: Session, now: datetime) -> Backlog:
    """Return how much is unsent, and the codes of the last failures."""
    waiting, lost = Delivery.state.in_(("pending", "leased")), _lost(now)
    totals = session.execute(
        select(
            func.count().filter(waiting),
            func.count().filter(lost),
            func.min(Delivery.next_attempt_at).filter(waiting, Delivery.next_attempt_at <= now),
        ).where(or_(waiting, lost))
    ).one()
    errors = session.execute(
        select(Delivery.last_error, func.count())
        .where(waiting, Delivery.last_error.is_not(None))
        .group_by(Delivery.last_error)
    )
    return Backlog(
        waiting=totals[0],
        given_up=totals[1],
        oldest_due=totals[2],
        oldest_event=oldest(session),
        errors={code: count for code, count in errors if code},
    )
