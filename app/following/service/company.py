"""What residents say of a ticket that is not theirs: me too, it is fixed.

1. Only of what everybody can see and what is open; anything else looks like nothing.
2. Each device counts once, however often and however many at once it says so.
"""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.crypto import sign
from app.core.errors import Conflict
from app.core.installation import settings
from app.following.models import FixedClaim, Supporter
from app.reports.models import Report
from app.reports.queries import speaks_as
from app.reports.service import check_joinable
from app.tickets import service as tickets
from app.tickets.facts import Role
from app.tickets.models import Ticket
from app.tickets.problem_table import OPEN
from app.tickets.queries import lock, lock_chain
from app.tickets.words import REFUSALS

RESIDENT = Actor(role=Role.JOINED_REPORTER.value)


def mark_of(ticket: Ticket, device: str) -> str:
    """Return the device's mark at a ticket."""
    return sign(settings().secrets.secret_key, "device", ticket.id, device)


def supports(session: Session, ticket: Ticket, device: str) -> bool:
    """Tell whether a device has said "me too"."""
    return session.get(Supporter, (ticket.id, mark_of(ticket, device))) is not None


def support(session: Session, ticket: Ticket, device: str) -> bool:
    """Count a device as supporter; False if it is one. Raises NotFound, Conflict."""
    check_joinable(session, ticket)
    values = {"ticket_id": ticket.id, "mark": mark_of(ticket, device)}
    added = session.scalar(
        insert(Supporter).values(values).on_conflict_do_nothing().returning(Supporter.ticket_id)
    )
    if added is not None:
        tickets.note_support(session, ticket.id, 1)
    return added is not None


def end_support(session: Session, ticket: Ticket, device: str) -> None:
    """Take "me too" back, or count it as the report that the device has just sent."""
    mine = (Supporter.ticket_id == ticket.id, Supporter.mark == mark_of(ticket, device))
    gone = session.scalar(delete(Supporter).where(*mine).returning(Supporter.ticket_id))
    if gone is not None:
        tickets.note_support(session, ticket.id, -1)


def claim_fixed(session: Session, ticket: Ticket, device: str, *, now: datetime) -> None:
    """Somebody who passes by says that it is fixed. Raises NotFound, Conflict."""
    check_joinable(session, lock(session, ticket.id))
    _claim(session, ticket, mark_of(ticket, device), Role.JOINED_REPORTER, now)


def claim_own_fixed(session: Session, report: Report, *, now: datetime) -> None:
    """Somebody who reported it says that it is fixed. Raises Conflict."""
    session.refresh(report, with_for_update=True)
    chain = lock_chain(session, report.ticket_id)
    own, current = chain[0], chain[-1]
    if report.withdrawn_at is not None or current.status not in OPEN:
        raise Conflict("not_now", REFUSALS["not_now"])
    role = speaks_as(session, report) if current is own else Role.JOINED_REPORTER
    mark = sign(settings().secrets.secret_key, "reporter", report.id)
    _claim(session, current, mark, role, now)


def _claim(session: Session, ticket: Ticket, mark: str, role: Role, now: datetime) -> None:
    """Take one claim down. The ticket is locked before: a row that refers to it locks it, too."""
    added = session.scalar(
        insert(FixedClaim)
        .values(ticket_id=ticket.id, mark=mark)
        .on_conflict_do_nothing()
        .returning(FixedClaim.ticket_id)
    )
    if added is not None:
        tickets.claim_fixed(session, ticket, role, actor=RESIDENT, now=now)
