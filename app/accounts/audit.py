"""Who on the staff looked at what is personal: one row for each look, and none is ever changed.

1. A row says who, what kind, of which ticket or request, why, and when. Never what was seen.
2. The look and its row stand in one transaction: without the row nothing is shown.
3. Whoever shows staff something personal that no desk page needs calls `note_look` first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account, StaffAudit
from app.core.actor import Actor
from app.core.errors import Forbidden
from app.core.words.i18n import N_

REQUEST_CONTACT, TICKET_CONTACT = "request_contact", "ticket_contact"
KINDS: Mapping[str, str] = {
    REQUEST_CONTACT: N_("Contact of a data request"),
    TICKET_CONTACT: N_("Reporter’s contact"),
}


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look, in words as far as the account is concerned."""

    id: int
    full_name: str
    email: str
    kind: str
    subject: str
    reason: str
    at: datetime


def note_look(
    session: Session, kind: str, subject: str, *, actor: Actor, now: datetime, reason: str = ""
) -> None:
    """Write down that somebody is about to see it. subject: a reference or a number."""
    if actor.account_id is None:
        raise Forbidden("signed_out", N_("You are signed out. Please sign in again."))
    row = StaffAudit(account_id=actor.account_id, kind=kind, subject=subject, at=now)
    row.reason = reason or None
    session.add(row)
    session.flush()


def looks(session: Session, *, before: int | None, limit: int) -> list[Look]:
    """Return the latest looks, those with numbers below `before`."""
    query = (
        select(StaffAudit, Account)
        .join(Account, Account.id == StaffAudit.account_id)
        .order_by(StaffAudit.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(StaffAudit.id < before)
    return [
        Look(
            id=row.id,
            full_name=account.full_name,
            email=account.email,
            kind=row.kind,
            subject=row.subject,
            reason=row.reason or "",
            at=row.at,
        )
        for row, account in session.execute(query)
    ]
