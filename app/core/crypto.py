"""Random codes, token hashes, signatures and the encryption of contacts.

1. Tokens are 32 random bytes; only their SHA-256 is stored.
2. Contacts are encrypted with Fernet; the first key encrypts, all of them decrypt (rotation).
3. A signature is a truncated HMAC-SHA256 over a purpose and its parts, compared in constant time.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, MultiFernet

# No 0/O, 1/I/L, U/V: they are mixed up when a code is read out or typed.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
REFERENCE_LENGTH = 6


def new_token() -> str:
    """Return a fresh secret for a link or a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Return what is stored instead of the token (32 bytes)."""
    return hashlib.sha256(token.encode()).digest()


def new_reference(prefix: str, year: int) -> str:
    """Return a public code such as `AB-26-7F3K2M`: not guessable, not sequential."""
    code = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))
    return f"{prefix}-{year % 100:02d}-{code}"


def normal_reference(typed: str, prefix: str) -> str:
    """Bring a typed code into its stored form: case, spaces and dashes do not matter."""
    plain = "".join(ch for ch in typed.upper() if ch.isalnum() and ch.isascii())
    plain = plain.removeprefix(prefix.upper())
    return f"{prefix}-{plain[:2]}-{plain[2:]}"


def sign(key: str, purpose: str, *parts: object) -> str:
    """Return a 128-bit URL-safe signature over the purpose and the parts."""
    message = "\0".join([purpose, *map(str, parts)]).encode()
    digest = hmac.new(key.encode(), message, hashlib.sha256).digest()[:16]
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def signature_matches(signature: str, key: str, purpose: str, *parts: object) -> bool:
    """Tell whether `signature` is the one that `sign` gives."""
    expected = sign(key, purpose, *parts)
    return hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode())


class Sealer:
    """Encrypts and decrypts personal texts, and files that fit into memory."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, text: str | None) -> bytes | None:
        """Encrypt; None stays None."""
        return None if text is None else self._fernet.encrypt(text.encode())

    def seal_bytes(self, content: bytes) -> bytes:
        """Encrypt a file's content."""
        return self._fernet.encrypt(content)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Decrypt a file's content. Raises InvalidToken when no key fits."""
        return self._fernet.decrypt(sealed)

    def open(self, sealed: bytes | None) -> str | None:
        """Decrypt; None stays None. Raises InvalidToken when no key fits."""
        return None if sealed is None else self._fernet.decrypt(sealed).decode()
