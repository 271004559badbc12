"""What residents wrote and photographed, as staff see it: the original and the public copy.

1. Who may open the ticket reads the original text; contacts are never read here.
2. A photo's address is signed for this account and ends after minutes.
3. A photo that the worker has not prepared yet is announced, not shown.
4. A photo of the work that does not fit to the ticket says so; it stops nothing.
5. What was merged into a ticket is read, and checked, where the work goes on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Account
from app.catalog.models import Category
from app.core.actor import Actor
from app.core.installation import settings
from app.core.words.i18n import N_, pick, translate
from app.media.models import Document, Photo
from app.media.queries import by_ids
from app.media.serving import signed
from app.reports.models import Report
from app.reports.queries import photos_of, reports_of
from app.reports.service import waiting_parts
from app.reports.signals import SIGNALS
from app.tickets.models import EventText, OfficialReply, Ticket, TicketEvent
from app.tickets.queries import gathered, photo_ids_of
from app.tickets.service.proving.doubting import doubts_of
from app.tickets.words import DOUBTS
from app.tickets.words.names import Names
from app.tickets.words.timeline import RESIDENTS

YES_NO = {"yes": N_("Yes"), "no": N_("No")}
NOT_ANSWERED = N_("not answered")


@dataclass(frozen=True)
class Answered:
    """A question of the category with what was answered."""

    question: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class ReportShown:
    """One sending. `public_text`: the masked copy. part: its number, if it is judged by itself."""

    id: int
    text: str
    public_text: str
    address: str
    public_address: str
    received_at: datetime
    urgent: bool
    do_not_publish: bool
    signals: tuple[str, ...]
    about: str
    answers: tuple[Answered, ...]
    part: int = 0


@dataclass(frozen=True, kw_only=True)
class PhotoShown:
    """A photo with signed addresses; empty ones where there is nothing to see (yet)."""

    id: UUID
    small: str
    large: str
    state: str
    doubts: tuple[str, ...] = ()


def reports_shown(session: Session, ticket: Ticket, there: Sequence[int] = ()) -> list[ReportShown]:
    """Return what was sent, first one first. there: the tickets gathered in it, if known."""
    names, parts = Names.load(session), waiting_parts(session, ticket)
    return [
        ReportShown(
            id=report.id,
            text=report.text or "",
            public_text=report.public_text or "",
            address=report.address or "",
            public_address=report.public_address or "",
            received_at=report.received_at,
            urgent=report.urgent_claim,
            do_not_publish=report.do_not_publish,
            signals=tuple(translate(SIGNALS[signal]) for signal in report.signals),
            about=names.agency(report.about_agency_code),
            answers=_answers(session, report),
            part=parts.get(report.id, 0),
        )
        for report in reports_of(session, *(there or gathered(session, ticket)))
    ]


def later_words(session: Session, ticket: Ticket) -> list[tuple[str, str]]:
    """Return (text, its masked copy) of what residents wrote after their reports."""
    query = (
        select(EventText.body, EventText.public_body)
        .join(TicketEvent, TicketEvent.id == EventText.event_id)
        .where(TicketEvent.ticket_id == ticket.id, TicketEvent.actor_role.in_(RESIDENTS))
        .order_by(TicketEvent.seq)
    )
    return [(body or "", copy or "") for body, copy in session.execute(query)]


def _answers(session: Session, report: Report) -> tuple[Answered, ...]:
    category = session.get_one(Category, report.category_code)
    return tuple(
        Answered(pick(question["names"]), _words(question, report.answers[question["code"]]))
        if question["code"] in report.answers
        else Answered(pick(question["names"]), translate(NOT_ANSWERED))
        for question in category.questions
    )


def _words(question: Mapping[str, Any], answer: Any) -> str:  # noqa: ANN401 - JSON
    options = {option["code"]: pick(option["names"]) for option in question.get("options", ())}
    given = answer if isinstance(answer, list) else [answer]
    if question["type"] == "yes_no":
        return ", ".join(translate(YES_NO.get(str(one), str(one))) for one in given)
    return ", ".join(options.get(str(one), str(one)) for one in given)


@dataclass(frozen=True, kw_only=True)
class ReplyShown:
    """A version of the official reply. state: shown, waits, hidden or former."""

    reply: OfficialReply
    state: str
    size: int
    pages: int
    filed_by: str
    shown_by: str


def official_replies(session: Session, ticket: Ticket) -> list[ReplyShown]:
    """Return every version, the latest first, in one statement."""
    filed, shown = aliased(Account), aliased(Account)
    query = (
        select(OfficialReply, Document, filed.full_name, shown.full_name)
        .join(Document, Document.id == OfficialReply.document_id)
        .outerjoin(filed, filed.id == OfficialReply.filed_by)
        .outerjoin(shown, shown.id == OfficialReply.shown_by)
        .where(OfficialReply.ticket_id == ticket.id)
        .order_by(OfficialReply.version.desc())
    )
    rows = list(session.execute(query))
    public = next((reply.version for reply, *_ in rows if reply.confirmed), 0)
    latest = rows[0][0].version if rows else 0
    return [
        ReplyShown(
            reply=reply,
            state=_reply_state(reply, public=public, latest=latest),
            size=document.bytes_out,
            pages=document.pages,
            filed_by=filer or "",
            shown_by=shower or "",
        )
        for reply, document, filer, shower in rows
    ]


def _reply_state(reply: OfficialReply, *, public: int, latest: int) -> str:
    if reply.version == public:
        return "shown"
    if reply.version < latest:
        return "former"
    return "waits" if reply.shown_at is None else "hidden"


def report_photos(
    session: Session, ticket: Ticket, actor: Actor, now: datetime, there: Sequence[int] = ()
) -> list[PhotoShown]:
    """Return the reporters' photos. there: as for `reports_shown`."""
    return _shown(photos_of(session, *(there or gathered(session, ticket))), actor, now)


