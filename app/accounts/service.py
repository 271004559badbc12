"""Verbs on accounts: add, sign in and out, invite, set a password, disable.

1. Every sign-in is counted for the account and for the address, in the database, before any
   password is hashed, and taken back when it succeeds: guesses sent side by side wait for each
   other. In a browser that the account knows (`browser`: its number) only those of that browser
   count. An unknown address takes as long and reads the same as a wrong password.
2. Changing a password or disabling an account ends all its sessions and one-time links.
3. A one-time link is stored as a hash; using it once ends all others of the account.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts import rules
from app.accounts.models import Account, AccountToken, SignInThrottle, StaffSession
from app.accounts.passwords import hash_password, is_outdated, matches
from app.accounts.queries import SignedIn, by_email, by_token
from app.core.crypto import new_token, sign, token_hash
from app.core.errors import Conflict, Gone, Rejection, TooMany
from app.core.installation import settings
from app.core.words.i18n import N_
from app.core.words.text import clean_line

SECOND_STEP = "second_step"
LIFE = {
    "invitation": rules.INVITATION_LIFE,
    "password_reset": rules.RESET_LIFE,
    SECOND_STEP: rules.SECOND_STEP_LIFE,
}
MAX_DEVICE = 200
MAX_NAME = 200
# They would make two recipients of one.
NO_ADDRESS = frozenset(' ,;:<>()"\\')


def add_account(
    session: Session, email: str, *, full_name: str, lang: str, now: datetime
) -> Account:
    """Add an account without a password. Raises Conflict when the address is taken."""
    address = clean_line(email).lower()
    if "@" not in address or len(address) > 254 or set(address) & NO_ADDRESS:
        raise Rejection("bad_email", N_("This is not an e-mail address."), field="email")
    if by_email(session, address) is not None:
        raise Conflict("email_taken", N_("There is an account with this address."), field="email")
    name = clean_line(full_name)
    if len(name) > MAX_NAME:
        raise Rejection("too_long", N_("This name is too long."), field="name")
    account = Account(email=address, full_name=name, lang=lang, created_at=now)
    session.add(account)
    session.flush()
    return account


def set_password(session: Session, account: Account, password: str, *, now: datetime) -> None:
    """Store a new password; end all sessions and one-time links. Raises Rejection."""
    rules.check_password(password, account.email)
    account.password_hash = hash_password(password)
    account.password_changed_at = now
    end_sessions(session, account, now=now)
    session.execute(
        update(AccountToken)
        .where(AccountToken.account_id == account.id, AccountToken.used_at.is_(None))
        .values(used_at=now)
    )


def recognise(session: Session, email: str, password: str) -> Account:
    """Return whose address and password these are. Raises Rejection for any wrong pair.

    `note_failure` comes before this, in a transaction of its own; `forget_failures` after it.
    """
    account = by_email(session, email)
    usable = account if account is not None and account.disabled_at is None else None
    if not matches(usable.password_hash if usable else None, password) or usable is None:
        raise Rejection(
            "wrong_sign_in", N_("The e-mail address or the password is wrong."), field="password"
        )
    if usable.password_hash and is_outdated(usable.password_hash):
        usable.password_hash = hash_password(password)
    return usable


def start_session(session: Session, account: Account, *, device: str, now: datetime) -> str:
    """Return the token of a new session of somebody who was recognised."""
    token = new_token()
    session.add(
        StaffSession(
            account_id=account.id,
            token_hash=token_hash(token),
            created_at=now,
            last_seen_at=now,
            expires_at=_ends(now, now),
            device=clean_line(device)[:MAX_DEVICE],
        )
    )
    session.flush()
    return token


def sign_out(session: Session, signed_in: SignedIn, *, now: datetime) -> None:
    """End this session."""
    session.execute(
        update(StaffSession).where(StaffSession.id == signed_in.id).values(revoked_at=now)
    )


def note_seen(session: Session, signed_in: SignedIn, *, now: datetime) -> None:
    """Prolong a session that is in use."""
    found = session.get_one(StaffSession, signed_in.id)
    found.last_seen_at = now
    found.expires_at = _ends(found.created_at, now)
    session.flush()


def _ends(created_at: datetime, seen_at: datetime) -> datetime:
    staff = settings().staff
    idle, longest = timedelta(hours=staff.idle_h), timedelta(hours=staff.session_h)
    return rules.session_ends(created_at, seen_at, idle=idle, longest=longest)


def end_session(session: Session, account_id: int, session_id: int, *, now: datetime) -> None:
    """End one session of an account; another account's is left alone."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.id == session_id, StaffSession.account_id == account_id)
        .values(revoked_at=now)
    )


