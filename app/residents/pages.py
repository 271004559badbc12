"""What the residents' pages show, put together for their templates."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.reach.push import offered_key
from app.accounts.schemas import CONSENT_TEXT
from app.catalog.maps import PageMap, ticket_map
from app.catalog.models import Category
from app.catalog.queries import codes, profile
from app.core.errors import NotFound
from app.core.installation import settings
from app.core.words.i18n import N_, pick
from app.media.models import Photo
from app.reports.links import follow_signature
from app.reports.models import Report
from app.reports.nearby import wanted_after
from app.reports.queries import parts_of, photos_of_report, speaks_as
from app.reports.service import may_come_back
from app.residents.similar import Offer, offers
from app.residents.words.last_word import LastWord, last_word
from app.residents.words.ways import news_by
from app.tickets.facts import Role, Status, Verb
from app.tickets.models import OfficialReply, Ticket
from app.tickets.problem_table import UNACCEPTED
from app.tickets.problem_table.guards import UNJUDGED
from app.tickets.queries import OPEN_STATUSES, alive, shown_proof, shown_reply
from app.tickets.service import facts_of, is_asked
from app.tickets.tables import able
from app.tickets.words.timeline import Line, lines
from app.tickets.words.view import TicketView, ticket_view

Pairs = list[tuple[str, str]]
LEGAL_PAGE = "legal-ways"
REPORTERS_ACTS = frozenset(
    {
        Verb.CONFIRM,
        Verb.DISPUTE,
        Verb.RATE,
        Verb.ASK_REOPEN,
        Verb.APPEAL,
        Verb.WITHDRAW,
        Verb.CLAIM_FIXED,
    }
)


def legal_page(session: Session) -> str:
    """Return the slug of the pack's page about legal complaints; empty where there is none."""
    return LEGAL_PAGE if LEGAL_PAGE in profile(session).pages else ""


@dataclass(frozen=True, kw_only=True)
class ReceiptPage:
    """The answer after sending. similar: what others had reported, to join instead."""

    view: TicketView
    reference: str
    signature: str
    follow_url: str
    has_contact: bool
    legal_kind: str | None
    legal_page: str
    news_by: str
    consent_text: str
    similar: list[Offer]


def receipt_page(session: Session, report: Report, signature: str, *, now: datetime) -> ReceiptPage:
    """Return the receipt of a report."""
    ticket = session.get_one(Ticket, report.ticket_id)
    movable = ticket.status in UNACCEPTED and ticket.reports_count == 1 and not report.joined
    wanted = wanted_after(session, report) if movable else None
    return ReceiptPage(
        view=ticket_view(session, ticket, now=now, audience="reporter"),
        reference=ticket.reference,
        signature=signature,
        follow_url=_follow_url(ticket, report),
        has_contact=report.contact_id is not None,
        legal_kind=ticket.legal_kind,
        legal_page=legal_page(session),
        news_by=news_by(),
        consent_text=CONSENT_TEXT,
        similar=offers(session, wanted, now=now) if wanted else [],
    )


def _follow_url(ticket: Ticket, report: Report) -> str:
    return f"{settings().web.base_url}/follow/{ticket.reference}/{follow_signature(report)}"


@dataclass(frozen=True, kw_only=True)
class FollowPage:
    """The reporter's own page. may: the verbs that are possible now. asked: the work waits.

    other: the ticket where the work goes on, as everybody sees it, if the own one was merged.
    parts: (ticket, private link) where the same words go on as well, after a split.
    again: the category of a new report, where the matter came back after it was closed; came_back:
    the public ticket that it came back from.
    """

    view: TicketView
    report: Report
    signature: str
    follow_url: str
    photos: list[Photo]
    proof: list[uuid.UUID]
    reply: tuple[OfficialReply, int] | None
    lines: list[Line]
    parts: list[tuple[TicketView, str]]
    other: TicketView | None
    other_lines: list[Line]
    may: frozenset[str]
    asked: bool
    again: str | None
    came_back: str | None
    may_add_photos: bool
    may_add_words: bool
    legal_kind: str | None
    legal_page: str
    dispute_codes: Pairs
    last_word: LastWord
    push_key: str
    news_by: str
    consent_text: str
    map: PageMap | None


