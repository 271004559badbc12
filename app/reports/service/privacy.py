"""What a reporter takes back from others: publication, consents, the whole of what was said.

1. `keep_private` closes words and photos, earlier ones too, and makes the pin the unit's, unless
   the pin is that of somebody who came before. It is never undone: what was once hidden would
   have to be asked for again, and checked again.
2. `end_consent` ends one purpose; a contact that serves no purpose any more is erased.
3. `erase` removes this reporter's words, photos, place, ratings and contact. The ticket stays with
   what is public of it, and so do the reports of others. Work that has not begun is withdrawn.
4. What was split off of a report is the same person's words: closed and erased with it.
5. Doing any of it twice does no harm.
6. Staff see a contact only where its owner agreed to questions, or the category asks for one to ask
   by; and never that of what may be a legal complaint or a denunciation. Each look is written down,
   in the audit and in the ticket's history, with its reason.
"""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.accounts.audit import TICKET_CONTACT, note_look
from app.accounts.contacts import OpenContact, consents_of, open_contact, withdraw_consent
from app.accounts.models import Contact
from app.accounts.reach.contact_policy import OPTIONAL
from app.catalog.models import Category
from app.catalog.queries import profile
from app.core import erased
from app.core.actor import Actor
from app.core.errors import Conflict
from app.core.words.i18n import N_
from app.core.words.masking import mask
from app.media.service import erase as erase_photo
from app.reports.models import Rating, Report, ReportPhoto
from app.reports.queries import parts_of, reports_of
from app.reports.service.additions import end_contact, is_reached
from app.reports.service.voice import withdraw
from app.tickets.facts import Verb
from app.tickets.models import EventText, Ticket
from app.tickets.queries import OPEN_STATUSES, by_reference, gathered, lock
from app.tickets.schemas import Command
from app.tickets.service import make_coarse, note_contact, perform, suggesting


def keep_private(session: Session, report: Report, *, now: datetime) -> None:
    """Close this reporter's words and photos to the public, at once."""
    session.refresh(report, with_for_update=True)
    report.do_not_publish = True
    report.public_text = report.public_address = None
    own = EventText.report_id == report.id
    session.execute(update(EventText).where(own).values(public_body=None))
    ticket = lock(session, report.ticket_id)
    suggesting.close_words(session, ticket.id)
    if not report.joined:
        make_coarse(session, ticket)
    _changed(ticket, now)
    erased.note(session, erased.PRIVATE, report.id, report.idempotency_key, now=now)
    session.flush()
    for part in parts_of(session, report):
        if not part.do_not_publish:
            keep_private(session, part, now=now)


def end_consent(session: Session, report: Report, purpose: str, *, now: datetime) -> None:
    """End one purpose of the reporter's contact; the proof of the time before stays."""
    session.refresh(report, with_for_update=True)
    contact = session.get(Contact, report.contact_id) if report.contact_id is not None else None
    if contact is None:
        return
    withdraw_consent(session, contact, purpose, now=now)
    left = consents_of(session, contact)
    if not left:
        end_contact(session, report, now=now)
    elif purpose == "updates":
        note_contact(session, report.ticket_id, reachable=is_reached(session, report.ticket_id))


def erase(session: Session, report: Report, *, now: datetime) -> None:
    """Remove what this reporter said and who it was (rule 3)."""
    session.refresh(report, with_for_update=True)
    if report.erased_at is not None:
        return
    end_contact(session, report, now=now)
    _leave(session, report, now)
    _erase_words(session, report, now)
    session.execute(delete(Rating).where(Rating.report_id == report.id))
    attached = session.scalars(select(ReportPhoto).where(ReportPhoto.report_id == report.id)).all()
    for link in attached:
        session.delete(link)
        session.flush()
        erase_photo(session, link.photo_id)
    report.place = report.accuracy_m = report.device_hash = None
    report.erased_at = now
    ticket = lock(session, report.ticket_id)
    forget_place(session, ticket)
    _changed(ticket, now)
    erased.note(session, erased.REPORT, report.id, report.idempotency_key, now=now)
    session.flush()
    for part in parts_of(session, report):
        erase(session, part, now=now)


def erase_originals(session: Session, report: Report, *, now: datetime) -> None:
    """Empty what was written, in later events too; the copies that are public stay."""
    report.text = report.address = None
    report.answers = {}
    own = EventText.report_id == report.id
    session.execute(update(EventText).where(own).values(body=None, erased_at=now))
    suggesting.erase_originals(session, report.ticket_id)


def _erase_words(session: Session, report: Report, now: datetime) -> None:
    erase_originals(session, report, now=now)
    report.public_text = report.public_address = None
    own = EventText.report_id == report.id
    session.execute(update(EventText).where(own).values(public_body=None))
    suggesting.erase_words(session, report.ticket_id, now)


def forget_place(session: Session, ticket: Ticket) -> None:
    """Forget the exact place of ended work if it was never public and nobody's report is left."""
    category = session.get_one(Category, ticket.category_code)
    exact = category.public_detail == "full" and not ticket.coarse and not ticket.private
    left = select(Report.id).where(Report.ticket_id == ticket.id, Report.erased_at.is_(None))
    if exact or ticket.status in OPEN_STATUSES or session.scalar(left.limit(1)) is not None:
        return
    ticket.place = ticket.accuracy_m = None


def _leave(session: Session, report: Report, now: datetime) -> None:
    """Withdraw; where work has begun, it goes on without this reporter."""
    if report.withdrawn_at is not None:
        return
    try:
        withdraw(session, report, now=now)
    except Conflict:
        report.withdrawn_at = now


def contacts_for_questions(session: Session, ticket: Ticket) -> list[Contact]:
    """Return the contacts that somebody with the right may see (rule 6)."""
    if ticket.legal_kind is not None:
        return []
    found = []
    for report in reports_of(session, *gathered(session, ticket)):
        contact = session.get(Contact, report.contact_id) if report.contact_id else None
        if contact is None or contact.erased_at is not None:
            continue
        asked = session.get_one(Category, report.category_code).contact_policy != OPTIONAL
        if asked or "questions" in consents_of(session, contact):
            found.append(contact)
    return found


def see_contacts(
    session: Session, reference: str, reason: str, *, actor: Actor, now: datetime
) -> list[OpenContact]:
    """Open them for somebody who may see them, and write that down. Raises NotFound, Conflict."""
    ticket = by_reference(session, reference)
    said = mask(reason, region=profile(session).phone_region)
    command = Command(
        reference=ticket.reference,
        verb=Verb.SEE_CONTACT.value,
        expected_version=lock(session, ticket.id).row_version,
        text=said,
    )
    ticket = perform(session, command, actor=actor, now=now)
    found = contacts_for_questions(session, ticket)
    if not found:
        raise Conflict("no_contact", N_("Nobody left a contact for questions here."))
    note_look(session, TICKET_CONTACT, ticket.reference, actor=actor, now=now, reason=said)
    return [open_contact(contact) for contact in found]


def _changed(ticket: Ticket, now: datetime) -> None:
    ticket.row_version += 1
    ticket.updated_at = now
