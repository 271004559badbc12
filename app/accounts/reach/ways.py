"""The ways to a resident, in the order in which one of them is chosen.

1. A message goes one way: the first that the contact has and the installation offers. What is
   nearest to the person comes first: push, Zalo, SMS, then e-mail.
2. When a way ends for good, the next one takes its place (`notifications.instead`).
3. Push, Zalo and SMS ring: they keep quiet hours. E-mail does not.
"""

from collections.abc import Collection

from app.accounts.models import Contact
from app.core.installation import settings

PUSH, ZALO, SMS, EMAIL = "push", "zalo", "sms", "email"
PREFERENCE = (PUSH, ZALO, SMS, EMAIL)
BY_PHONE = (ZALO, SMS)
RINGING = frozenset({PUSH, ZALO, SMS})
OFF = "off"


def texted_regions(region: str) -> tuple[str, ...]:
    """Return the countries whose phones get codes and short messages. region: the pack's."""
    return settings().codes.regions or (region,)


def offered() -> tuple[str, ...]:
    """Return the ways that this installation has, the preferred one first."""
    chosen = settings()
    on = {
        PUSH: chosen.push.kind != OFF,
        ZALO: chosen.zalo.kind != OFF,
        SMS: chosen.sms.kind != OFF,
        EMAIL: True,
    }
    return tuple(way for way in PREFERENCE if on[way])


def named() -> tuple[str, ...]:
    """Return the ways that a form names beside its boxes; push is asked for by itself."""
    return tuple(way for way in offered() if way != PUSH)


def ways(*, email: bool, phone: bool, push: bool) -> tuple[str, ...]:
    """Return the offered ways to somebody who has these addresses, the preferred one first."""
    has = {PUSH: push, ZALO: phone, SMS: phone, EMAIL: email}
    return tuple(way for way in offered() if has[way])


def ways_to(contact: Contact) -> tuple[str, ...]:
    """Return the ways to a contact, the preferred one first."""
    return ways(
        email=contact.email_enc is not None,
        phone=contact.phone_enc is not None,
        push=contact.push_enc is not None,
    )


def after(way: str, those: Collection[str]) -> str | None:
    """Return which of those comes after a way that failed for good."""
    later = PREFERENCE[PREFERENCE.index(way) + 1 :]
    return next((other for other in later if other in those), None)