def work_photos(session: Session, ticket: Ticket, actor: Actor, now: datetime) -> list[PhotoShown]:
    """Return the agency's photos."""
    ids = [attached.photo_id for attached in photo_ids_of(session, ticket.id)]
    return proof_photos(session, ticket, ids, actor, now)


def proof_photos(
    session: Session, ticket: Ticket, ids: list[UUID], actor: Actor, now: datetime
) -> list[PhotoShown]:
    """Return photos of the work with what does not fit to the ticket, for a second person."""
    known = by_ids(session, ids)
    photos = [known[number] for number in ids if number in known]
    if not photos:
        return []
    wrong, shown = doubts_of(session, ticket, photos), _shown(photos, actor, now)
    return [
        replace(entry, doubts=tuple(translate(DOUBTS[code]) for code in wrong.get(photo.id, ())))
        for photo, entry in zip(photos, shown, strict=True)
    ]


def photos_by_id(
    session: Session, ids: list[UUID], actor: Actor, now: datetime
) -> list[PhotoShown]:
    """Return photos in the order of their ids."""
    known = by_ids(session, ids)
    return _shown([known[number] for number in ids if number in known], actor, now)


def _shown(photos: Sequence[Photo], actor: Actor, now: datetime) -> list[PhotoShown]:
    return [
        PhotoShown(
            id=photo.id,
            small=_address(photo.id, "medium", actor, now) if photo.state == "ready" else "",
            large=_address(photo.id, "large", actor, now) if photo.state == "ready" else "",
            state="hidden" if photo.hidden_code else photo.state,
        )
        for photo in photos
    ]


def audience(actor: Actor) -> str:
    """Return for whom a photo's address is signed."""
    return f"account:{actor.account_id}"


def _address(photo_id: UUID, variant: str, actor: Actor, now: datetime) -> str:
    path = url_for("desk.photo", photo=photo_id, variant=variant)
    key = settings().secrets.secret_key
    return signed(path, key=key, now=now, audience=audience(actor))
