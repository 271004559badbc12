"""From rows to clocks: the working clock of a timetable under a calendar version.

1. Timetable rows and calendar versions never change, so a clock is built once in each process.
   Neither do the lengths of a target's version: those are read once, too.
2. A ticket's moments (started, paused, resumed, stopped, restarted) are read off its events:
   the stored due dates and those that `verify` recomputes come from the same function.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.agencies.models import AgencyTimetable
from app.catalog.models import ServiceTarget
from app.catalog.queries import calendar_days, profile
from app.core.kept import kept
from app.tickets.clock import (
    SOON_PART,
    ClockKind,
    ClockState,
    DueState,
    Moment,
    MomentKind,
    Promise,
    Timetable,
    WorkCalendar,
    WorkingClock,
    add_time,
    replay,
    state,
)
from app.tickets.facts import Status
from app.tickets.models import Ticket, TicketEvent
from app.tickets.problem_table.guards import UNJUDGED


@cache
def _clocks() -> dict[tuple[Engine, int, int], WorkingClock]:
    return {}


@cache
def _promises() -> dict[tuple[Engine, int], "Promises"]:
    return {}


def clock_for(session: Session, timetable_id: int, calendar_version: int) -> WorkingClock:
    """Return the working clock of a timetable row under a calendar version."""
    key = (session.get_bind().engine, timetable_id, calendar_version)
    known = _clocks().get(key)
    if known is not None:
        return known
    row = session.get_one(AgencyTimetable, timetable_id)
    days = calendar_days(session, calendar_version)
    clock = WorkingClock(
        zone=profile(session).zone,
        timetable=Timetable.from_document(row.document),
        calendar=WorkCalendar(closed=days.closed, makeup=days.makeup),
    )
    _clocks()[key] = clock
    return clock


def timetable_id_for(session: Session, agency_code: str) -> int:
    """Return the newest timetable of an agency, else the city's. Raises LookupError."""
    ids = timetable_ids(session)
    found = ids.get(agency_code, ids.get(None))
    if found is None:
        raise LookupError("the city has no timetable")
    return found


def timetable_ids(session: Session) -> dict[str | None, int]:
    """Return the newest timetable of each agency that has one, and under None the city's."""
    newest = (
        select(AgencyTimetable.agency_code, AgencyTimetable.id)
        .ext(distinct_on(AgencyTimetable.agency_code))
        .order_by(AgencyTimetable.agency_code, AgencyTimetable.version.desc())
    )
    return dict(session.execute(newest).all())


def ticket_clock(session: Session, ticket: Ticket) -> WorkingClock:
    """Return the clock that the ticket's promise was frozen with."""
    if ticket.timetable_id is None or ticket.calendar_version is None:
        raise LookupError(f"{ticket.reference} has no promise yet")
    return clock_for(session, ticket.timetable_id, ticket.calendar_version)


@dataclass(frozen=True)
class Promises:
    """The two promises of a ticket, as frozen."""

    first_reply: Promise
    outcome: Promise


def promises_of(target: ServiceTarget) -> Promises:
    """Return the budgets of a target version."""
    kind = ClockKind(target.clock)
    return Promises(
        first_reply=Promise(kind, timedelta(seconds=target.first_reply_s)),
        outcome=Promise(kind, timedelta(seconds=target.outcome_s)),
    )


def promises_for(session: Session, target_id: int) -> Promises:
    """Return the budgets of a target's version. Those not known yet are read all at once."""
    engine, known = session.get_bind().engine, _promises()
    if (engine, target_id) not in known:
        for target in session.scalars(select(ServiceTarget)):
            known[engine, target.id] = promises_of(target)
    return known[engine, target_id]


@dataclass(frozen=True)
class Standing:
    """Where both promises stand after some moments."""

    first_reply: DueState
    outcome: DueState


