"""A browser that wants messages on its screen: its subscription, and our own key for it.

1. Messages are only sent to the push services that the settings name, by https: the address comes
   from a stranger, and must not lead into our own network. An entry with a scheme is a whole
   origin, for trials on one machine.
2. Our key is made from FOLLOW_KEY: with a new one, links and subscriptions end together.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.core.errors import Rejection
from app.core.installation import settings
from app.core.words.i18n import N_

MAX_ENDPOINT = 1_000
POINT_BYTES, AUTH_BYTES = 65, 16
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """Where and with which keys a browser takes messages. Keys in URL-safe base64."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)

    def sealed_text(self) -> str:
        """Return it as it is kept (encrypted)."""
        return json.dumps([self.endpoint, self.p256dh, self.auth])

    @classmethod
    def from_text(cls, text: str) -> "Subscription":
        """Return what `sealed_text` gave."""
        endpoint, p256dh, auth = json.loads(text)
        return cls(endpoint=endpoint, p256dh=p256dh, auth=auth)


def parse_subscription(endpoint: str, p256dh: str, auth: str) -> Subscription:
    """Check what a browser sent. Raises Rejection."""
    good = (
        len(endpoint) <= MAX_ENDPOINT
        and allowed(endpoint, settings().push.hosts)
        and _is_point(p256dh)
        and len(unpacked(auth)) == AUTH_BYTES
    )
    if not good:
        raise Rejection(
            "bad_subscription", N_("This browser cannot get messages from us."), field="endpoint"
        )
    return Subscription(endpoint=endpoint, p256dh=p256dh, auth=auth)


def allowed(endpoint: str, hosts: Collection[str]) -> bool:
    """Tell whether an address is one of the push services."""
    if not (endpoint.isascii() and endpoint.isprintable()) or " " in endpoint:
        return False
    if origin(endpoint) in hosts:
        return True
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = "@" not in parts.netloc and port in (None, 443)
    return parts.scheme == "https" and plain and any(_matches(host, one) for one in hosts)


def _matches(host: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:]) and len(host) >= len(pattern)
    return host == pattern and "/" not in pattern


def origin(endpoint: str) -> str:
    """Return scheme, host and port, or an empty text."""
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc and "@" not in parts.netloc else ""


def _is_point(text: str) -> bool:
    raw = unpacked(text)
    if len(raw) != POINT_BYTES:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        return False
    return True


def own_key() -> ec.EllipticCurvePrivateKey:
    """Return the key that tells push services who sends (VAPID)."""
    root = settings().secrets.follow_key.encode()
    digest = hmac.new(root, b"push", hashlib.sha512).digest()
    return ec.derive_private_key(int.from_bytes(digest) % (ORDER - 1) + 1, ec.SECP256R1())


def offered_key() -> str:
    """Return the public half for pages; an empty text where this installation has no push."""
    return "" if settings().push.kind == "off" else public_text(own_key())


def public_text(key: ec.EllipticCurvePrivateKey) -> str:
    """Return the public half as browsers take it."""
    return packed(public_point(key))


def public_point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the public half as 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def packed(raw: bytes) -> str:
    """Return URL-safe base64 without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    """Return the bytes; none for what is no URL-safe base64."""
    try:
        return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except ValueError:
        return b""
