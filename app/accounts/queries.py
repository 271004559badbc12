"""Reads of accounts and sessions."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, AccountToken, StaffSession
from app.core.crypto import token_hash


@dataclass(frozen=True)
class SignedIn:
    """A valid session with its account. `token_hash` binds the forms of this session."""

    id: int
    token_hash: bytes
    account: Account
    created_at: datetime
    last_seen_at: datetime


def find_session(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Return the session that a cookie's token belongs to, if it still holds."""
    query = (
        select(StaffSession, Account)
        .join(Account, Account.id == StaffSession.account_id)
        .where(
            StaffSession.token_hash == token_hash(token),
            StaffSession.revoked_at.is_(None),
            StaffSession.expires_at > now,
            Account.disabled_at.is_(None),
        )
    )
    row = session.execute(query).first()
    if row is None:
        return None
    found, account = row
    return SignedIn(
        id=found.id,
        token_hash=found.token_hash,
        account=account,
        created_at=found.created_at,
        last_seen_at=found.last_seen_at,
    )


def by_email(session: Session, email: str) -> Account | None:
    """Return the account with an address, in any case."""
    return session.scalar(select(Account).where(Account.email == email.strip().lower()))


def by_token(session: Session, token: str, purpose: str, now: datetime) -> AccountToken | None:
    """Return a one-time link that was not used and has not expired."""
    query = select(AccountToken).where(
        AccountToken.token_hash == token_hash(token),
        AccountToken.purpose == purpose,
        AccountToken.used_at.is_(None),
        AccountToken.expires_at > now,
    )
    return session.scalar(query)


def accounts(session: Session) -> list[Account]:
    """Return all accounts by address."""
    return list(session.scalars(select(Account).order_by(Account.email)))


def count_accounts(session: Session) -> int:
    """Return how many accounts there are."""
    return session.scalar(select(func.count()).select_from(Account)) or 0


def sessions_of(session: Session, account_id: int, now: datetime) -> list[StaffSession]:
    """Return the sessions of an account that hold, the last used first."""
    query = (
        select(StaffSession)
        .where(
            StaffSession.account_id == account_id,
            StaffSession.revoked_at.is_(None),
            StaffSession.expires_at > now,
        )
        .order_by(StaffSession.last_seen_at.desc(), StaffSession.id.desc())
    )
    return list(session.scalars(query))


def links_since(session: Session, account_id: int, purpose: str, since: datetime) -> int:
    """Return how many one-time links of a purpose an account got since then."""
    query = select(func.count()).where(
        AccountToken.account_id == account_id,
        AccountToken.purpose == purpose,
        AccountToken.created_at >= since,
    )
    return session.scalar(query) or 0
