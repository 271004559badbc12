"""A message to who follows: the address of that moment, and what it may speak of.

1. Before the yes of its owner an address gets the one message that asks for it, and that only
   while the yes can still be given.
2. What is not public any more is not spoken of.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.contacts import open_contact
from app.accounts.models import Contact
from app.accounts.reach.ways import EMAIL, PUSH
from app.catalog.models import Category
from app.catalog.profile import Profile
from app.core.installation import settings
from app.core.words.i18n import instant, pick
from app.following.links import end_path, follower_path
from app.following.models import Follower
from app.following.queries import is_alive
from app.notices.models import Notice
from app.notices.words import notice_views
from app.notifications.plan import Template
from app.notifications.recipients.base import Recipient, Unwanted
from app.notifications.words import Facts
from app.tickets.models import EventText, Suggestion, Ticket, TicketEvent
from app.tickets.tables import SUGGESTION
from app.tickets.tables.publication import PUBLISHED, WITHDRAWN


def recipient(
    session: Session, follower_id: int, way: str, template: Template, *, at: datetime
) -> tuple[Follower, Recipient]:
    """Return who follows, and where the message goes. Raises Unwanted."""
    follower = session.get(Follower, follower_id)
    if follower is None or follower.contact_id is None or not is_alive(follower, at):
        raise Unwanted("no_contact")
    if (follower.confirmed_at is None) != (template is Template.FOLLOW_LINK):
        raise Unwanted("no_consent")
    if follower.ticket_id is not None:
        _check_public(session, session.get_one(Ticket, follower.ticket_id))
    opened = open_contact(session.get_one(Contact, follower.contact_id))
    address = {PUSH: opened.push, EMAIL: opened.email}.get(way, opened.phone)
    if not address:
        raise Unwanted("no_address")
    stop_link = settings().web.base_url + end_path(follower)
    return follower, Recipient(address=address, lang=opened.lang, stop_link=stop_link)


def _check_public(session: Session, ticket: Ticket) -> None:
    category = session.get_one(Category, ticket.category_code)
    if ticket.private or category.privacy != "open":
        raise Unwanted("not_public")
    its = session.get(Suggestion, ticket.id) if ticket.kind == SUGGESTION else None
    if its is not None and its.publication not in (PUBLISHED, WITHDRAWN):
        raise Unwanted("not_public")


def of_ticket(
    session: Session, follower: Follower, event: TicketEvent | None, facts: Facts
) -> Facts:
    """Turn what staff read of a ticket into what who follows it may read. Raises Unwanted."""
    if facts.private:
        raise Unwanted("not_public")
    base = settings().web.base_url
    page = f"{base}/tickets/{facts.reference}"
    return replace(
        facts,
        link=page if follower.confirmed_at and event else base + follower_path(follower),
        short_link=base + follower_path(follower),
        end_link=base + end_path(follower),
        text=_text(session, event),
    )


def _text(session: Session, event: TicketEvent | None) -> str:
    """Return the words that everybody reads beside the event."""
    written = session.get(EventText, event.id) if event is not None and event.public else None
    return "" if written is None or written.hidden_code else written.public_body or ""


def of_notice(session: Session, follower: Follower, city: Profile, at: datetime) -> Facts:
    """Return what a message about a notice may speak of."""
    row = session.get_one(Notice, follower.notice_id)
    (view,) = notice_views(session, [row], at)
    base = settings().web.base_url
    page = f"{base}/notices/{row.id}"
    return Facts(
        service=pick(city.names),
        link=page if follower.confirmed_at else base + follower_path(follower),
        short_link=base + follower_path(follower),
        end_link=base + end_path(follower),
        category=view.category,
        area=view.area,
        agency=view.agency,
        text=view.text,
        new_due=instant(view.expected_end, city.zone),
        ended=instant(view.ended_at, city.zone) if view.ended_at else "",
    )
