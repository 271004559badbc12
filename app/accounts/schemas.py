"""A reporter's contact as it comes in, checked for shape.

1. Everything is optional; a contact with nothing in it is no contact.
2. A consent names its purpose and is never implied: a contact without the consent `updates` is
   kept for the agency's questions only if the category's policy asks for it.
3. It names the words that were agreed to (`consent_text`), whichever way it comes: a page that was
   left open, a phone's queue of days ago, another program. Words that we do not know prove
   nothing, so nothing was agreed to; neither was by "yes to all".
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.errors import Rejection
from app.core.words.i18n import N_
from app.core.words.text import clean_line

MAX_NAME = 200
MAX_EMAIL = 254
MAX_PHONE = 32
MAX_TEXT_VERSION = 32
PURPOSES = frozenset({"updates", "questions"})
# Which words are agreed to at present. Whenever the sentences beside the boxes change, so does
# this; the former one stays among the known ones while pages with it may be open.
CONSENT_TEXT = "2026-11b"
KNOWN_TEXTS = frozenset({CONSENT_TEXT})

EMAIL_PATTERN = re.compile(r"[^\s@<>\"(),:;\\]+@[^\s@<>\"(),:;\\]+\.[^\s@<>\"(),:;\\.]{2,}")
_PHONE = re.compile(r"\+?[0-9][0-9 .()/-]{3,30}")


@dataclass(frozen=True, kw_only=True)
class ContactInput:
    """Name, e-mail, phone (as typed, one line each) and the purposes agreed to."""

    name: str = ""
    email: str = ""
    phone: str = ""
    consent: tuple[str, ...] = ()
    consent_text: str = CONSENT_TEXT

    def fingerprint(self) -> str:
        """Return a digest for comparing two sendings; the values themselves stay here."""
        text = "\0".join([self.name, self.email, self.phone, *self.consent])
        return hashlib.sha256(text.encode()).hexdigest()


def parse_contact(value: object, problems: list[Rejection]) -> ContactInput | None:
    """Check a contact object {name, email, phone, consent}; add to `problems` what is wrong.

    consent: a purpose or a list of purposes. consent_text: the version of the words (rule 3).
    """
    if value is None or value == {}:
        return None
    if not isinstance(value, Mapping):
        problems.append(_wrong("contact"))
        return None
    name = _line(value, "name", MAX_NAME, problems)
    email = _line(value, "email", MAX_EMAIL, problems)
    phone = _line(value, "phone", MAX_PHONE, problems)
    if email and not EMAIL_PATTERN.fullmatch(email):
        problems.append(
            Rejection("bad_email", N_("This is not an e-mail address."), field="contact.email")
        )
    if phone and not _PHONE.fullmatch(phone):
        problems.append(
            Rejection("bad_phone", N_("This is not a phone number."), field="contact.phone")
        )
    text = _line(value, "consent_text", MAX_TEXT_VERSION, problems)
    agreed = _consent(value.get("consent"), problems)
    consent = agreed if text in KNOWN_TEXTS else ()
    if not (name or email or phone):
        return None
    return ContactInput(
        name=name, email=email, phone=phone, consent=consent, consent_text=text or CONSENT_TEXT
    )


def _line(value: Mapping[str, Any], name: str, limit: int, problems: list[Rejection]) -> str:
    raw = value.get(name)
    if raw is None:
        return ""
    if not isinstance(raw, str):
        problems.append(_wrong(f"contact.{name}"))
        return ""
    line = clean_line(raw)
    if len(line) > limit:
        problems.append(
            Rejection(
                "too_long",
                N_("This is too long: %(length)s characters, at most %(limit)s."),
                field=f"contact.{name}",
                params={"length": len(line), "limit": limit},
            )
        )
        return ""
    return line


def _consent(raw: object, problems: list[Rejection]) -> tuple[str, ...]:
    if raw in (None, False, True, "", []):
        return ()
    purposes = [raw] if isinstance(raw, str) else raw
    if not isinstance(purposes, list) or not all(
        isinstance(item, str) and item in PURPOSES for item in purposes
    ):
        problems.append(_wrong("contact.consent"))
        return ()
    return tuple(sorted(set(purposes)))


def _wrong(name: str) -> Rejection:
    return Rejection("wrong_contact", N_("This part of the contact cannot be read."), field=name)
