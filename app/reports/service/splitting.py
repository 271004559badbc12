"""A report that holds two matters: the same words go on in another ticket as well.

1. Nothing is taken away: the report stays where it is, and stands once more in a ticket of its own,
   with its photos, contact and consents. Whoever sent it has a link and all rights in both.
2. Who may do it is the lifecycle's answer, before anything that was typed is judged.
3. What is erased or closed in the one is so in the other: see `reports.queries.parts_of`.
"""

import uuid
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.contacts import copy_contact
from app.accounts.models import Contact
from app.catalog.models import Category
from app.core.actor import Actor
from app.core.errors import Rejection, Rejections
from app.core.installation import settings
from app.core.words.i18n import N_
from app.media.service import copy
from app.reports.models import Report, ReportPhoto
from app.reports.queries import photos_of_report, reports_of
from app.reports.service.additions import is_reached
from app.reports.service.intake import known_category
from app.tickets.facts import Verb
from app.tickets.models import Ticket
from app.tickets.policy import may_see
from app.tickets.queries import by_reference, gathered, lock, point_of, unknown
from app.tickets.schemas import Command
from app.tickets.service import (
    NewTicket,
    note_contact,
    note_origin,
    open_part,
    perform,
    role_for,
)
from app.tickets.words import REFUSALS

_SAID = (
    "body_hash", "channel", "lang", "received_at", "category_code", "text", "public_text",
    "hidden_code", "place", "accuracy_m", "stated_area_code", "address", "public_address",
    "about_agency_code", "answers", "urgent_claim", "do_not_publish",
)  # fmt: skip


def split(session: Session, command: Command, *, actor: Actor, now: datetime) -> Ticket:
    """Let another ticket carry on with a part of a report; return the one that was split.

    Raises NotFound, Conflict (state, version, photo not ready), Rejections.
    """
    ticket = by_reference(session, command.reference)
    if not may_see(session, ticket, actor):
        raise unknown()
    lock(session, ticket.id)
    role = role_for(session, ticket, Verb.SPLIT, actor, now)
    report, category = _asked(session, ticket, command)
    opened = _open(session, ticket, report, category, now)
    named = replace(command, new_reference=opened.reference)
    perform(session, named, actor=actor, now=now)
    note_origin(session, opened, ticket, command, role, actor=actor, now=now)
    return ticket


def _asked(session: Session, ticket: Ticket, command: Command) -> tuple[Report, Category]:
    there = {report.id: report for report in reports_of(session, *gathered(session, ticket))}
    wrong = []
    if not command.category_code:
        missing = N_("Please choose a category.")
        wrong.append(Rejection("category_missing", missing, field="category"))
    if not command.text:
        wrong.append(Rejection("text_missing", REFUSALS["text_missing"], field="text"))
    chosen = command.report_id if len(there) > 1 else next(iter(there), None)
    if chosen not in there:
        other = N_("Please choose which report is to be split.")
        wrong.append(Rejection("unknown_report", other, field="report"))
    if wrong:
        raise Rejections(wrong)
    return there[chosen or 0], known_category(session, command.category_code or "")


def _open(
    session: Session, ticket: Ticket, report: Report, category: Category, now: datetime
) -> Ticket:
    number = session.scalar(select(func.nextval(func.pg_get_serial_sequence("ticket", "id"))))
    said = {name: getattr(report, name) for name in _SAID}
    again = Report(**said, ticket_id=number, idempotency_key=uuid.uuid4(), split_from_id=report.id)
    session.add(again)
    session.flush()
    opened = open_part(session, _part(session, ticket, category, number or 0), now=now)
    for position, photo in enumerate(photos_of_report(session, report.id)):
        if photo.state == "refused":
            continue
        copied = copy(session, photo, now=now)
        session.add(
            ReportPhoto(
                report_id=again.id, client_uuid=copied.id, photo_id=copied.id, position=position
            )
        )
    if report.contact_id is not None:
        contact = session.get_one(Contact, report.contact_id)
        again.contact_id = copy_contact(session, contact).id
    session.flush()
    note_contact(session, opened.id, reachable=is_reached(session, opened.id))
    return opened


def _part(session: Session, ticket: Ticket, category: Category, number: int) -> NewTicket:
    return NewTicket(
        id=number,
        category=category,
        severity=category.severity_code,
        urgent_claim=ticket.urgent_claim,
        place=point_of(session, ticket),
        accuracy_m=ticket.accuracy_m,
        area=ticket.area_code,
        stated_area=ticket.stated_area_code,
        about_agency=ticket.about_agency_code,
        sample=settings().sample_content,
        coarse=ticket.coarse,
        check_first=True,
        legal_kind=ticket.legal_kind,
        split_from=ticket,
    )
