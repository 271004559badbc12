"""Encryption of a stream by a passphrase: AES-256-GCM in chunks, the STREAM construction.

1. File: `MAGIC`, 16 bytes of salt, 16 bytes that tell a wrong passphrase from a damaged file, then
   chunks of `CHUNK` bytes (the last one shorter or equal), each with its tag of 16 bytes.
2. scrypt (N 2^17, r 8, p 1) of passphrase and salt gives 48 bytes: the key, and those 16.
3. The nonce of a chunk is its number (11 bytes, from 0) and one byte, 1 for the last chunk, else 0:
   no chunk can be moved, left out, doubled or cut off. The header is authenticated with each.
"""

import hmac
import os
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from backup import Refused

MAGIC = b"hoi-am-sealed-1\n"
CHUNK = 1 << 16
_SALT = _CHECK = _TAG = 16
HEADER = len(MAGIC) + _SALT + _CHECK
DAMAGED = "The file is damaged: it was cut off or changed after it was made."


class Sink(Protocol):
    """Takes bytes."""

    def write(self, content: bytes, /) -> object:
        """Take all of `content`."""


class Source(Protocol):
    """Gives bytes."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, fewer only at the end."""


class SealingSink:
    """Encrypts what is written to it. Without `finish` the result counts as cut off."""

    def __init__(self, target: Sink, passphrase: str) -> None:
        salt = os.urandom(_SALT)
        key, check = _derive(passphrase, salt)
        self._target = target
        self._header = MAGIC + salt + check
        self._cipher = AESGCM(key)
        self._number = 0
        self._waiting = bytearray()
        target.write(self._header)

    def write(self, content: bytes, /) -> int:
        """Take bytes; whole chunks go on at once, but never the one that may be the last."""
        self._waiting += content
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(content)

    def finish(self) -> None:
        """Write the last chunk."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        self._target.write(self._cipher.encrypt(nonce, chunk, self._header))
        self._number += 1


class OpeningSource:
    """Decrypts what it reads; gives out nothing that was not authenticated. Raises Refused."""

    def __init__(self, source: Source, passphrase: str) -> None:
        self._source = source
        self._header = source.read(HEADER)
        if len(self._header) < HEADER:
            raise Refused(DAMAGED)
        salt = self._header[len(MAGIC) : len(MAGIC) + _SALT]
        key, check = _derive(passphrase, salt)
        if not hmac.compare_digest(check, self._header[-_CHECK:]):
            raise Refused("The passphrase is not the one that the file was made with.")
        self._cipher = AESGCM(key)
        self._number = 0
        self._ahead = source.read(CHUNK + _TAG)
        self._ready = bytearray()
        self._done = False

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, fewer only at the end."""
        while len(self._ready) < size and not self._done:
            self._ready += self._open()
        part = bytes(self._ready[:size])
        del self._ready[:size]
        return part

    def _open(self) -> bytes:
        sealed, self._ahead = self._ahead, self._source.read(CHUNK + _TAG)
        self._done = not self._ahead
        try:
            chunk = self._cipher.decrypt(
                _nonce(self._number, last=self._done), sealed, self._header
            )
        except (InvalidTag, ValueError):
            raise Refused(DAMAGED) from None
        self._number += 1
        return chunk


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _derive(passphrase: str, salt: bytes) -> tuple[bytes, bytes]:
    """Return (key, check)."""
    derived = Scrypt(salt=salt, length=32 + _CHECK, n=1 << 17, r=8, p=1).derive(passphrase.encode())
    return derived[:32], derived[32:]
