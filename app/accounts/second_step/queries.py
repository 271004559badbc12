"""Reads of the second step."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, PaperCode
from app.core.installation import sealer, settings

REQUIRED_FOR = frozenset({"manager", "administrator"})


def has_second_step(account: Account) -> bool:
    """Tell whether a sign-in of this account asks for a code."""
    return account.totp_secret is not None


def is_required(roles: Iterable[str]) -> bool:
    """Tell whether this installation wants a second step of somebody with these roles."""
    return settings().staff.totp == "required" and not REQUIRED_FOR.isdisjoint(roles)


def pending_secret(account: Account) -> str | None:
    """Return the secret that an app is about to learn."""
    return sealer().open(account.totp_pending)


def paper_codes_left(session: Session, account: Account) -> int:
    """Return how many codes on paper were not used."""
    query = select(func.count()).where(
        PaperCode.account_id == account.id, PaperCode.used_at.is_(None)
    )
    return session.scalar(query) or 0
