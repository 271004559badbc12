"""What a reporter says about the ticket: confirm, dispute, rate, appeal, reply, add, withdraw.

1. Who took a report back has no say in the ticket any more.
2. Who reported what was merged speaks in the ticket where it goes on.
3. Of words of somebody who asked not to publish them, no public copy is made.
4. Of several reports of one ticket the first that is still there is the reporter's.
5. Words can be added unasked while the work is open, a few each day from one report: what counts
   is the report, because a shared mobile network is no one person.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.models import Code
from app.catalog.queries import profile
from app.core.actor import REPORTER
from app.core.errors import Conflict, Rejection
from app.core.words.i18n import N_
from app.core.words.masking import mask
from app.reports.models import Rating, Report
from app.reports.queries import speaks_as
from app.tickets.facts import Role, Verb
from app.tickets.models import EventText, Ticket, TicketEvent
from app.tickets.queries import OPEN_STATUSES, alive, last_outcome, lock_chain
from app.tickets.service import (
    conclude_for_reporter,
    is_asked,
)
from app.tickets.words import RATINGS, REFUSALS

MOST_WORDS_A_DAY = 5
ENOUGH = N_("You have written often today. Please go on tomorrow.")


def _present(session: Session, report: Report) -> Role:
    """Lock report and ticket, so that a second click finds what the first one did.

    Returns as whom the person speaks: who came first may just be leaving.
    """
    session.refresh(report, with_for_update=True)
    if report.withdrawn_at is not None:
        raise Conflict("not_now", REFUSALS["not_now"])
    lock_chain(session, report.ticket_id)
    return speaks_as(session, report)


def _public(session: Session, report: Report, text: str) -> str | None:
    """Return the masked copy of what a reporter wrote, if there may be one."""
    if not text or report.do_not_publish:
        return None
    return mask(text, region=profile(session).phone_region)


def confirm(session: Session, report: Report, *, now: datetime) -> Ticket:
    """The reporter says: it is done. Raises Conflict."""
    role = _present(session, report)
    return conclude_for_reporter(
        session, report.ticket_id, Verb.CONFIRM, role, actor=REPORTER, now=now
    )


def dispute(
    session: Session, report: Report, code: str | None, text: str, *, now: datetime
) -> Ticket:
    """The reporter says: it is not done, and why. Raises Rejection, Conflict."""
    return _disagree(session, report, Verb.DISPUTE, code, text, now=now)


def ask_reopen(
    session: Session, report: Report, code: str | None, text: str, *, now: datetime
) -> Ticket:
    """The reporter asks to open a closed ticket again, and why. Raises Rejection, Conflict."""
    return _disagree(session, report, Verb.ASK_REOPEN, code, text, now=now)


def _disagree(
    session: Session, report: Report, verb: Verb, code: str | None, text: str, *, now: datetime
) -> Ticket:
    role = _present(session, report)
    if code is not None and session.get(Code, ("dispute", code)) is None:
        raise Rejection("unknown_code", N_("Please choose one of the reasons."), field="code")
    return conclude_for_reporter(
        session,
        report.ticket_id,
        verb,
        role,
        actor=REPORTER,
        now=now,
        code=code,
        text=text,
        public_text=_public(session, report, text),
        report=report.id,
    )


def rate(session: Session, report: Report, value: str, *, now: datetime) -> Ticket:
    """The reporter says how content the outcome leaves. Raises Rejection, Conflict.

    One word for each outcome: another takes its place, and the same again changes nothing.
    """
    role = _present(session, report)
    if value not in RATINGS:
        raise Rejection("unknown_rating", N_("Please choose one of the answers."), field="rating")
    ticket = alive(session, session.get_one(Ticket, report.ticket_id))
    outcome = last_outcome(session, ticket.id)
    if outcome is None:
        raise Conflict("not_now", REFUSALS["not_now"])
    said = session.get(Rating, (report.id, outcome.id))
    if said is not None and said.value == value:
        return ticket
    ticket = conclude_for_reporter(
        session, report.ticket_id, Verb.RATE, role, actor=REPORTER, now=now, code=value
    )
    session.merge(
        Rating(report_id=report.id, outcome_event_id=outcome.id, value=value, rated_at=now)
    )
    session.flush()
    return ticket


def appeal(session: Session, report: Report, text: str, *, now: datetime) -> Ticket:
    """The reporter asks for a review of a refusal, once. Raises Conflict."""
    role = _present(session, report)
    return conclude_for_reporter(
        session,
        report.ticket_id,
        Verb.APPEAL,
        role,
        actor=REPORTER,
        now=now,
        text=text,
        public_text=_public(session, report, text),
        report=report.id,
    )


def reply(session: Session, report: Report, text: str, *, now: datetime) -> Ticket:
    """The reporter answers what was asked; the work goes on. Raises Conflict."""
    role = _present(session, report)
    if not is_asked(alive(session, session.get_one(Ticket, report.ticket_id))):
        raise Conflict("not_now", REFUSALS["not_now"])
    return _comment(session, report, role, text, now)


def add_words(session: Session, report: Report, text: str, *, now: datetime) -> Ticket:
    """The reporter adds words without having been asked (rule 5). Raises Conflict."""
    role = _present(session, report)
    ticket = alive(session, session.get_one(Ticket, report.ticket_id))
    if not text:
        raise Conflict("text_missing", REFUSALS["text_missing"], field="words")
    if ticket.status not in OPEN_STATUSES:
        raise Conflict("too_late", REFUSALS["too_late"], field="words")
    query = (
        select(func.count())
        .select_from(EventText)
        .join(TicketEvent, TicketEvent.id == EventText.event_id)
        .where(EventText.report_id == report.id, TicketEvent.kind == Verb.COMMENT)
        .where(TicketEvent.occurred_at > now - timedelta(days=1))
    )
    if (session.scalar(query) or 0) >= MOST_WORDS_A_DAY:
        raise Conflict("enough_today", ENOUGH, field="words")
    return _comment(session, report, role, text, now)


def _comment(session: Session, report: Report, role: Role, text: str, now: datetime) -> Ticket:
    return conclude_for_reporter(
        session,
        report.ticket_id,
        Verb.COMMENT,
        role,
        actor=REPORTER,
        now=now,
        text=text,
        public_text=_public(session, report, text),
        report=report.id,
    )


def withdraw(session: Session, report: Report, *, now: datetime) -> Ticket:
    """The reporter takes the report back; a ticket with other reports stays. Raises Conflict."""
    role = _present(session, report)
    report.withdrawn_at = now
    return conclude_for_reporter(
        session, report.ticket_id, Verb.WITHDRAW, role, actor=REPORTER, now=now
    )