def follow_page(session: Session, report: Report, signature: str, *, now: datetime) -> FollowPage:
    """Return what a reporter sees of the own report."""
    ticket = session.get_one(Ticket, report.ticket_id)
    view = ticket_view(session, ticket, now=now, audience=report.audience)
    current = alive(session, ticket)
    joined = current is not ticket
    role = Role.JOINED_REPORTER if joined else speaks_as(session, report)
    verbs = able(facts_of(session, current, now), role, now)
    window = settings().media.upload_window_h * 3600
    return FollowPage(
        view=view,
        report=report,
        signature=signature,
        follow_url=_follow_url(ticket, report),
        photos=photos_of_report(session, report.id),
        proof=_proof(session, current, joined=joined or report.joined),
        reply=own_reply(session, report),
        lines=lines(session, ticket, audience=report.audience, report=report.id),
        parts=_parts(session, report, now),
        other=ticket_view(session, current, now=now) if joined else None,
        other_lines=lines(session, current) if joined else [],
        may=frozenset(
            verb.value for verb in verbs if verb in REPORTERS_ACTS and report.withdrawn_at is None
        ),
        asked=is_asked(current) and report.withdrawn_at is None,
        again=_again(session, ticket, current),
        came_back=current.reference if may_come_back(session, current) else None,
        may_add_words=report.withdrawn_at is None
        and current.status in OPEN_STATUSES
        and not is_asked(current),
        may_add_photos=report.withdrawn_at is None
        and (now - report.received_at).total_seconds() < window,
        legal_kind=ticket.legal_kind,
        legal_page=legal_page(session),
        push_key=_push_key(report),
        news_by=news_by(),
        consent_text=CONSENT_TEXT,
        dispute_codes=[(row.code, pick(row.names)) for row in codes(session, "dispute")],
        last_word=last_word(session, report, current),
        map=ticket_map(session, view.place, view.map_word or "") if view.place else None,
    )


def own_reply(session: Session, report: Report) -> tuple[OfficialReply, int] | None:
    """Return the official reply, of a private ticket only to its own reporter."""
    ticket = session.get_one(Ticket, report.ticket_id)
    current = alive(session, ticket)
    strange = report.joined or current is not ticket
    return None if strange and current.private else shown_reply(session, current.id)


def _parts(session: Session, report: Report, now: datetime) -> list[tuple[TicketView, str]]:
    found = []
    for part in parts_of(session, report):
        ticket = session.get_one(Ticket, part.ticket_id)
        view = ticket_view(session, ticket, now=now, audience=part.audience)
        found.append((view, _follow_url(ticket, part)))
    return found


def _proof(session: Session, current: Ticket, *, joined: bool) -> list[uuid.UUID]:
    """Return the agency's photos: of a private ticket only to its own reporter."""
    return [] if joined and current.private else shown_proof(session, current.id)


def _push_key(report: Report) -> str:
    """Return our key where this browser may ask for messages, else an empty text."""
    return "" if report.withdrawn_at is not None else offered_key()


def _again(session: Session, ticket: Ticket, current: Ticket) -> str | None:
    if current.status != Status.CLOSED or current.outcome_code in UNJUDGED:
        return None
    chosen = session.get_one(Category, ticket.category_code)
    return chosen.code if chosen.active else None


def check_own_photo(session: Session, report: Report, photo_id: uuid.UUID) -> None:
    """Raises NotFound unless the photo is the reporter's own or the agency's proof."""
    own = {photo.id for photo in photos_of_report(session, report.id)}
    ticket = session.get_one(Ticket, report.ticket_id)
    current = alive(session, ticket)
    proof = set(_proof(session, current, joined=report.joined or current is not ticket))
    if photo_id not in own | proof:
        raise NotFound("unknown_photo", N_("This photo does not exist."))
