"""Limits of accounts and sessions. Pure.

1. A session ends after the installation's hours without use, and after its hours in any case. What
   does much harm in wrong hands asks for password and code again: it begins within ten minutes of
   them, and a form that was opened then is sent within half an hour.
2. A password has at least twelve characters; nothing else is asked of it, except that it cannot
   be guessed: not from lists of common passwords, names and words, not from the keyboard, not
   from the e-mail address (zxcvbn, which has the lists with it and asks nobody).
3. After five failures an account, after thirty an address, waits: twice as long each time, an
   hour at most. The wait begins before any hashing. A browser in which the account signed in
   before counts by itself, like an account.
4. Of links for a forgotten password an account gets three an hour: its mailbox is no target.
"""

from datetime import datetime, timedelta

from zxcvbn import zxcvbn

from app.core.errors import Rejection
from app.core.words.i18n import N_

PROOF_LASTS = timedelta(minutes=10)
FORM_LASTS = timedelta(minutes=20)
SEEN_STEP = timedelta(minutes=5)
INVITATION_LIFE = timedelta(days=7)
RESET_LIFE = timedelta(hours=2)
SECOND_STEP_LIFE = timedelta(minutes=10)
RESETS_AN_HOUR = 3
MIN_PASSWORD = 12
MAX_PASSWORD = 256
# What a thief of the hashes may try, and more than anybody can type in here.
MIN_GUESSES = 10**8
# It takes a tenth of a second for this much, and grows with the square of it.
LOOKED_AT = 72
COMMON_HERE = ("matkhau", "xinchao", "anhyeuem", "emyeuanh", "phananh", "hoiam")
FREE_FAILURES = {"account": 5, "address": 30, "browser": 5}
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
FORGET_AFTER = timedelta(hours=24)
KNOWN_FOR = timedelta(days=180)

ROLES = frozenset(
    {"administrator", "coordinator", "manager", "officer", "intake", "crew", "screener"}
)
AGENCY_ROLES = frozenset({"manager", "officer", "intake", "crew"})


def cookie_name(*, secure: bool) -> str:
    """Return the session cookie's name; the prefix binds it to this host and to https."""
    return "__Host-desk" if secure else "desk"


def step_name(*, secure: bool) -> str:
    """Return the name of the cookie of somebody whose password was right and who owes a code."""
    return "__Host-step" if secure else "step"


def mark_name(*, secure: bool) -> str:
    """Return the name of the cookie that marks a browser as known."""
    return "__Host-known" if secure else "known"


def wait_after(kind: str, failures: int) -> timedelta:
    """Return how long to wait after so many failures. kind: account, address or browser."""
    over = failures - FREE_FAILURES[kind]
    if over < 0:
        return timedelta(0)
    longer: int = 2 ** min(over, 12)
    return min(LONGEST_WAIT, FIRST_WAIT * longer)


def session_ends(
    created_at: datetime, seen_at: datetime, *, idle: timedelta, longest: timedelta
) -> datetime:
    """Return when a session ends that was last seen then."""
    return min(created_at + longest, seen_at + idle)


def is_proved(created_at: datetime, now: datetime) -> bool:
    """Tell whether password and code were given a moment ago: a session begins with them."""
    return now <= created_at + PROOF_LASTS


def may_be_sent(created_at: datetime, now: datetime) -> bool:
    """Tell whether a form that was opened in time may still be sent."""
    return now <= created_at + PROOF_LASTS + FORM_LASTS


def check_password(password: str, email: str) -> None:
    """Raises Rejection for a password that is too short, too long or too simple."""
    if len(password) < MIN_PASSWORD:
        raise Rejection(
            "short_password",
            N_("The password needs at least %(least)s characters."),
            field="password",
            params={"least": MIN_PASSWORD},
        )
    if len(password) > MAX_PASSWORD:
        raise Rejection("long_password", N_("The password is too long."), field="password")
    beginning = password[:LOOKED_AT]
    known = [*COMMON_HERE, email, *email.replace("@", ".").split(".")]
    if zxcvbn(beginning, user_inputs=known)["guesses"] < MIN_GUESSES:
        raise Rejection(
            "simple_password",
            N_("This password is easily guessed. A sentence that only you know is good."),
            field="password",
        )
