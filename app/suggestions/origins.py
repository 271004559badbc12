"""With what kind of address a support was proved: as much as is needed to see stuffing. Pure.

1. A phone, a mailbox at one of the large providers, one that is made to be thrown away, or another.
2. Of the last two the domain counts, under a mark of its own for each suggestion: how many come
   from one domain can be counted there, and nothing can be compared with another suggestion.
"""

from dataclasses import dataclass

from disposable_email_domains import blocklist

from app.core.crypto import sign
from app.core.installation import settings

PHONE, LARGE, THROWAWAY, OTHER = "phone", "large", "throwaway", "other"
PROVIDERS = frozenset(
    """
    gmail.com googlemail.com yahoo.com yahoo.com.vn ymail.com outlook.com outlook.com.vn hotmail.com
    live.com msn.com icloud.com me.com mac.com aol.com proton.me protonmail.com zoho.com gmx.com
    gmx.net mail.com yandex.com qq.com 163.com naver.com
    """.split()  # noqa: SIM905 - a list of strings would fill a page
)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """proved_by: None where it is not known. domain: a mark, or None where it tells nothing."""

    proved_by: str | None = None
    domain: str | None = None


UNKNOWN = Origin()


def origin_of(ticket_id: int, address: str) -> Origin:
    """Return the kind of a proved address: a phone in E.164, a mailbox, or nothing."""
    if address.startswith("+"):
        return Origin(proved_by=PHONE)
    domain = address.rpartition("@")[2].strip().lower()
    if not domain or "@" not in address:
        return UNKNOWN
    if domain in PROVIDERS:
        return Origin(proved_by=LARGE)
    mark = sign(settings().secrets.secret_key, "supporter domain", ticket_id, domain)
    return Origin(proved_by=THROWAWAY if _is_throwaway(domain) else OTHER, domain=mark)


def _is_throwaway(domain: str) -> bool:
    """Tell whether the domain, or one above it, is known for mailboxes that are thrown away."""
    parts = domain.split(".")
    return any(".".join(parts[start:]) in blocklist for start in range(len(parts) - 1))
