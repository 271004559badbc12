"""The one reminder: of a question without an answer, or of a result without a word about it.

1. It comes a day before the wait for an answer ends, or two days before a result is closed.
2. Each reporter gets one, ever; who joined with another report is not asked and gets none.
3. It is a scan of waiting tickets: running it twice or late writes nothing twice.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, cast, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Consent, Contact
from app.accounts.reach.ways import ways
from app.core.work.jobs import JobName, hint
from app.notifications.models import Delivery
from app.notifications.plan import ONCE, Template
from app.notifications.queries import CONSENT
from app.reports.models import Report
from app.tickets.facts import Status
from app.tickets.models import Ticket
from app.tickets.problem_table.guards import REPORTER_PAUSE, REST

BEFORE_THE_WAIT_ENDS = timedelta(days=1)
BEFORE_IT_IS_CLOSED = timedelta(days=2)
# Who was asked or answered a moment ago needs no reminder yet.
AT_REST = timedelta(hours=12)


def remind(session: Session, *, now: datetime, limit: int = 200) -> int:
    """Owe the reminders that are due; return how many."""
    recipient = literal("report:") + cast(Report.id, String)
    query = (
        select(
            recipient,
            Contact.email_enc.is_not(None),
            Contact.phone_enc.is_not(None),
            Contact.push_enc.is_not(None),
        )
        .select_from(Ticket)
        .join(Report, Report.ticket_id == Ticket.id)
        .join(Contact, Contact.id == Report.contact_id)
        .where(
            or_(_answer_missing(now), _word_missing(now)),
            Ticket.updated_at < now - AT_REST,
            ~Ticket.sample,
            Report.withdrawn_at.is_(None),
            Report.since_version == 0,
            Contact.erased_at.is_(None),
            _agreed(),
            ~_reminded(recipient),
        )
        .limit(limit)
    )
    rows = [
        _row(to, there[0], now)
        for to, email, phone, push in session.execute(query)
        if (there := ways(email=email, phone=phone, push=push))
    ]
    if rows:
        session.execute(insert(Delivery).on_conflict_do_nothing(), rows)
        hint(session, JobName.SEND_PENDING)
    return len(rows)


def _answer_missing(now: datetime) -> ColumnElement[bool]:
    return and_(
        Ticket.status == Status.WAITING,
        Ticket.pause_code == REPORTER_PAUSE,
        Ticket.paused_until > now,
        Ticket.paused_until <= now + BEFORE_THE_WAIT_ENDS,
    )


def _word_missing(now: datetime) -> ColumnElement[bool]:
    return and_(
        Ticket.status == Status.RESOLVED,
        ~Ticket.disputed_outcome,
        Ticket.outcome_at <= now - REST + BEFORE_IT_IS_CLOSED,
        Ticket.outcome_at > now - REST,
    )


def _agreed() -> ColumnElement[bool]:
    return (
        select(Consent.id)
        .where(
            Consent.contact_id == Contact.id,
            Consent.purpose == CONSENT,
            Consent.withdrawn_at.is_(None),
        )
        .exists()
    )


def _reminded(recipient: ColumnElement[str]) -> ColumnElement[bool]:
    word = ONCE[Template.REMINDER]
    return (
        select(Delivery.id).where(Delivery.recipient == recipient, Delivery.once == word).exists()
    )


def _row(recipient: str, way: str, now: datetime) -> dict[str, object]:
    return {
        "event_id": None,
        "recipient": recipient,
        "channel": way,
        "template": Template.REMINDER.value,
        "once": ONCE[Template.REMINDER],
        "params": {},
        "state": "pending",
        "created_at": now,
        "next_attempt_at": now,
    }
