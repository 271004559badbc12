"""What the list and a ticket's page show: only what is public.

1. Words and photos of residents: after the human check, never of a private ticket, never of a
   withdrawn report. Photos of the agency's work: unless the ticket is private.
2. A photo that is hidden or not ready is not there.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.reach.push import offered_key
from app.catalog.maps import PageMap, ticket_map
from app.core.errors import NotFound
from app.core.words.i18n import N_
from app.following.service import may_be_followed, supports
from app.media.documents.service import NO_DOCUMENT
from app.public_map import queries
from app.public_map.schemas import Cursor
from app.reports.queries import public_photos, public_words, reports_of
from app.reports.service import may_be_joined, may_come_back
from app.tickets.listed import Filters
from app.tickets.models import OfficialReply, Ticket
from app.tickets.queries import OPEN_STATUSES, cooperations_of, shown_proof, shown_reply
from app.tickets.words.names import Names
from app.tickets.words.timeline import Line, lines
from app.tickets.words.view import TicketView, ticket_view, ticket_views

TEXTS_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """One page of the list. `older`: the cursor of the next page, or None."""

    views: list[TicketView]
    older: Cursor | None


def list_page(
    session: Session, filters: Filters, after: Cursor | None, *, now: datetime
) -> ListPage:
    """Return one page of the list, newest first."""
    tickets, older = queries.page(session, filters, after, now=now)
    return ListPage(views=ticket_views(session, tickets, now=now), older=older)


@dataclass(frozen=True, kw_only=True)
class TicketPage:
    """A ticket's public page. texts: by the number of the report. proof: photos of the work.

    reply: the official one, with the bytes of its document. withheld: somebody who reported it
    asked not to publish their words and photos. may_join: it is still open. supports: this device
    has said "me too". may_follow: there may be news of it; push_key: for those who want them on the
    screen. earlier: the ticket that it came back from; later: those that came back from it.
    """

    view: TicketView
    texts: dict[int, str]
    photos: list[uuid.UUID]
    proof: list[uuid.UUID]
    reply: tuple[OfficialReply, int] | None
    withheld: bool
    lines: list[Line]
    cooperating: list[str]
    may_join: bool
    may_come_back: bool
    supports: bool
    may_follow: bool
    push_key: str
    earlier: str
    later: list[str]
    map: PageMap | None


def ticket_page(session: Session, ticket: Ticket, *, now: datetime, device: str = "") -> TicketPage:
    """Return what is public of a ticket."""
    view = ticket_view(session, ticket, now=now)
    names = Names.load(session)
    return TicketPage(
        view=view,
        texts=_texts(session, ticket),
        photos=[photo.id for photo in public_photos(session, ticket)],
        proof=_proof(session, ticket),
        reply=None if ticket.private else shown_reply(session, ticket.id),
        withheld=any(report.do_not_publish for report in reports_of(session, ticket.id)),
        lines=lines(session, ticket),
        cooperating=_cooperating(session, ticket, names),
        may_join=ticket.status in OPEN_STATUSES and may_be_joined(session, ticket),
        may_come_back=may_come_back(session, ticket),
        supports=bool(device) and supports(session, ticket, device),
        may_follow=may_be_followed(session, ticket, now=now),
        push_key=offered_key(),
        earlier=queries.earlier(session, ticket),
        later=queries.later(session, ticket),
        map=ticket_map(session, view.place, view.map_word or "") if view.place else None,
    )


def _cooperating(session: Session, ticket: Ticket, names: Names) -> list[str]:
    """Return who helps or has helped, once each; who could not is not named."""
    asked = cooperations_of(session, ticket.id)
    codes = dict.fromkeys(row.agency_code for row in asked if row.returned_at is None)
    return [names.agency(code) for code in codes]


def _texts(session: Session, ticket: Ticket) -> dict[int, str]:
    found = public_words(session, ticket)
    return dict(list(found.items())[:TEXTS_SHOWN])


def _proof(session: Session, ticket: Ticket) -> list[uuid.UUID]:
    return [] if ticket.private else shown_proof(session, ticket.id)


def public_reply(session: Session, ticket: Ticket, version: int) -> OfficialReply:
    """Return a version of the official reply that everybody may have. Raises NotFound."""
    found = None if ticket.private else shown_reply(session, ticket.id)
    if found is None or found[0].version != version:
        raise NotFound("unknown_document", NO_DOCUMENT)
    return found[0]


def check_public_photo(session: Session, ticket: Ticket, photo_id: uuid.UUID) -> None:
    """Raises NotFound unless the photo is on the ticket's public page."""
    theirs = {photo.id for photo in public_photos(session, ticket)}
    if photo_id not in theirs | set(_proof(session, ticket)):
        raise NotFound("unknown_photo", N_("This photo does not exist."))
