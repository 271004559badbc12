"""Reads of reports."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Contact
from app.catalog.queries import offered, profile
from app.core.crypto import normal_reference
from app.core.errors import NotFound
from app.core.words.i18n import N_
from app.media.models import Photo
from app.media.waiting import WAIT
from app.reports.links import same, short_code, signature_of
from app.reports.models import Report, ReportDraft, ReportPhoto
from app.tickets.facts import Role, Verb
from app.tickets.models import Ticket, TicketEvent
from app.tickets.tables import SUGGESTION

MAX_REPORTS_SHOWN = 50


def by_signature(session: Session, reference: str, signature: str) -> Report:
    """Return the report whose follow link this is. Raises NotFound for anything else."""
    code = normal_reference(reference, profile(session).reference_prefix)
    # Many may have joined: of the others no more is read than their signatures are made of.
    signed = (
        select(Report.id, Report.follow_version)
        .join(Ticket, Ticket.id == Report.ticket_id)
        .where(Ticket.reference == code)
        .order_by(Report.id)
    )
    for number, version in session.execute(signed):
        if same(signature_of(number, version), signature):
            return session.get_one(Report, number)
    raise NotFound("unknown_link", N_("This link is not valid, or not any more."))


def by_short_code(session: Session, code: str, purpose: str) -> Report:
    """Return the report of a short code. Raises NotFound for anything else."""
    number = code.partition(".")[0]
    report = None
    if number.isascii() and number.isdecimal() and len(number) < 19:
        report = session.get(Report, int(number))
    if report is None or not same(short_code(report, purpose), code):
        raise NotFound("unknown_link", N_("This link is not valid, or not any more."))
    return report


def has_reports(session: Session, key: bytes) -> bool:
    """Tell whether somebody has left this address with a report."""
    return session.scalar(select(_with_contact([key]).exists())) or False


def reports_with(session: Session, keys: Collection[bytes]) -> list[tuple[Report, Ticket]]:
    """Return the reports with which these addresses were left, the newest first."""
    query = (
        select(Report, Ticket)
        .join(Ticket, Ticket.id == Report.ticket_id)
        .join(Contact, Contact.id == Report.contact_id)
        .where(_has_key(keys))
        .order_by(Report.received_at.desc(), Report.id.desc())
        .limit(MAX_REPORTS_SHOWN)
    )
    return [(report, ticket) for report, ticket in session.execute(query)]


def _with_contact(keys: Collection[bytes]) -> Select[int]:
    return select(Report.id).join(Contact, Contact.id == Report.contact_id).where(_has_key(keys))


def _has_key(keys: Collection[bytes]) -> ColumnElement[bool]:
    return or_(Contact.email_key.in_(keys), Contact.phone_key.in_(keys))


def reports_of(session: Session, *ticket_ids: int) -> list[Report]:
    """Return the reports of tickets, first one first."""
    query = (
        select(Report)
        .where(Report.ticket_id.in_(ticket_ids), Report.withdrawn_at.is_(None))
        .order_by(Report.id)
        .limit(MAX_REPORTS_SHOWN)
    )
    return list(session.scalars(query))


def parts_of(session: Session, report: Report) -> list[Report]:
    """Return where the same words stand in other tickets: split off, or split off from."""
    same = [Report.split_from_id == report.id]
    if report.split_from_id is not None:
        same.append(Report.id == report.split_from_id)
        same.append(Report.split_from_id == report.split_from_id)
    query = select(Report).where(or_(*same), Report.id != report.id).order_by(Report.id)
    return list(session.scalars(query))


def speaks_as(session: Session, report: Report) -> Role:
    """Return as whom somebody speaks: the reporter is the first who is still there."""
    query = select(func.min(Report.id)).where(
        Report.ticket_id == report.ticket_id, Report.withdrawn_at.is_(None)
    )
    return Role.REPORTER if session.scalar(query) == report.id else Role.JOINED_REPORTER


def public_words(session: Session, ticket: Ticket) -> dict[int, str]:
    """Return {number of the report in its ticket: its checked words as everybody reads them}.

    Nothing of a suggestion: its author may have written other words since.
    """
    if ticket.private or ticket.content != "published" or ticket.kind == SUGGESTION:
        return {}
    its = Report.ticket_id == ticket.id
    counted = (
        select(Report.id, func.row_number().over(order_by=Report.id).label("number"))
        .where(its)
        .subquery()
    )
    query = (
        select(counted.c.number, Report.public_text)
        .join(counted, counted.c.id == Report.id)
        .join(Ticket, Ticket.id == Report.ticket_id)
        .where(its, Report.withdrawn_at.is_(None), Report.hidden_code.is_(None))
        .where(~Report.do_not_publish, was_checked(Report))
        .where(Report.public_text.is_not(None), Report.public_text != "")
        .order_by(Report.id)
        .limit(MAX_REPORTS_SHOWN)
    )
    return {number: text for number, text in session.execute(query) if text}


def sure_texts(session: Session) -> Iterator[tuple[str, str, str]]:
    """Return (public words, category, language) where somebody has said what the words are about.

    That is: an officer put the category right, or a reporter confirmed the outcome of its work.
    Only what everybody may read is returned, a few rows at a time, and of no category that only an
    answer leads to: such a one is never suggested.
    """
    corrected = exists().where(
        TicketEvent.ticket_id == Ticket.id,
        TicketEvent.kind == Verb.CORRECT,
        TicketEvent.params.has_key("category"),
    )
    query = (
        select(Report.public_text, Ticket.category_code, Report.lang)
        .join(Ticket, Ticket.id == Report.ticket_id)
        .where(~Ticket.private, ~Ticket.sample, Ticket.content == "published")
        .where(Report.withdrawn_at.is_(None), Report.hidden_code.is_(None))
        .where(~Report.do_not_publish, was_checked(Report))
        .where(Report.public_text.is_not(None), Report.public_text != "")
        .where(or_(corrected, Ticket.confirmed))
        .where(Ticket.category_code.in_([row.code for row in offered(session)]))
        .order_by(Report.id)
        .execution_options(yield_per=500)
    )
    for text, category, lang in session.execute(query):
        if text:
            yield text, category, lang


def public_photos(session: Session, ticket: Ticket) -> list[Photo]:
    """Return the reporters' photos that everybody may see."""
    if ticket.private or ticket.content != "published":
        return []
    return [
        photo
        for photo in publishable_photos(session, ticket.id)
        if photo.state == "ready" and photo.hidden_code is None
    ]


