"""Requests about personal data on the clocks of the law.

1. Due dates are counted once, at the receipt, with the coordinating office's calendar of that day.
2. Granting does what was asked where a machine can do it: the reporter's report is erased, closed
   to the public, or its contact ended; what somebody recognised themselves in stays hidden.
3. Refusing needs words for the requester. What was hidden at once is shown again then.
4. The word that there is an answer goes to the contact of the report, else to the typed address
   whose owner has confirmed it (`address`).
5. Who came by a report's private link is told on the way of its contact that there is an answer,
   before granting erases that contact. The message holds the link alone.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.models import Contact
from app.agencies.queries import coordinator
from app.catalog.queries import profile
from app.core.actor import Actor
from app.core.errors import Conflict, Rejection
from app.core.installation import sealer
from app.core.words.i18n import N_
from app.notifications.plan import Template
from app.notifications.service import tell_address, tell_requester
from app.reports.models import Report
from app.reports.service import end_contact, erase, keep_private
from app.rights.models import RightsRequest
from app.rights.periods import PERIODS, Kind
from app.rights.queries import seal_of
from app.rights.schemas import Asked, Sender
from app.rights.service.address import ask_owner, confirmed
from app.rights.service.targets import show_again
from app.tickets.clock import closing_after
from app.tickets.due import clock_for, timetable_id_for

GRANTED, REFUSED = "granted", "refused"
CLOSED = N_("This request was decided already.")


def ask(
    session: Session, asked: Asked, sender: Sender, report: Report | None, *, now: datetime
) -> RightsRequest:
    """Take a request in. report: that of the private link with which it comes."""
    row = new_request(session, asked.kind, asked.lang, sender, now=now)
    row.body_enc = sealer().seal(asked.text or None)
    row.contact_enc = sealer().seal(asked.contact or None)
    if report is not None:
        row.identity = "follow_link"
        row.report_id, row.ticket_id = report.id, report.ticket_id
    session.flush()
    if report is None or report.contact_id is None:
        ask_owner(session, row, asked.contact, now=now)
    return row


def new_request(
    session: Session, kind: Kind, lang: str, sender: Sender, *, now: datetime
) -> RightsRequest:
    """Begin a request with its due dates (rule 1)."""
    answer_due = _working_days(session, PERIODS[kind].answer, now)
    days = PERIODS[kind].done
    row = RightsRequest(
        kind=kind.value,
        identity="unverified",
        lang=lang,
        received_at=now,
        answer_due_at=answer_due,
        done_due_at=answer_due if days is None else now + timedelta(days=days),
        device_hash=sender.device,
        network_hash=sender.network,
    )
    session.add(row)
    return row


def _working_days(session: Session, days: int, now: datetime) -> datetime:
    timetable = timetable_id_for(session, coordinator(session).code)
    clock = clock_for(session, timetable, profile(session).calendar_version)
    return closing_after(clock, now, days)


def answer(
    session: Session, number: int, text: str, *, actor: Actor, now: datetime
) -> RightsRequest:
    """Tell the requester that it is being dealt with, and how. Raises Rejection, Conflict."""
    row = _lock(session, number)
    row.answer = _needed(text)
    row.answered_at = row.answered_at or now
    row.decided_by = actor.account_id
    session.flush()
    _tell(session, row, f"answered {now.date().isoformat()}", now)
    return row


def extend(
    session: Session, number: int, text: str, *, actor: Actor, now: datetime
) -> RightsRequest:
    """Take the same time again, once, with a reason. Raises Rejection, Conflict."""
    row = _lock(session, number)
    if row.extended_at is not None:
        raise Conflict("extended_already", N_("This was extended once; it cannot be again."))
    row.answer = _needed(text)
    days = PERIODS[Kind(row.kind)].done
    row.done_due_at = (
        _working_days(session, PERIODS[Kind(row.kind)].answer, row.done_due_at)
        if days is None
        else row.done_due_at + timedelta(days=days)
    )
    row.extended_at = now
    row.answered_at = row.answered_at or now
    row.decided_by = actor.account_id
    session.flush()
    _tell(session, row, "extended", now)
    return row


def decide(
    session: Session, number: int, outcome: str, text: str, *, actor: Actor, now: datetime
) -> RightsRequest:
    """Grant or refuse. Raises Rejection, Conflict."""
    row = _lock(session, number)
    if outcome not in {GRANTED, REFUSED}:
        raise Rejection("unknown_code", N_("Please choose one of the answers."), field="outcome")
    row.answer = _needed(text) if outcome == REFUSED else text or row.answer
    _tell(session, row, "decided", now)
    if outcome == GRANTED:
        _do(session, row, now)
    elif row.hidden:
        show_again(session, row, now=now)
    row.outcome, row.closed_at = outcome, now
    row.answered_at = row.answered_at or now
    row.decided_by = actor.account_id
    session.flush()
    return row


def _tell(session: Session, row: RightsRequest, once: str, now: datetime) -> None:
    report = session.get(Report, row.report_id) if row.report_id is not None else None
    path = f"/requests/{row.id}/{seal_of(row)}"
    if report is None or report.contact_id is None:
        if address := confirmed(row):
            tell_address(
                session, row.id, address, path, template=Template.REQUEST_ANSWERED, lang=row.lang,
                once=once, now=now,
            )  # fmt: skip
        return
    contact = session.get_one(Contact, report.contact_id)
    tell_requester(session, row.id, contact, path, once=once, now=now)


def _do(session: Session, row: RightsRequest, now: datetime) -> None:
    report = session.get(Report, row.report_id) if row.report_id is not None else None
    if report is None:
        return
    match Kind(row.kind):
        case Kind.DELETE:
            erase(session, report, now=now)
        case Kind.WITHDRAW:
            end_contact(session, report, now=now)
        case Kind.RESTRICT | Kind.OBJECT:
            keep_private(session, report, now=now)
        case _:
            pass


def _lock(session: Session, number: int) -> RightsRequest:
    row = session.get_one(RightsRequest, number, with_for_update=True, populate_existing=True)
    if row.closed_at is not None:
        raise Conflict("decided_already", CLOSED)
    return row


def _needed(text: str) -> str:
    if not text:
        raise Rejection("text_missing", N_("Please write a text."), field="text")
    return text
