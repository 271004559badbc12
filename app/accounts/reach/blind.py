"""Finds a contact by its address without opening any other. Pure but for the key.

1. The keyed hash is over the normal form: an e-mail address in lower case, a phone in E.164.
2. Its key is another than the one that encrypts; a hash without the key tells nothing.
"""

import hashlib
import hmac

from app.core.installation import settings


def contact_key(kind: str, value: str) -> bytes:
    """Return the key of an address. kind: email, phone, code or identity."""
    secret = settings().secrets.contact_index_key.encode()
    text = f"{kind}\0{value.strip().lower()}"
    return hmac.new(secret, text.encode(), hashlib.sha256).digest()


def email_key(email: str) -> bytes | None:
    """Return the key of an e-mail address; None where there is none."""
    return contact_key("email", email) if email else None


def phone_key(phone: str) -> bytes | None:
    """Return the key of a phone number in E.164; None for anything else."""
    return contact_key("phone", phone) if phone.startswith("+") else None
