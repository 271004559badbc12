"""Supporting a suggestion: once for each verified person, while it waits for its answer.

1. A person is a proved phone or e-mail. Who has proved several in one browser counts once, and so
   do the aliases of a mailbox (`reach.blind`).
2. Supports of one suggestion are taken one after the other, under the ticket's lock: the count is
   right, and the threshold is crossed once, whoever is last.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, delete, exists, select, tuple_, update
from sqlalchemy.orm import Session

from app.accounts.contacts import people_of
from app.core.crypto import sign
from app.core.errors import Conflict
from app.core.installation import settings
from app.core.words.i18n import N_
from app.suggestions.models import SuggestionMerge, SuggestionReason, SuggestionSupport
from app.suggestions.origins import origin_of
from app.tickets.models import Suggestion, Ticket
from app.tickets.problem_table import OPEN
from app.tickets.queries import lock
from app.tickets.service.suggesting import note_support
from app.tickets.tables.publication import PUBLISHED

CLOSED = Conflict("support_ended", N_("This suggestion cannot be supported now."))


def may_support(session: Session, ticket: Ticket) -> bool:
    """Tell whether it is public and waits for its answer."""
    suggestion = session.get(Suggestion, ticket.id)
    public = suggestion is not None and suggestion.publication == PUBLISHED
    return public and ticket.status in OPEN


def supports(session: Session, ticket: Ticket, keys: Collection[bytes]) -> bool:
    """Tell whether somebody with one of these proved addresses supports it."""
    people = persons(session, ticket, keys)
    theirs = (SuggestionSupport.ticket_id == ticket.id, SuggestionSupport.person.in_(people))
    return bool(session.scalar(select(exists().where(*theirs)))) if people else False


def support(
    session: Session, ticket: Ticket, keys: Collection[bytes], *, now: datetime, address: str = ""
) -> bool:
    """Count a person; False where they are counted. Raises Conflict.

    keys: what was proved. address: what one of them belongs to, if it is known.
    """
    ticket = lock(session, ticket.id)
    if not may_support(session, ticket):
        raise CLOSED
    if not keys or supports(session, ticket, keys):
        return False
    person, origin = persons(session, ticket, keys)[0], origin_of(ticket.id, address)
    row = SuggestionSupport(ticket_id=ticket.id, person=person, supported_at=now)
    row.proved_by, row.domain = origin.proved_by, origin.domain
    session.add(row)
    note_support(session, ticket, now=now)
    session.flush()
    return True


def persons(session: Session, ticket: Ticket, keys: Collection[bytes]) -> list[str]:
    """Return the marks of who has proved these addresses, at one suggestion."""
    secret = settings().secrets.secret_key
    return [sign(secret, "supporter", ticket.id, key.hex()) for key in people_of(session, keys)]


def forget_supports(session: Session, tickets: Select[int], limit: int) -> int:
    """Delete the marks of who supported these, and who wished to merge them; return how many."""
    mark = tuple_(SuggestionSupport.ticket_id, SuggestionSupport.person)
    its = select(SuggestionSupport.ticket_id, SuggestionSupport.person)
    old = its.where(SuggestionSupport.ticket_id.in_(tickets)).limit(limit)
    gone = delete(SuggestionSupport).where(mark.in_(old)).returning(SuggestionSupport.person)
    session.execute(delete(SuggestionMerge).where(SuggestionMerge.ticket_id.in_(tickets)))
    marked = SuggestionReason.ticket_id.in_(tickets) & SuggestionReason.person.is_not(None)
    some = select(SuggestionReason.id).where(marked).limit(limit)
    reasons = update(SuggestionReason).where(SuggestionReason.id.in_(some)).values(person=None)
    unmarked = session.scalars(reasons.returning(SuggestionReason.id)).all()
    return len(session.scalars(gone).all()) + len(unmarked)
