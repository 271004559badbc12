"""Somebody recognises themselves: hidden at once, decided within two working days.

1. What was decided once is not hidden by asking again: the request is taken, a person decides.
   Else one stranger could take a photo away for ever, two days at a time.
2. The same while twenty things that one network has hidden wait for a decision, or it has hidden
   sixty within a day, or a browser five: the request is taken as before, only the hiding waits for
   a person. Nobody is turned away, and a mobile network, which thousands share, is not locked out;
   but who has many addresses (a /24, an IPv6 /48) cannot empty the public pages.
3. Asking twice while a request is open adds nothing. The second one may be somebody else: whose
   request it is, its device tells.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import one_by_one
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
PENDING_OF_NETWORK = 20


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
    one_by_one(session, "hide", sender.network.hex())
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
    if not earlier and not has_hidden_much(session, sender, now=now):
        row.hidden = hide(session, ticket, found, now=now)
    session.flush()
    return row


def has_hidden_much(session: Session, sender: Sender, *, now: datetime) -> bool:
    """Tell whether what comes from there waits for a person before it is hidden (rule 2)."""
    today, pending = RightsRequest.received_at > now - DAY, RightsRequest.closed_at.is_(None)
    own = RightsRequest.device_hash == sender.device
    near = RightsRequest.network_hash == sender.network
    counts = select(
        func.count().filter(own, today),
        func.count().filter(near, today),
        func.count().filter(near, pending),
    ).where(RightsRequest.hidden, own | near)
    found = session.execute(counts).one()
    return any(
        count >= most
        for count, most in zip(
            found, (HIDDEN_BY_DEVICE, HIDDEN_BY_NETWORK, PENDING_OF_NETWORK), strict=True
        )
    )
