"""Finds a contact by its address without opening any other. Pure but for the key.

1. The keyed hash is over the normal form: an e-mail address in lower case, a phone in E.164.
2. Its key is another than the one that encrypts; a hash without the key tells nothing.
3. Where people are counted, aliases of one mailbox are one (`mailbox`): what follows a plus names
   no other mailbox, and at some providers dots do not count. Messages go to what was typed.
"""

import hashlib
import hmac

from app.core.installation import settings

# Providers at which dots do not count: the domain under which their mailboxes are counted.
DOTLESS = {
    "gmail.com": "gmail.com", "googlemail.com": "gmail.com",
    "proton.me": "proton.me", "protonmail.com": "proton.me", "pm.me": "proton.me",
}  # fmt: skip


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


def mailbox(email: str) -> str:
    """Return the plain form of an e-mail address, for counting (rule 3)."""
    local, _, domain = email.strip().lower().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in DOTLESS:
        local, domain = local.replace(".", "") or local, DOTLESS[domain]
    return f"{local}@{domain}"
