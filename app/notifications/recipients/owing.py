"""What is owed to who follows: the question whether they asked, news of tickets, news of notices.

1. News of a ticket come with its events; somebody who reported it hears of it as its reporter, and
   an address that follows two tickets which became one gets one message. Of a suggestion that went
   on as another its followers hear that, and no more: they never supported the other.
2. News of notices are a scan: what each follower was told last is compared with what holds. So a
   date that was moved twice meanwhile is one message, and running it twice writes nothing twice.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Consent, Contact
from app.accounts.reach.ways import EMAIL, ways, ways_to
from app.core.work.jobs import JobName, hint
from app.following.models import Follower
from app.notices.models import Notice
from app.notices.queries import is_in_force, over_by
from app.notifications import plan
from app.notifications.models import Delivery
from app.notifications.plan import Template
from app.notifications.queries import CONSENT, EventRow
from app.reports.models import Report
from app.tickets.models import Ticket
from app.tickets.tables import SUGGESTION

Wanted = tuple[int, str, str, Template, str | None]


def ask_owner(session: Session, follower: Follower, *, now: datetime) -> None:
    """Owe the one message that asks the address's owner whether it was them."""
    _owe(session, follower, EMAIL, Template.FOLLOW_LINK, now)
    hint(session, JobName.SEND_PENDING)


def _owe(session: Session, follower: Follower, way: str, template: Template, now: datetime) -> None:
    row: dict[str, Any] = {
        "event_id": None,
        "recipient": f"follower:{follower.id}",
        "channel": way,
        "template": template.value,
        "once": template.value if template is Template.FOLLOW_LINK else None,
        "params": {},
        "state": "pending",
        "created_at": now,
        "next_attempt_at": now,
    }
    session.execute(insert(Delivery).values(row).on_conflict_do_nothing())


def to_followers(session: Session, events: Iterable[EventRow], day: date) -> Iterable[Wanted]:
    """Return what followers are told of events."""
    told = [(event, plan.for_follower(event.happened)) for event in events]
    concerned = {event.ticket_id for event, template in told if template}
    found = reachable_followers(session, concerned) if concerned else {}
    for event, template in told:
        if template:
            once = plan.once(template, day, event.happened.lives)
            for number, way in found.get(event.ticket_id, ()):
                yield event.id, f"follower:{number}", way, template, once


def reachable_followers(
    session: Session, ticket_ids: Collection[int]
) -> dict[int, list[tuple[int, str]]]:
    """Return {ticket: (follower, way)}, also of those that were merged into it (rule 1)."""
    parts = (
        select(Ticket.id.label("ticket_id"), Ticket.id.label("part_id"))
        .where(Ticket.id.in_(ticket_ids))
        .cte("parts", recursive=True)
    )
    parts = parts.union(
        select(parts.c.ticket_id, Ticket.id).where(
            Ticket.merged_into_id == parts.c.part_id, Ticket.kind != SUGGESTION
        )
    )
    its, key = aliased(parts), Follower.address_key
    its_address = or_(Contact.email_key == key, Contact.phone_key == key)
    reporter = (
        select(Report.id)
        .join(its, its.c.part_id == Report.ticket_id)
        .join(Contact, Contact.id == Report.contact_id)
        .join(Consent, Consent.contact_id == Contact.id)
        .where(its.c.ticket_id == parts.c.ticket_id, its_address)
        .where(Report.withdrawn_at.is_(None))
        .where(Consent.purpose == CONSENT, Consent.withdrawn_at.is_(None))
    )
    query = (
        select(
            parts.c.ticket_id,
            Follower.id,
            Contact.email_enc.is_not(None),
            Contact.phone_enc.is_not(None),
            Contact.push_enc.is_not(None),
        )
        .join(Follower, Follower.ticket_id == parts.c.part_id)
        .join(Contact, Contact.id == Follower.contact_id)
        .where(Follower.confirmed_at.is_not(None), Follower.ended_at.is_(None), ~exists(reporter))
        .order_by(parts.c.ticket_id, Follower.address_key, Follower.id)
        .ext(distinct_on(parts.c.ticket_id, Follower.address_key))
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for ticket_id, number, email, phone, push in session.execute(query):
        if there := ways(email=email, phone=phone, push=push):
            found.setdefault(ticket_id, []).append((number, there[0]))
    return found


def tell_of_notices(session: Session, *, now: datetime, limit: int = 200) -> int:
    """Owe what followers of notices do not know yet; return how many messages (rule 2)."""
    rows = session.execute(_untold(now).limit(limit)).all()
    for follower, notice, contact in rows:
        over = not is_in_force(notice, now)
        follower.known_end = notice.expected_end
        follower.told_over_at = now if over else None
        if there := ways_to(contact):
            template = Template.NOTICE_OVER if over else Template.NOTICE_MOVED
            _owe(session, follower, there[0], template, now)
    session.flush()
    if rows:
        hint(session, JobName.SEND_PENDING)
    return len(rows)


def _untold(now: datetime) -> Select[Follower, Notice, Contact]:
    return (
        select(Follower, Notice, Contact)
        .join(Notice, Notice.id == Follower.notice_id)
        .join(Contact, Contact.id == Follower.contact_id)
        .where(Follower.confirmed_at.is_not(None), Follower.ended_at.is_(None))
        .where(Follower.told_over_at.is_(None))
        .where(or_(over_by(now), Notice.expected_end != Follower.known_end))
        .order_by(Follower.id)
        .with_for_update(of=Follower, skip_locked=True)
        .execution_options(populate_existing=True)
    )