def end_other_sessions(session: Session, signed_in: SignedIn, *, now: datetime) -> None:
    """End every session of the account but this one."""
    session.execute(
        update(StaffSession)
        .where(
            StaffSession.account_id == signed_in.account.id,
            StaffSession.id != signed_in.id,
            StaffSession.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )


def end_sessions(session: Session, account: Account, *, now: datetime) -> None:
    """End every session of an account."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.account_id == account.id, StaffSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def disable(session: Session, account: Account, *, now: datetime) -> None:
    """Let an account sign in no more."""
    account.disabled_at = account.disabled_at or now
    end_sessions(session, account, now=now)
    session.execute(delete(AccountToken).where(AccountToken.account_id == account.id))


def enable(session: Session, account: Account) -> None:
    """Let a disabled account sign in again, with a password that is chosen anew."""
    account.disabled_at = None
    account.password_hash = None
    session.flush()


def set_language(session: Session, account: Account, lang: str) -> None:
    """Choose the language of an account's messages. The caller checks that the city has it."""
    account.lang = lang
    session.flush()


def _keys(secret: str, email: str, address: str, browser: str) -> dict[str, bytes]:
    if browser:
        return {"browser": sign(secret, "throttle-browser", browser).encode()}
    return {
        "account": sign(secret, "throttle-account", email.strip().lower()).encode(),
        "address": sign(secret, "throttle-address", address).encode(),
    }


def check_wait(
    session: Session, secret: str, email: str, address: str, *, now: datetime, browser: str = ""
) -> None:
    """Raises TooMany while the account or the address has to wait."""
    keys = _keys(secret, email, address, browser)
    query = (
        select(SignInThrottle.blocked_until)
        .where(SignInThrottle.key.in_(keys.values()))
        .order_by(SignInThrottle.key)
        .with_for_update()
    )
    until = max(session.scalars(query), default=now)
    if until > now:
        seconds = int((until - now) / timedelta(seconds=1)) + 1
        raise TooMany(
            "wait",
            N_("Too many failed sign-ins. Please wait %(seconds)s seconds."),
            retry_after=seconds,
        )


def note_failure(
    session: Session, secret: str, email: str, address: str, *, now: datetime, browser: str = ""
) -> None:
    """Count an attempt for the account and for the address, as if it had failed."""
    session.execute(
        delete(SignInThrottle).where(SignInThrottle.last_failed_at < now - rules.FORGET_AFTER)
    )
    for kind, key in _keys(secret, email, address, browser).items():
        row = insert(SignInThrottle).values(
            key=key, failures=1, blocked_until=now, last_failed_at=now
        )
        failures = session.execute(
            row.on_conflict_do_update(
                index_elements=["key"],
                set_={"failures": SignInThrottle.failures + 1, "last_failed_at": now},
            ).returning(SignInThrottle.failures)
        ).scalar_one()
        session.execute(
            update(SignInThrottle)
            .where(SignInThrottle.key == key)
            .values(blocked_until=now + rules.wait_after(kind, failures))
        )


def forget_failures(
    session: Session, secret: str, email: str, address: str, *, now: datetime, browser: str = ""
) -> None:
    """Take back the attempt that succeeded: account and browser start anew, the address loses one.

    Only what was counted is taken back: a success in a known browser does not help a guesser.
    """
    keys = _keys(secret, email, address, browser)
    shared = keys.pop("address", None)
    session.execute(delete(SignInThrottle).where(SignInThrottle.key.in_(keys.values())))
    session.execute(
        update(SignInThrottle)
        .where(SignInThrottle.key == shared)
        .values(failures=SignInThrottle.failures - 1, blocked_until=now)
    )


def end_wait(session: Session, secret: str, email: str) -> None:
    """Let an account sign in at once: a link in its mailbox proved who it is."""
    key = _keys(secret, email, "", "")["account"]
    session.execute(delete(SignInThrottle).where(SignInThrottle.key == key))


def issue_link(session: Session, account: Account, purpose: str, *, now: datetime) -> str:
    """Return the token of a fresh one-time link. purpose: one of `LIFE`."""
    life = LIFE[purpose]
    token = new_token()
    session.add(
        AccountToken(
            account_id=account.id,
            purpose=purpose,
            token_hash=token_hash(token),
            created_at=now,
            expires_at=now + life,
        )
    )
    session.flush()
    return token


def check_link(session: Session, token: str, purpose: str, *, now: datetime) -> Account:
    """Return whose one-time link this is. Raises Gone."""
    link = by_token(session, token, purpose, now)
    account = session.get(Account, link.account_id) if link else None
    if account is None or account.disabled_at is not None:
        raise Gone("link_expired", N_("This link was used or has expired. Ask for a new one."))
    return account


def use_link(session: Session, token: str, *, now: datetime) -> None:
    """Let a one-time link work no more."""
    session.execute(
        update(AccountToken)
        .where(AccountToken.token_hash == token_hash(token), AccountToken.used_at.is_(None))
        .values(used_at=now)
    )


def redeem_link(
    session: Session, token: str, purpose: str, password: str, *, now: datetime
) -> Account:
    """Set the password by a one-time link. Raises Gone, Rejection."""
    account = check_link(session, token, purpose, now=now)
    set_password(session, account, password, now=now)
    return account
