"""The check of what one person added to a ticket that was there: shown or not, by itself.

1. Nothing of the ticket's other words and photos changes, whatever the verdict is; who may give it
   and what it leaves in the history is the lifecycle's answer (`tickets.service.perform`).
2. A part can be judged as long as the ticket waits for a look. What is not shown has the verdict's
   code, as its photos have; a later verdict takes its place.
3. When nothing else of what was added waits, the ticket has been looked at.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.words.i18n import N_
from app.media.models import Photo
from app.reports.models import Report, ReportPhoto
from app.tickets.facts import Verb
from app.tickets.models import EventText, Ticket, TicketEvent
from app.tickets.queries import by_reference
from app.tickets.schemas import Command
from app.tickets.service import perform
from app.tickets.words.timeline import RESIDENTS

VERDICTS = (Verb.PUBLISH, Verb.HIDE)


def waiting_parts(session: Session, ticket: Ticket) -> dict[int, int]:
    """Return {id of a report: its number in the ticket} for what joined and waits for a look."""
    if ticket.private or ticket.content != "published" or ticket.checked_at is not None:
        return {}
    numbered = (
        select(Report.id, func.row_number().over(order_by=Report.id).label("number"))
        .where(Report.ticket_id == ticket.id)
        .subquery()
    )
    newer = exists().where(
        ReportPhoto.report_id == Report.id, ReportPhoto.since_version > ticket.checked_version
    )
    unseen = (Report.since_version > ticket.checked_version) & Report.part_checked_at.is_(None)
    query = (
        select(Report.id, numbered.c.number)
        .join(numbered, numbered.c.id == Report.id)
        .where(Report.since_version > 0, Report.withdrawn_at.is_(None), ~Report.do_not_publish)
        .where(unseen | newer)
        .order_by(Report.id)
    )
    return {row.id: row.number for row in session.execute(query)}


def judge_part(session: Session, command: Command, *, actor: Actor, now: datetime) -> Ticket:
    """Show a part or leave it closed (rule 1). Raises NotFound, Conflict, Rejection."""
    ticket = by_reference(session, command.reference)
    found = [
        one for one, number in waiting_parts(session, ticket).items() if number == command.part
    ]
    if not found or command.verb not in VERDICTS:
        raise NotFound("unknown_part", N_("There is nothing here that waits for a look by itself."))
    ticket = perform(session, command, actor=actor, now=now)
    _judge(session, found[0], command.code if command.verb == Verb.HIDE else None, now)
    if ticket.checked_version > 0 and not _waits(session, ticket):
        ticket.checked_at, ticket.checked_version = now, ticket.row_version
    session.flush()
    return ticket


def _judge(session: Session, report_id: int, code: str | None, now: datetime) -> None:
    report = session.get_one(Report, report_id, with_for_update=True, populate_existing=True)
    former = report.hidden_code
    report.hidden_code, report.part_checked_at = code, now
    its = ReportPhoto.report_id == report_id
    session.execute(update(ReportPhoto).where(its).values(since_version=0))
    photos = Photo.id.in_(select(ReportPhoto.photo_id).where(its))
    # What somebody recognised themselves in stays hidden for that reason.
    open_ = Photo.hidden_code.is_(None)
    mine = open_ if former is None else open_ | (Photo.hidden_code == former)
    session.execute(update(Photo).where(photos, mine).values(hidden_code=code))
    session.flush()


def _waits(session: Session, ticket: Ticket) -> bool:
    """Tell whether anything else that was added has not been looked at."""
    if ticket.flagged_at is not None or waiting_parts(session, ticket):
        return True
    photos = (
        select(ReportPhoto.photo_id)
        .join(Report, Report.id == ReportPhoto.report_id)
        .where(Report.ticket_id == ticket.id, Report.withdrawn_at.is_(None))
        .where(ReportPhoto.since_version > ticket.checked_version)
    )
    return bool(session.scalars(photos.limit(1)).all() or _words_since(session, ticket))


def _words_since(session: Session, ticket: Ticket) -> Sequence[int]:
    """Return whether residents wrote something since the whole ticket was looked at last."""
    its = TicketEvent.ticket_id == ticket.id
    whole = select(func.max(TicketEvent.seq)).where(
        its, TicketEvent.kind.in_(VERDICTS), ~TicketEvent.params.has_key("part")
    )
    written = (
        select(TicketEvent.id)
        .join(EventText, EventText.event_id == TicketEvent.id)
        .where(its, TicketEvent.actor_role.in_(RESIDENTS))
        .where(TicketEvent.seq > func.coalesce(whole.scalar_subquery(), 0))
        .limit(1)
    )
    return session.scalars(written).all()
