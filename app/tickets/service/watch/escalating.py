"""The chain: the agency itself, the one above it, the coordinator. The owner stays all the while.

1. Oldest first, once for each (ticket, reason, level, instant): running twice or late changes
   nothing, two workers at once raise nothing twice.
2. Level 1 is the agency above the one whose delay it is; what nobody has is the coordinator's.
   Level 2, where it still waits after the pack's time (an hour for what counts real hours), is the
   coordinator, or who decides in its place: never the agency complained about.
3. Who is told at once and who in the digest is decided where messages are made.
4. A manager, or the coordinator, may call the agency above by hand, and says why; only colleagues
   read that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.agencies.queries import above
from app.catalog.models import Severity
from app.catalog.queries import profile
from app.core.actor import SYSTEM, Actor
from app.tickets.clock import ClockKind
from app.tickets.due import clock_for, timetable_id_for
from app.tickets.facts import Act, Role, Verb
from app.tickets.models import Escalation, Ticket
from app.tickets.queries import lock_free
from app.tickets.schemas import Command
from app.tickets.service.step.apply import Said, apply
from app.tickets.service.step.expecting import later
from app.tickets.service.step.judging import facts_of
from app.tickets.service.step.kinship import Sorters
from app.tickets.service.watch.reasons import INTERNAL, REASONS, REMINDERS

URGENT_AGAIN = timedelta(hours=1)
ITSELF, ABOVE, LAST = 0, 1, 2
BY_HAND = "by_hand"


@dataclass(frozen=True, kw_only=True)
class Late:
    """Something that waits too long. whose: the agency whose delay it is; nobody's: None."""

    ticket: Ticket
    reason: str
    since: datetime
    whose: str | None


def escalate(session: Session, *, now: datetime, limit: int = 100) -> int:
    """Call those who must look at what waits too long; return how many calls were looked at."""
    done = 0
    for reason in REASONS:
        level = ITSELF if reason in REMINDERS else ABOVE
        for late in _first(session, reason, level, now, limit):
            _call(session, late, level, now)
            done += 1
    return done + _go_on(session, now, limit)


def raise_by_hand(
    session: Session, ticket: Ticket, _command: Command, _actor: Actor, now: datetime
) -> dict[str, Any]:
    """Somebody asks the agency above to look, whatever the clock says (rule 4)."""
    to = above(session, ticket.agency_code or "", ticket.about_agency_code).code
    call = Escalation(
        ticket_id=ticket.id, reason=BY_HAND, level=ABOVE, since=now, agency_code=to, raised_at=now
    )
    session.add(call)
    return {"reason": BY_HAND, "level": ABOVE, "since": now.isoformat(), "above": to}


def _first(session: Session, reason: str, level: int, now: datetime, limit: int) -> Sequence[Late]:
    """Lock the oldest for which nobody was called yet."""
    waiting = REASONS[reason](session, now)
    called = exists().where(
        Escalation.ticket_id == Ticket.id,
        Escalation.reason == reason,
        Escalation.level == level,
        Escalation.since == waiting.since,
    )
    query = (
        waiting.query()
        .where(~called)
        .order_by(waiting.since, Ticket.id)
        .limit(limit)
        .with_for_update(of=Ticket, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return [
        Late(ticket=ticket, reason=reason, since=since, whose=whose)
        for ticket, since, whose in session.execute(query)
    ]


def _go_on(session: Session, now: datetime, limit: int) -> int:
    """Go on to the coordinator with what still waits."""
    query = select(Escalation).where(Escalation.again_at <= now)
    due = session.scalars(
        query.order_by(Escalation.again_at, Escalation.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    done = 0
    for call in due:
        # Not waiting for who holds it: one who waits for what we hold would wait for ever.
        if (ticket := lock_free(session, call.ticket_id)) is None:
            continue
        done += 1
        call.again_at = None
        still = REASONS[call.reason](session, now).query().where(Ticket.id == ticket.id)
        for _ticket, since, whose in session.execute(still).all():
            if since == call.since:
                late = Late(ticket=ticket, reason=call.reason, since=since, whose=whose)
                _call(session, late, LAST, now)
    return done


def _call(session: Session, late: Late, level: int, now: datetime) -> None:
    ticket, to = late.ticket, _who(session, late, level)
    written = session.scalar(
        insert(Escalation)
        .values(
            ticket_id=ticket.id, reason=late.reason, level=level, since=late.since,
            agency_code=to, raised_at=now, again_at=_again(session, late, level, now),
        )
        .on_conflict_do_nothing()
        .returning(Escalation.id)
    )  # fmt: skip
    if written is None:
        return
    params = {"reason": late.reason, "level": level, "since": late.since.isoformat()}
    verb = Verb.REMIND if level == ITSELF else Verb.ESCALATE
    params |= {"agency": to} if level == ITSELF else {"above": to}
    act = Act(verb=verb, role=Role.SYSTEM, now=now)
    said = Said(params=params, public=late.reason not in INTERNAL)
    apply(session, ticket, facts_of(session, ticket, now), act, said, actor=SYSTEM, now=now)


def _who(session: Session, late: Late, level: int) -> str:
    whose, about = late.whose, late.ticket.about_agency_code
    if level == ITSELF and whose is not None:
        return whose
    sorter = Sorters.load(session).of(late.ticket)
    if whose is None or (level == LAST and sorter != whose):
        return sorter
    return above(session, whose, about).code


def _again(session: Session, late: Late, level: int, now: datetime) -> datetime | None:
    if level != ABOVE or late.whose is None:
        return None
    if session.get_one(Severity, late.ticket.severity_code).clock == ClockKind.REAL:
        return now + URGENT_AGAIN
    city = profile(session)
    clock = clock_for(session, timetable_id_for(session, late.whose), city.calendar_version)
    return later(clock, now, city.desk.coordinator_h)
