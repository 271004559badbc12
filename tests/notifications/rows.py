"""Tickets, events and reports as rows: messages depend on what is stored, not on who stored it."""

import itertools
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.contacts import store_contact
from app.accounts.models import Account
from app.accounts.schemas import ContactInput
from app.agencies.models import Agency
from app.catalog.models import Category
from app.core.db import transaction
from app.core.work.outbox import Consumer, publish
from app.notifications import service
from app.notifications.models import Delivery
from app.reports.models import Report
from app.tickets.models import EventText, Ticket, TicketEvent

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def agency(session: Session, email: str | None = "office@agency.example") -> Agency:
    """Some agency that is not the coordinator."""
    found = session.scalars(
        select(Agency).where(Agency.duty.is_(None)).order_by(Agency.code).limit(1)
    ).one()
    found.email = email
    session.flush()
    return found


def coordinator(session: Session, email: str | None = "desk@coordinator.example") -> Agency:
    found = session.scalars(select(Agency).where(Agency.duty == "coordinator")).one()
    found.email = email
    session.flush()
    return found


def ticket(session: Session, owner: Agency | None = None, **values: Any) -> Ticket:
    category = session.scalars(select(Category).order_by(Category.code).limit(1)).one()
    row = Ticket(
        **{
            "reference": f"ZZ-26-TEST{next(_numbers):04d}",
            "status": "assigned",
            "content": "pending",
            "category_code": category.code,
            "severity_code": category.severity_code,
            "agency_code": owner.code if owner else None,
            "received_at": NOW,
            "updated_at": NOW,
            "first_reply_due_at": NOW + timedelta(hours=8),
            "outcome_due_at": NOW + timedelta(days=3),
            "private": False,
            "sample": False,
            **values,
        }
    )
    session.add(row)
    session.flush()
    return row


def report(
    session: Session,
    of: Ticket,
    email: str = "reporter@people.example",
    consent: tuple[str, ...] = ("updates",),
    lang: str = "en",
    **values: Any,
) -> Report:
    contact = store_contact(
        session,
        ContactInput(name="Nguyễn Thị Hoa", email=email, phone="0912345678", consent=consent),
        lang=lang,
        channel="web",
        now=NOW,
    )
    row = Report(
        **{
            "ticket_id": of.id,
            "idempotency_key": uuid.uuid4(),
            "body_hash": b"",
            "channel": "web",
            "lang": lang,
            "received_at": NOW,
            "category_code": of.category_code,
            "text": "PRIVATE-TEXT-MARKER",
            "answers": {},
            "contact_id": contact.id,
            **values,
        }
    )
    session.add(row)
    session.flush()
    return row


def event(
    session: Session, of: Ticket, kind: str, text: str | None = None, **params: Any
) -> TicketEvent:
    of.events_count = (of.events_count or 0) + 1
    row = TicketEvent(
        ticket_id=of.id,
        seq=of.events_count,
        kind=kind,
        public=True,
        actor_role="system",
        from_status=None,
        to_status=of.status,
        occurred_at=NOW,
        recorded_at=NOW,
        params=params,
    )
    session.add(row)
    session.flush()
    if text is not None:
        session.add(EventText(event_id=row.id, body=text, public_body=text))
        session.flush()
    publish(session, [row.id], [Consumer.NOTIFICATIONS], NOW)
    return row


def account(session: Session, lang: str = "vi") -> Account:
    row = Account(
        email=f"officer{next(_numbers)}@agency.example",
        full_name="Trần Văn Minh",
        lang=lang,
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def fan_out(limit: int = 100) -> int:
    with transaction() as session:
        return service.fan_out_pending(session, now=NOW, limit=limit)


def owed(session: Session) -> list[tuple[str, str]]:
    """(recipient, template) of all deliveries, in order."""
    rows = session.scalars(select(Delivery).order_by(Delivery.id))
    return [(row.recipient, row.template) for row in rows]


def delivery(session: Session, delivery_id: int) -> Delivery:
    return session.get_one(Delivery, delivery_id, populate_existing=True)
