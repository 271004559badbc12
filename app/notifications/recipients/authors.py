"""The author of a suggestion, told of another one: it asks to go on as this, or it declines.

1. No event says so: neither is public, nor anybody else's business.
2. Told once for each other suggestion: whoever asks again and again writes one message.
"""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Contact
from app.accounts.reach.ways import ways_to
from app.core.work.jobs import JobName, hint
from app.notifications.models import Delivery
from app.notifications.plan import Template
from app.reports.queries import reports_of
from app.tickets.models import Ticket

OTHER = "other"


def tell_author(
    session: Session, ticket: Ticket, template: Template, about: Ticket, *, now: datetime
) -> None:
    """Owe whoever wrote `ticket` a word about another one, if there is a way to them."""
    for report in reports_of(session, ticket.id)[:1]:
        contact = session.get(Contact, report.contact_id) if report.contact_id else None
        there = ways_to(contact) if contact is not None else ()
        if not there:
            return
        row = {
            "event_id": None,
            "recipient": f"report:{report.id}",
            "channel": there[0],
            "template": template.value,
            "once": f"{template.value} {about.id}",
            "params": {OTHER: about.id},
            "state": "pending",
            "created_at": now,
            "next_attempt_at": now,
        }
        session.execute(insert(Delivery).values(row).on_conflict_do_nothing())
        hint(session, JobName.SEND_PENDING)


def other_of(session: Session, delivery: Delivery, ticket: Ticket) -> Ticket | None:
    """Return the other one that a message speaks of: what it went on as, or who asks."""
    number = delivery.params.get(OTHER) or ticket.merged_into_id
    return session.get(Ticket, number) if number else None
