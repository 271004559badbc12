"""What the year was like, and what was dropped: read off tickets and events, not counted along.

A ticket is *dropped* when nobody would notice it any more: it is open and has no agency in force
with somebody who works there; or it waits too long for any reason of `tickets.service.watch`, and
nobody above was called to that.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.agencies.models import Agency, Membership
from app.agencies.queries import in_force
from app.catalog.queries import today
from app.tickets.models import Escalation, Proposal, Ticket, TicketEvent
from app.tickets.queries import OPEN_STATUSES
from app.tickets.service.watch.reasons import REASONS, REMINDERS

FINAL = ("closed", "declined", "merged")
DAY = timedelta(days=1)


def figures(session: Session) -> Iterator[tuple[str, str]]:
    """Yield lines: what, how many."""
    tickets = select(func.count()).select_from(Ticket)
    total = session.scalar(tickets) or 0
    yield "tickets", str(total)
    events = dict(
        session.execute(
            select(TicketEvent.kind, func.count()).group_by(TicketEvent.kind)
        ).all()
    )  # fmt: skip
    yield "events", str(sum(events.values()))
    for status, count in session.execute(
        select(Ticket.status, func.count()).group_by(Ticket.status).order_by(Ticket.status)
    ):
        yield f"status {status}", str(count)
    moved = select(Ticket.transfers, func.count()).where(Ticket.transfers > 0)
    moved = moved.group_by(Ticket.transfers).order_by(Ticket.transfers)
    for moves, count in session.execute(moved):
        yield f"moved {moves} times", str(count)
    yield "named owners", str(session.scalar(tickets.where(Ticket.owner_named)) or 0)
    yield from _escalations(session)
    for kind in sorted(events):
        yield f"did {kind}", str(events[kind])
    yield from _approvals(session)
    outcomes = select(Ticket.outcome_code, func.count()).where(Ticket.outcome_code.is_not(None))
    for code, count in session.execute(
        outcomes.group_by(Ticket.outcome_code).order_by(Ticket.outcome_code)
    ):
        yield f"outcome {code}", str(count)
    missed = session.scalar(
        select(func.count(TicketEvent.ticket_id.distinct())).where(TicketEvent.kind == "overdue")
    )
    yield "overdue share", f"{100 * (missed or 0) / max(total, 1):.1f} %"


def _escalations(session: Session) -> Iterator[tuple[str, str]]:
    query = select(Escalation.reason, Escalation.level, func.count())
    grouped = query.group_by(Escalation.reason, Escalation.level)
    for reason, level, count in session.execute(
        grouped.order_by(Escalation.reason, Escalation.level)
    ):
        yield f"called for {reason}, step {level}", str(count)


def _approvals(session: Session) -> Iterator[tuple[str, str]]:
    waited = func.extract("epoch", Proposal.decided_at - Proposal.proposed_at) / 3600
    middle = func.percentile_cont(0.5).within_group(waited)
    longest = func.percentile_cont(0.95).within_group(waited)
    query = select(Proposal.approved, func.count(), middle, longest)
    words = {True: "approved", False: "sent back or ended", None: "waiting for approval"}
    for approved, count, half, most in session.execute(
        query.group_by(Proposal.approved).order_by(Proposal.approved)
    ):
        yield words[approved], str(count)
        if approved:
            yield "hours to approval, median and 95 %", f"{half:.1f}, {most:.1f}"


def dropped(session: Session, now: datetime) -> list[tuple[str, str]]:
    """Return (reference, why) of every ticket that is neither owned, escalated nor final."""
    found = [*_unowned(session, now)]
    for reason in sorted(set(REASONS) - REMINDERS):
        waiting = REASONS[reason](session, now)
        called = exists().where(
            Escalation.ticket_id == Ticket.id,
            Escalation.reason == reason,
            Escalation.since == waiting.since,
        )
        found += [
            (ticket.reference, f"{reason} since {since.isoformat()}, and nobody was called")
            for ticket, since, _whose in session.execute(waiting.query().where(~called))
        ]
    return sorted(found)


def _unowned(session: Session, now: datetime) -> Iterator[tuple[str, str]]:
    on = today(session, now)
    at_work = set(
        session.scalars(
            select(Membership.agency_code).where(
                Membership.agency_code.is_not(None),
                Membership.since <= now,
                Membership.until.is_(None) | (Membership.until > now),
            )
        )
    )
    agencies = {row.code: row for row in session.scalars(select(Agency))}
    query = select(Ticket.reference, Ticket.status, Ticket.agency_code, Ticket.intake_due_at)
    for reference, status, code, answer_by in session.execute(query.order_by(Ticket.id)):
        if status in FINAL:
            continue
        if code is None:
            # A minute ago; later it is `unrouted`, and the coordinator is called.
            if status != "received" or answer_by is None:
                yield reference, f"{status}, and nobody has it"
        elif not in_force(agencies[code], on):
            yield reference, f"{status} at {code}, which has ended"
        elif code not in at_work and status in OPEN_STATUSES:
            yield reference, f"{status} at {code}, where nobody works"
