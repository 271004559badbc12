"""The e-mail address that somebody types with a request about personal data.

1. Anybody can type any address. So it gets one message, in words of ours only, that asks whether it
   is the requester's; nothing else goes there until its owner has said so by a button.
2. That message opens nothing of the request. What an owner agreed to get is the link to it.
3. A mailbox gets three such messages a day, and a network brings about twenty, counted one by one;
   who is above that reads the answer on the page of the request, as everybody can.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.reach.blind import email_key
from app.accounts.schemas import EMAIL_PATTERN
from app.core.crypto import sign, signature_matches
from app.core.db import one_by_one
from app.core.errors import NotFound
from app.core.installation import sealer, settings
from app.core.words.i18n import N_
from app.notifications.plan import Template
from app.notifications.service import tell_address
from app.rights.models import RightsRequest

DAY = timedelta(days=1)
ASKED_A_DAY = 3
ASKED_OF_NETWORK = 20
PURPOSE = "requester-address"


def ask_owner(session: Session, row: RightsRequest, typed: str, *, now: datetime) -> None:
    """Ask whether a typed address is the requester's, if it is one and was not asked too often."""
    if not EMAIL_PATTERN.fullmatch(typed):
        return
    key = email_key(typed)
    one_by_one(session, "requester")
    recent = select(
        func.count().filter(RightsRequest.contact_key == key),
        func.count().filter(RightsRequest.network_hash == row.network_hash),
    ).where(RightsRequest.contact_key.is_not(None), RightsRequest.received_at > now - DAY)
    asked, of_network = session.execute(recent).one()
    if asked >= ASKED_A_DAY or of_network >= ASKED_OF_NETWORK:
        return
    row.contact_key = key
    path = f"/requests/{row.id}/address/{seal_of_address(row)}"
    tell_address(
        session, row.id, typed, path, template=Template.REQUEST_RECEIPT, lang=row.lang,
        once="receipt", now=now,
    )  # fmt: skip


def seal_of_address(row: RightsRequest) -> str:
    """Return the signature with which the owner of the address says yes; it opens nothing else."""
    return sign(settings().secrets.follow_key, PURPOSE, row.id)


def by_address(session: Session, number: int, seal: str) -> RightsRequest:
    """Return the request whose address this link was sent to. Raises NotFound."""
    good = signature_matches(seal, settings().secrets.follow_key, PURPOSE, number)
    found = session.get(RightsRequest, number) if good else None
    if found is None or found.contact_key is None:
        raise NotFound("unknown_link", N_("This link is not valid, or not any more."))
    return found


def confirm(session: Session, row: RightsRequest, *, now: datetime) -> None:
    """Take the yes of the owner. A second one changes nothing."""
    row.contact_confirmed_at = row.contact_confirmed_at or now
    session.flush()


def confirmed(row: RightsRequest) -> str:
    """Return the address that may be written to, or an empty text."""
    return (sealer().open(row.contact_enc) or "") if row.contact_confirmed_at else ""
