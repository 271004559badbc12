"""An agency as a recipient: its address, and the link by which it works where nobody signs in."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.catalog.profile import Profile
from app.core.installation import settings
from app.notifications.models import Delivery
from app.notifications.recipients.base import Recipient, Unwanted
from app.notifications.words import Facts
from app.tickets.mail_links import mail_code, works_by_mail
from app.tickets.models import Ticket


def recipient(session: Session, code: str, city: Profile) -> Recipient:
    """Return where messages to an agency go. Raises Unwanted."""
    agency = session.get(Agency, code)
    if agency is None or not agency.email:
        raise Unwanted("no_address")
    return Recipient(address=agency.email, lang=city.languages[0])


def linked(
    session: Session, delivery: Delivery, ticket: Ticket, facts: Facts, *, at: datetime
) -> Facts:
    """Return the facts with a link that needs no sign-in, where the agency works by mail."""
    owner = ticket.agency_code
    if owner is None or delivery.event_id is None or delivery.recipient != f"agency:{owner}":
        return facts
    if not works_by_mail(session, ticket, at):
        return facts
    link = f"{settings().web.base_url}/desk/by-mail/{mail_code(delivery.event_id, owner)}"
    return replace(facts, link=link, short_link=link, by_mail=True)
