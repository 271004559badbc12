"""Somebody recognises themselves: hidden at once, decided within two working days.

1. What was decided once is not hidden by asking again: the request is taken, a person decides.
   Else one stranger could take a photo away for ever, two days at a time.
2. The same while a browser has hidden five things, or a network sixty, within a day: the request is
   taken as before, only the hiding waits for a person. Nobody is turned away, and a mobile network,
   which thousands share, is not locked out.
3. Asking twice while a request is open adds nothing. The second one may be somebody else: whose
   request it is, its device tells.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.installation import sealer
from app.rights.models import RightsRequest
from app.rights.periods import Kind
from app.rights.schemas import Sender
from app.rights.service.requests import new_request
from app.rights.service.targets import find, hide, is_public, not_there
from app.tickets.models import Ticket

DAY = timedelta(days=1)
HIDDEN_BY_DEVICE = 5
HIDDEN_BY_NETWORK = 60


def object_to(
    session: Session,
    ticket: Ticket,
    target: str,
    text: str,
    sender: Sender,
    *,
    lang: str,
    now: datetime,
) -> RightsRequest:
    """Take the request, hide what it is about. Raises NotFound."""
    found = find(session, ticket, target)
    earlier = session.scalars(
        select(RightsRequest).where(
            RightsRequest.ticket_id == ticket.id, RightsRequest.target == target
        )
    ).all()
    waiting = next((row for row in earlier if row.closed_at is None), None)
    if waiting is not None:
        return waiting
    if not is_public(session, ticket, found, target):
        raise not_there()
    row = new_request(session, Kind.SHOWN, lang, sender, now=now)
    row.ticket_id, row.target = ticket.id, target
    row.body_enc = sealer().seal(text or None)
    if not earlier and not _has_hidden_much(session, sender, now):
        row.hidden = hide(session, ticket, found)
    session.flush()
    return row


def _has_hidden_much(session: Session, sender: Sender, now: datetime) -> bool:
    def count(column: InstrumentedAttribute[bytes | None], value: bytes) -> int:
        query = select(func.count()).where(
            RightsRequest.received_at > now - DAY, RightsRequest.hidden, column == value
        )
        return session.scalar(query) or 0

    return (
        count(RightsRequest.device_hash, sender.device) >= HIDDEN_BY_DEVICE
        or count(RightsRequest.network_hash, sender.network) >= HIDDEN_BY_NETWORK
    )
