"""Web push: one encrypted message to one browser, through its maker's service.

RFC 8030 (the service), 8291 (encryption), 8292 (who sends).

1. Only the browser can read the message; the service sees who sends and how long it is worth.
2. A repeat takes the place of the first one where that was not shown yet (Topic, tag).
3. The address was checked when it came in and is checked again; the machine at the other end must
   be a public one (rule 1 of `accounts.reach.push`).
"""

import hashlib
import json
import os
import time
from ipaddress import ip_address

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.accounts.reach.push import (
    Subscription,
    allowed,
    origin,
    own_key,
    packed,
    public_point,
    public_text,
    unpacked,
)
from app.notifications.channels.base import Gone, Message, PermanentFailure
from app.notifications.channels.calls import call, refusal
from config import Push

WORTH_S = 2 * 86_400
TOKEN_S = 12 * 3_600
RECORD_BYTES = 4_096
ENDED = frozenset({404, 410})


class PushChannel:
    """All push services; `sender`: our mail address, for those who run them."""

    name = "push"

    def __init__(self, push: Push, sender: str) -> None:
        self._push = push
        self._contact = push.contact or f"mailto:{sender}"

    def send(self, message: Message) -> None:
        """Hand the message to the browser's push service."""
        to = Subscription.from_text(message.to)
        if not allowed(to.endpoint, self._push.hosts):
            raise Gone("push_host")
        headers = {
            "Authorization": f"vapid t={self._token(to.endpoint)}, k={public_text(own_key())}",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(WORTH_S),
            "Topic": packed(hashlib.sha256(message.key.encode()).digest()[:16]),
        }
        known = origin(to.endpoint) in self._push.hosts
        answer = call(
            "POST", to.endpoint, encrypted(payload(message), to), headers,
            timeout_s=self._push.timeout_s, peer=_anybody if known else _is_public,
        )  # fmt: skip
        if answer.status in ENDED:
            raise Gone(f"push_{answer.status}")
        if answer.status == 413:
            raise PermanentFailure("push_413")
        if not 200 <= answer.status < 300:
            raise refusal(answer.status, "push")

    def _token(self, endpoint: str) -> str:
        """Return the token that says who sends, to whom, until when."""
        claims = {
            "aud": origin(endpoint), "exp": int(time.time()) + TOKEN_S, "sub": self._contact
        }  # fmt: skip
        parts = [{"typ": "JWT", "alg": "ES256"}, claims]
        signed = ".".join(packed(json.dumps(part).encode()) for part in parts)
        r, s = decode_dss_signature(own_key().sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{packed(r.to_bytes(32) + s.to_bytes(32))}"


def _anybody(_address: str) -> bool:
    return True


def _is_public(address: str) -> bool:
    return ip_address(address.partition("%")[0]).is_global


def payload(message: Message) -> bytes:
    """Return what the service worker shows: a title, a line, where a tap leads."""
    shown = {
        "title": message.sender_name,
        "body": message.short,
        "url": message.link,
        "tag": message.reference,
        "lang": message.lang,
    }
    return json.dumps(shown, ensure_ascii=False).encode()


def encrypted(clear: bytes, to: Subscription) -> bytes:
    """Encrypt for one browser, as one record of aes128gcm (RFC 8188) under its keys (RFC 8291)."""
    theirs, salt = unpacked(to.p256dh), os.urandom(16)
    mine = ec.generate_private_key(ec.SECP256R1())
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
    shared = mine.exchange(ec.ECDH(), public)
    info = b"WebPush: info\0" + theirs + public_point(mine)
    secret = _derived(unpacked(to.auth), info, 32, shared)
    key = _derived(salt, b"Content-Encoding: aes128gcm\0", 16, secret)
    nonce = _derived(salt, b"Content-Encoding: nonce\0", 12, secret)
    head = salt + RECORD_BYTES.to_bytes(4) + bytes([65]) + public_point(mine)
    return head + AESGCM(key).encrypt(nonce, clear + b"\x02", None)


def _derived(salt: bytes, info: bytes, length: int, secret: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)
