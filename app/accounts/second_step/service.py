"""Verbs of the second step: begin, keep, confirm, check a code, make new codes on paper, remove.

1. The secret is sealed as contacts are. It counts only after a code has shown that an app has it.
2. Every code works once: of the app's each time step, of those on paper each row.
3. Codes on paper are shown once, when they are made; only their hashes stay.
"""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.accounts.models import Account, PaperCode
from app.accounts.second_step.codes import new_paper_codes, new_secret, normal, step_of
from app.core.crypto import token_hash
from app.core.errors import Conflict, Rejection
from app.core.installation import sealer
from app.core.words.i18n import N_


def begin(session: Session, account: Account) -> None:
    """Make a secret for an app. The one that holds, if any, holds until `confirm`."""
    account.totp_pending = sealer().seal(new_secret())
    session.flush()


def keep(session: Session, account: Account) -> None:
    """Forget the secret that was begun; what holds goes on."""
    account.totp_pending = None
    session.flush()


def confirm(session: Session, account: Account, typed: str, *, now: datetime) -> list[str]:
    """Let the new secret count; return the codes to write down. Raises Conflict, Rejection."""
    _lock(session, account)
    secret = sealer().open(account.totp_pending)
    if secret is None:
        raise Conflict("nothing_begun", N_("There is nothing to confirm. Begin again."))
    step = step_of(secret, typed, now=now, after=0)
    if step is None:
        raise _wrong()
    account.totp_secret, account.totp_pending = account.totp_pending, None
    account.totp_step, account.totp_since = step, now
    return renew_paper_codes(session, account)


def check_code(session: Session, account: Account, typed: str, *, now: datetime) -> None:
    """Use up a code of the app or one on paper. Raises Rejection.

    The caller counts the attempt before this, in a transaction of its own.
    """
    _lock(session, account)
    secret = sealer().open(account.totp_secret)
    step = secret and step_of(secret, typed, now=now, after=account.totp_step or 0)
    if step:
        account.totp_step = int(step)
        session.flush()
        return
    used = session.scalar(
        update(PaperCode)
        .where(
            PaperCode.account_id == account.id,
            PaperCode.code_hash == token_hash(normal(typed)),
            PaperCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(PaperCode.id)
    )
    if used is None:
        raise _wrong()


def renew_paper_codes(session: Session, account: Account) -> list[str]:
    """Return new codes to write down; those of before end."""
    session.execute(delete(PaperCode).where(PaperCode.account_id == account.id))
    codes = new_paper_codes()
    session.add_all(
        PaperCode(account_id=account.id, code_hash=token_hash(normal(code))) for code in codes
    )
    session.flush()
    return codes


def remove(session: Session, account: Account) -> None:
    """Let the account sign in by its password alone."""
    account.totp_secret = account.totp_pending = None
    account.totp_step = account.totp_since = None
    session.execute(delete(PaperCode).where(PaperCode.account_id == account.id))
    session.flush()


def _lock(session: Session, account: Account) -> None:
    """Codes that are sent side by side are looked at one after the other."""
    session.flush()
    session.refresh(account, with_for_update=True)


def _wrong() -> Rejection:
    return Rejection(
        "wrong_code", N_("This code is wrong, was used already or is too old."), field="code"
    )
