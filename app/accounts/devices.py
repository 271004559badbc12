"""Browsers of staff: in words, and whether an account has signed in there before. Pure.

1. The words are short enough for a list and too coarse to follow anybody.
2. A mark says that an account signed in here once. It opens nothing; wrong sign-ins here are
   counted apart, so that nobody elsewhere can keep the person out by guessing.
"""

import secrets
from collections.abc import Sequence

from app.core.crypto import sign, signature_matches

PURPOSE = "known-browser"

# The first mark that is found wins: most browsers also claim to be those that come later.
BROWSERS = (
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("coc_coc_browser", "Cốc Cốc"),
    ("samsungbrowser", "Samsung Internet"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("crios", "Chrome"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)
SYSTEMS = (
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("windows", "Windows"),
    ("mac os", "macOS"),
    ("linux", "Linux"),
)


def device_words(user_agent: str) -> str:
    """Return "Chrome, Windows", or an empty text where nothing is known."""
    lowered = user_agent.lower()
    words = (_first(lowered, BROWSERS), _first(lowered, SYSTEMS))
    return ", ".join(word for word in words if word)


def new_mark(secret: str, email: str) -> str:
    """Return the mark of a browser in which this account has just signed in."""
    number = secrets.token_urlsafe(16)
    return f"{number}.{sign(secret, PURPOSE, email.strip().lower(), number)}"


def known_number(secret: str, email: str, mark: str) -> str:
    """Return the number of a browser that bears this account's mark, else an empty text."""
    number, _, signature = mark.partition(".")
    good = signature_matches(signature, secret, PURPOSE, email.strip().lower(), number)
    return number if good and number else ""


def _first(text: str, marks: Sequence[tuple[str, str]]) -> str:
    return next((word for mark, word in marks if mark in text), "")