def photos_of(session: Session, *ticket_ids: int) -> list[Photo]:
    """Return the reporters' photos of tickets in their order."""
    return list(session.scalars(_photos(ticket_ids)))


def publishable_photos(session: Session, ticket_id: int) -> list[Photo]:
    """Return those that were checked and whose senders did not ask to keep them to themselves."""
    query = _photos([ticket_id]).join(Ticket, Ticket.id == Report.ticket_id)
    checked = query.where(~Report.do_not_publish, was_checked(ReportPhoto))
    return list(session.scalars(checked))


def was_checked(table: type[Report] | type[ReportPhoto]) -> ColumnElement[bool]:
    """Return the SQL for: if it joined later, somebody has looked at it."""
    with_the_ticket = table.since_version <= Ticket.checked_version
    if table is ReportPhoto:
        return with_the_ticket
    return or_(with_the_ticket, Report.part_checked_at.is_not(None))


def _photos(ticket_ids: Collection[int]) -> Select[Photo]:
    return (
        select(Photo)
        .join(ReportPhoto, ReportPhoto.photo_id == Photo.id)
        .join(Report, Report.id == ReportPhoto.report_id)
        .where(Report.ticket_id.in_(ticket_ids), Report.withdrawn_at.is_(None))
        .order_by(Report.id, ReportPhoto.position)
    )


def photos_of_report(session: Session, report_id: int) -> list[Photo]:
    """Return the photos of one report in its order."""
    query = (
        select(Photo)
        .join(ReportPhoto, ReportPhoto.photo_id == Photo.id)
        .where(ReportPhoto.report_id == report_id)
        .order_by(ReportPhoto.position)
    )
    return list(session.scalars(query))


def photo_keys(session: Session, report_id: int) -> list[UUID]:
    """Return the senders' own uuids of a report's photos, in its order."""
    query = (
        select(ReportPhoto.client_uuid)
        .where(ReportPhoto.report_id == report_id)
        .order_by(ReportPhoto.position)
    )
    return list(session.scalars(query))


def draft(session: Session, key: UUID, *, now: datetime) -> dict[str, Any] | None:
    """Return what was typed under a form's key so far, or None where nothing is kept."""
    query = select(ReportDraft.body).where(ReportDraft.key == key)
    return session.scalar(query.where(ReportDraft.created_at > now - WAIT))


def by_key(session: Session, key: UUID) -> Report | None:
    """Return the report that was sent under a key, which only its sender knows."""
    return session.scalar(select(Report).where(Report.idempotency_key == key))
