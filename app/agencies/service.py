"""Verbs on members: give and end roles."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.rules import AGENCY_ROLES, ROLES
from app.agencies.models import Membership
from app.agencies.queries import agency, coordinator
from app.core.errors import Rejection
from app.core.words.i18n import N_


def give_role(
    session: Session, account: Account, role: str, agency_code: str | None, *, now: datetime
) -> Membership:
    """Give an account a role, in an agency where the role needs one. Raises Rejection, NotFound."""
    if role not in ROLES:
        raise Rejection("unknown_role", N_("This role does not exist."), field="role")
    if role == "coordinator":
        agency_code = coordinator(session).code
    if role in AGENCY_ROLES and agency_code is None:
        raise Rejection("agency_missing", N_("Please choose an agency."), field="agency")
    if agency_code is not None:
        agency(session, agency_code)
    found = session.scalar(
        select(Membership).where(
            Membership.account_id == account.id,
            Membership.role == role,
            Membership.agency_code.is_(None)
            if agency_code is None
            else Membership.agency_code == agency_code,
        )
    )
    if found is None:
        found = Membership(account_id=account.id, role=role, agency_code=agency_code, since=now)
        session.add(found)
    found.until = None
    session.flush()
    return found


def end_role(session: Session, membership: Membership, *, now: datetime) -> None:
    """End a role."""
    membership.until = now
    session.flush()