def stand(
    clock: WorkingClock,
    promises: Promises,
    moments: Iterable[Moment],
    first_replied_at: datetime | None,
) -> Standing:
    """Replay both promises. The first reply ends its own promise for good."""
    known = tuple(moments)
    return Standing(
        first_reply=replay(clock, promises.first_reply, _until_reply(known, first_replied_at)),
        outcome=replay(clock, promises.outcome, known),
    )


def _until_reply(moments: tuple[Moment, ...], replied_at: datetime | None) -> list[Moment]:
    kept: list[Moment] = []
    for moment in moments:
        # A reply can be as old as the report itself, or older by the clock of another machine.
        if replied_at is not None and moment.at >= replied_at and kept:
            break
        # An outcome is itself a first reply, so it never stops this promise unanswered.
        if moment.kind in (MomentKind.STOPPED, MomentKind.RESTARTED):
            continue
        kept.append(moment)
    if replied_at is not None:
        kept.append(Moment(MomentKind.STOPPED, replied_at))
    return kept


def promise_start(ticket: Ticket) -> datetime:
    """Return when the promise began to count."""
    return ticket.promised_from or ticket.received_at


def moments_of(events: Iterable[TicketEvent], start: datetime) -> list[Moment]:
    """Read a ticket's clock moments off its history (`params.clock` of each event)."""
    moments = [Moment(MomentKind.STARTED, start)]
    moments += [
        Moment(MomentKind(event.params["clock"]), event.occurred_at)
        for event in events
        if "clock" in event.params
    ]
    return moments


def outcome_state(session: Session, ticket: Ticket, now: datetime) -> ClockState | None:
    """Return what to say about the promise.

    None before it is frozen, of a merged ticket, and where there was nothing to keep: withdrawn.
    """
    if ticket.target_id is None or ticket.status == Status.MERGED:
        return None
    if ticket.outcome_code in UNJUDGED:
        return None
    if ticket.outcome_at is not None and ticket.outcome_due_at is not None:
        met = ticket.outcome_at <= ticket.outcome_due_at
        return ClockState.MET if met else ClockState.MISSED
    promise = promises_for(session, ticket.target_id).outcome
    return state(
        ticket_clock(session, ticket), promise, DueState(due_at=ticket.outcome_due_at), now
    )


@dataclass(frozen=True)
class Deadline:
    """Targets whose promise is nearly used up at that instant."""

    targets: tuple[int, ...]
    at: datetime


def deadlines(session: Session, agency_code: str | None, now: datetime) -> list[Deadline]:
    """Return until when a due date is "soon", for each length of promise."""
    # Hours of another agency differ by minutes at most in practice: one clock serves all.
    timetable = _timetable(session, agency_code or "")
    clock = clock_for(session, timetable, profile(session).calendar_version)
    return [
        Deadline(
            tuple(numbers),
            add_time(clock, ClockKind(kind), now, timedelta(seconds=seconds) / SOON_PART),
        )
        for (kind, seconds), numbers in _targets_by_length(session).items()
    ]


@kept
def _timetable(session: Session, agency_code: str) -> int:
    return timetable_id_for(session, agency_code)


@kept
def _targets_by_length(session: Session) -> dict[tuple[str, int], list[int]]:
    found: dict[tuple[str, int], list[int]] = {}
    query = select(ServiceTarget.id, ServiceTarget.clock, ServiceTarget.outcome_s)
    for number, clock, seconds in session.execute(query.order_by(ServiceTarget.id)):
        found.setdefault((clock, seconds), []).append(number)
    return found


def first_due(
    session: Session, ticket: Ticket, target: ServiceTarget
) -> tuple[datetime | None, datetime | None]:
    """Return the due instants of a promise that has just been frozen, counted from receipt."""
    standing = stand(
        ticket_clock(session, ticket),
        promises_of(target),
        [Moment(MomentKind.STARTED, promise_start(ticket))],
        None,
    )
    return standing.first_reply.due_at, standing.outcome.due_at
