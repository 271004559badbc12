"""What comes after the report: a contact, its end, photos.

Who took a report back adds nothing to it any more, but can still end the news.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import IO
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.contacts import (
    consents_of,
    erase_contact,
    give_consent,
    keep_push,
    store_contact,
    withdraw_consent,
)
from app.accounts.models import Consent, Contact
from app.accounts.reach.phones import e164
from app.accounts.reach.push import Subscription
from app.accounts.reach.ways import PUSH, ways_to
from app.accounts.schemas import ContactInput
from app.catalog.queries import profile
from app.core.errors import Conflict, Gone
from app.core.installation import settings
from app.core.words.i18n import N_
from app.media import waiting
from app.media.models import Photo
from app.media.service import store
from app.reports.models import Report, ReportPhoto
from app.tickets.service import (
    note_contact,
    note_joined_photo,
    note_photo,
    note_prepared,
)
from app.tickets.words import REFUSALS

# A few for each of the disputes that reopen something, beside the photos of the report.
MOST_EVIDENCE = 6
# Of so many somebody can be asked.
MANY_ASKED = 100

UPDATES = "updates"


def add_contact(
    session: Session, report: Report, contact: ContactInput, *, now: datetime, proved: str = ""
) -> None:
    """Keep how to reach the reporter, encrypted, with the proof of each consent.

    proved: the phone that this person has proved, if any.

    It takes the place of an earlier contact, which is erased: also of one that a second click has
    just stored, so that no contact stays behind to which nothing points.
    """
    session.refresh(report, with_for_update=True)
    _check_present(report)
    if contact.phone:
        number = e164(contact.phone, profile(session).phone_region)
        contact = replace(contact, phone=number)
    former = session.get(Contact, report.contact_id) if report.contact_id is not None else None
    if former is not None:
        erase_contact(session, former, now=now)
    stored = store_contact(session, contact, lang=report.lang, channel=report.channel, now=now)
    stored.phone_verified_at = now if proved and contact.phone == proved else None
    report.contact_id = stored.id
    session.flush()
    if ways_to(stored) and UPDATES in contact.consent:
        note_contact(session, report.ticket_id, reachable=True)
    elif former is not None:
        note_contact(session, report.ticket_id, reachable=is_reached(session, report.ticket_id))


def _check_present(report: Report) -> None:
    if report.withdrawn_at is not None:
        raise Conflict("not_now", REFUSALS["not_now"])


def end_contact(session: Session, report: Report, *, now: datetime) -> None:
    """Erase how to reach the reporter: no more news. Doing it twice does no harm."""
    session.refresh(report, with_for_update=True)
    contact = session.get(Contact, report.contact_id) if report.contact_id is not None else None
    if contact is None:
        return
    erase_contact(session, contact, now=now)
    report.contact_id = None
    session.flush()
    note_contact(session, report.ticket_id, reachable=is_reached(session, report.ticket_id))


def is_reached(session: Session, ticket_id: int) -> bool:
    """Tell whether anybody who reported this can still be asked."""
    query = (
        select(Contact)
        .join(Report, Report.contact_id == Contact.id)
        .join(Consent, Consent.contact_id == Contact.id)
        .where(Report.ticket_id == ticket_id, Report.withdrawn_at.is_(None))
        .where(Consent.purpose == "updates", Consent.withdrawn_at.is_(None))
        .limit(MANY_ASKED)
    )
    return any(ways_to(contact) for contact in session.scalars(query))


def add_push(session: Session, report: Report, wanted: Subscription, *, now: datetime) -> None:
    """Send news to this browser from now on: the tap that asked for it is the consent."""
    session.refresh(report, with_for_update=True)
    _check_present(report)
    contact = session.get(Contact, report.contact_id) if report.contact_id is not None else None
    if contact is None:
        contact = store_contact(
            session, ContactInput(), lang=report.lang, channel=report.channel, now=now
        )
        report.contact_id = contact.id
    keep_push(contact, wanted)
    if UPDATES not in consents_of(session, contact):
        give_consent(session, contact, UPDATES, channel=report.channel, by=(PUSH,), now=now)
    session.flush()
    note_contact(session, report.ticket_id, reachable=True)


def stop_news(session: Session, report: Report, *, now: datetime) -> None:
    """End the news, as one click in a message does. The contact stays for what it was given for."""
    session.refresh(report, with_for_update=True)
    contact = session.get(Contact, report.contact_id) if report.contact_id is not None else None
    if contact is None:
        return
    withdraw_consent(session, contact, UPDATES, now=now)
    note_contact(session, report.ticket_id, reachable=is_reached(session, report.ticket_id))


def put_photo(
    session: Session, report: Report, client_uuid: UUID, stream: IO[bytes], *, now: datetime
) -> tuple[ReportPhoto, bool]:
    """Store and attach a photo; the same uuid again is the same photo (second result True).

    Raises Gone after the upload window, Conflict for a withdrawn report, Rejection for too many or
    for what is not a picture, Later when there is no room.
    """
    limits = settings().media
    session.refresh(report, with_for_update=True)
    there = session.get(ReportPhoto, (report.id, client_uuid))
    if there is not None:
        return there, True
    _check_present(report)
    if now > report.received_at + timedelta(hours=limits.upload_window_h):
        raise Gone("too_late", N_("Photos can no longer be added to this report."))
    position = _free_position(session, report, limits.max_files)
    waiting.check_room()
    photo = store(session, stream, now=now)
    return _attach(session, report, photo, client_uuid, position), False


def put_evidence(
    session: Session, report: Report, stream: IO[bytes], *, now: datetime
) -> ReportPhoto:
    """Attach a photo that shows why the reporter disagrees: whenever that is.

    Raises Conflict for a withdrawn report, Rejection for too many or for what is not a picture.
    """
    session.refresh(report, with_for_update=True)
    _check_present(report)
    position = _free_position(session, report, settings().media.max_files + MOST_EVIDENCE)
    waiting.check_room()
    photo = store(session, stream, now=now)
    return _attach(session, report, photo, photo.id, position)


def take_photos(
    session: Session, report: Report, form_key: UUID, wanted: Collection[str], *, now: datetime
) -> None:
    """Attach the wanted photos that waited for the form that has become this report."""
    for photo in waiting.take(session, form_key, wanted, now=now):
        position = _free_position(session, report, settings().media.max_files)
        _attach(session, report, photo, photo.id, position)


def _free_position(session: Session, report: Report, limit: int) -> int:
    """Return where the next photo stands. Raises Rejection when there are enough."""
    query = select(func.count()).select_from(ReportPhoto)
    count = session.scalar(query.where(ReportPhoto.report_id == report.id)) or 0
    if count >= limit:
        raise waiting.too_many(limit)
    return count


def _attach(
    session: Session, report: Report, photo: Photo, client_uuid: UUID, position: int
) -> ReportPhoto:
    note = note_joined_photo if report.joined else note_photo
    since = note(session, report.ticket_id)
    attached = ReportPhoto(
        report_id=report.id,
        client_uuid=client_uuid,
        photo_id=photo.id,
        position=position,
        since_version=since,
    )
    session.add(attached)
    session.flush()
    return attached


def photo_prepared(session: Session, photo_id: UUID) -> None:
    """Note that a photo can be seen now, if it is a reporter's."""
    query = select(Report.ticket_id).join(ReportPhoto, ReportPhoto.report_id == Report.id)
    ticket_id = session.scalar(query.where(ReportPhoto.photo_id == photo_id))
    if ticket_id is not None:
        note_prepared(session, ticket_id)
