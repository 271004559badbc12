"""Links by which an agency without users works: mailed with what has become theirs to do.

1. A link opens one ticket for one agency: it is signed over the event that was told and the agency.
   It holds for thirty days, and for a margin after the last date that was promised or named, such
   as the next step of a suggestion. It ends at once when the ticket is somebody else's, when the
   agency has users who can sign in, or when the ticket may not be shown outside.
2. Whoever opens it acts as the agency's manager, without a name: there is nobody else to approve.
   A form is signed over ticket, version and verb, so it works once.
3. To open a link changes nothing: mail programs look at links before people do.
"""

import hmac
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.agencies.queries import members_of
from app.core.actor import Actor
from app.core.crypto import sign
from app.core.errors import Conflict, Gone, NotFound
from app.core.installation import settings
from app.core.words.i18n import N_
from app.tickets.facts import Verb
from app.tickets.models import Ticket, TicketEvent
from app.tickets.tables import PROBLEM, SUGGESTION

LIFE, MARGIN = timedelta(days=30), timedelta(days=14)
BY_MAIL = {
    PROBLEM: (Verb.ACCEPT, Verb.RESOLVE, Verb.ANSWER, Verb.RETURN),
    SUGGESTION: (
        Verb.COMMENT, Verb.ANSWER, Verb.EXTEND, Verb.MILESTONE, Verb.DELIVER, Verb.DROP,
        Verb.UPHOLD, Verb.REOPEN, Verb.ACCEPT, Verb.RETURN,
    ),
}  # fmt: skip
MAX_DIGITS = 18
CHANGED = N_("Somebody else changed this ticket meanwhile.")
CLOSED = N_(
    "This link has ended: the matter is with another agency, its dates are long past, or your "
    "agency signs in at the desk."
)


def works_by_mail(session: Session, ticket: Ticket, now: datetime) -> bool:
    """Tell whether the ticket's agency gets a link for it (rule 1)."""
    if ticket.agency_code is None or ticket.private or ticket.in_triage:
        return False
    agency = session.get_one(Agency, ticket.agency_code)
    return agency.duty is None and not members_of(session, [agency.code], now)


def mail_code(event_id: int, agency: str) -> str:
    """Return the code of a link: the event and a signature."""
    return f"{event_id}.{sign(settings().secrets.follow_key, 'by mail', event_id, agency)}"


def opened(session: Session, code: str, now: datetime) -> tuple[Ticket, Actor]:
    """Return the ticket of a link, and who acts by it. Raises NotFound, Gone."""
    number, _, _signature = code.partition(".")
    known = number.isascii() and number.isdecimal() and len(number) <= MAX_DIGITS
    event = session.get(TicketEvent, int(number)) if known else None
    ticket = session.get(Ticket, event.ticket_id) if event else None
    if event is None or ticket is None:
        raise NotFound("unknown_link", N_("This link leads nowhere."))
    agency = ticket.agency_code or ""
    good = _same(mail_code(event.id, agency), code)
    if not good or now > _ends(ticket, event) or not works_by_mail(session, ticket, now):
        raise Gone("link_ended", CLOSED)
    roles = frozenset[tuple[str, str | None]]({("manager", agency)})
    return ticket, Actor(role="manager", agency_code=agency, roles=roles)


def _ends(ticket: Ticket, event: TicketEvent) -> datetime:
    dates = (ticket.outcome_due_at, ticket.extended_to, ticket.planned_for)
    named = [date + MARGIN for date in dates if date is not None]
    return max(event.occurred_at + LIFE, *named)


def form_seal(ticket: Ticket, verb: Verb) -> str:
    """Return what a form carries (rule 2)."""
    key = settings().secrets.secret_key
    return sign(key, "act by mail", ticket.id, ticket.row_version, verb.value)


def check_seal(ticket: Ticket, verb: Verb, sent: str) -> None:
    """Raises Conflict for the form of an earlier version, or of another verb."""
    if not _same(form_seal(ticket, verb), sent):
        raise Conflict("changed_meanwhile", CHANGED)


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
