"""Reads a backup file from front to end and believes none of it before the manifest agrees.

1. Members are read as streams and written by us; nothing is extracted by the name it carries.
2. `read` returns only when every byte was there, in order, and nothing came after it.
"""

import contextlib
import getpass
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from backup import Refused
from backup.file.contents import (
    ABOUT,
    KEYS,
    MANIFEST,
    PART_NAME,
    PHOTO_NAME,
    SETTINGS,
    SMALL_BYTES,
    About,
    Manifest,
    Tally,
)
from backup.file.sealing import DAMAGED, MAGIC, OpeningSource, Source

_BLOCK = 1 << 20
NOT_WHOLE = "The file is not whole: it ends before its manifest, or does not agree with it."


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands before the bulk, enough to refuse early. keys, settings: contents of files."""

    about: About
    keys: bytes
    settings: bytes


class Receiver(Protocol):
    """Takes what is read. `begin` may raise Refused, before any bulk is read."""

    def begin(self, head: Head) -> None:
        """See what the file is."""

    def dump(self, block: bytes) -> None:
        """Take the next block of the dump."""

    def photo(self, name: str) -> contextlib.AbstractContextManager[IO[bytes] | None]:
        """Open what takes a photo; `name` is its path in the photo folder."""


def read(file: Path, passphrase: str, receiver: Receiver) -> tuple[Head, Manifest]:
    """Read a whole file. Raises Refused where it is damaged or `receiver` does not want it."""
    with _opened(file, passphrase) as source:
        try:
            tar = tarfile.open(mode="r|", fileobj=source)  # type: ignore[call-overload]  # noqa: SIM115
        except (tarfile.TarError, EOFError):
            raise Refused(f"{file} is no backup of this application.") from None
        try:
            with tar:
                found = _Reading(tar, receiver).run()
            if any(block.strip(b"\0") for block in iter(lambda: source.read(_BLOCK), b"")):
                raise Refused(DAMAGED)
        except (tarfile.TarError, EOFError, UnicodeError):
            raise Refused(NOT_WHOLE) from None
    return found


@contextlib.contextmanager
def _opened(file: Path, passphrase: str) -> Iterator[Source]:
    try:
        stream = file.open("rb")
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from None
    with stream:
        if stream.read(len(MAGIC)) != MAGIC:
            stream.seek(0)
            yield stream
            return
        stream.seek(0)
        yield OpeningSource(stream, passphrase or _asked())


def _asked() -> str:
    if not sys.stdin.isatty():
        raise Refused("The file is encrypted: set BACKUP_PASSPHRASE or BACKUP_PASSPHRASE_FILE.")
    return getpass.getpass("Passphrase of the backup: ")


class _Reading:
    """One pass over the members."""

    def __init__(self, tar: tarfile.TarFile, receiver: Receiver) -> None:
        self._tar = tar
        self._receiver = receiver
        self._tally = Tally()
        self._small: dict[str, bytes] = {}
        self._head: Head | None = None
        self._parts = 0

    def run(self) -> tuple[Head, Manifest]:
        for member in self._tar:
            if not member.isreg() or member.issparse():
                raise Refused(f"The file holds {member.name!r}, which is no plain file.")
            if member.name == MANIFEST:
                return self._end(member)
            self._tally.open(member.name, member.size)
            self._take(member)
        raise Refused(NOT_WHOLE)

    def _take(self, member: tarfile.TarInfo) -> None:
        name = member.name
        if name == self._next_small(name):
            self._small[name] = b"".join(self._blocks(self._bounded(member)))
            if name == ABOUT:
                About.from_json(self._small[ABOUT])
        elif PART_NAME.fullmatch(name) and int(name.partition("/")[2]) == self._parts + 1:
            self._parts += 1
            self._begin()
            for block in self._blocks(member):
                self._receiver.dump(block)
        elif PHOTO_NAME.fullmatch(name):
            self._begin()
            with self._receiver.photo(name.removeprefix("photos/")) as target:
                for block in self._blocks(member):
                    if target is not None:
                        target.write(block)
        else:
            raise Refused(f"The file holds {name!r}, which does not belong there.")

    def _next_small(self, name: str) -> str:
        """Return `name` if it may come now, else what is due."""
        if not self._small:
            return ABOUT
        due = {KEYS, SETTINGS} - self._small.keys() if self._head is None else set()
        return name if name in due else ""

    def _begin(self) -> None:
        """Show the head to the receiver, once, before the first of the bulk."""
        if self._head is None:
            if not {ABOUT, KEYS} <= self._small.keys():
                raise Refused("The file is no backup of this application.")
            self._head = Head(
                about=About.from_json(self._small[ABOUT]),
                keys=self._small[KEYS],
                settings=self._small.get(SETTINGS, b""),
            )
            self._receiver.begin(self._head)

    def _blocks(self, member: tarfile.TarInfo) -> Iterator[bytes]:
        stream = self._tar.extractfile(member)
        left = member.size
        while stream is not None and left > 0:
            block = stream.read(min(_BLOCK, left))
            if not block:
                raise Refused(NOT_WHOLE)
            self._tally.add(block)
            left -= len(block)
            yield block

    def _bounded(self, member: tarfile.TarInfo) -> tarfile.TarInfo:
        if member.size > SMALL_BYTES:
            raise Refused(f"{member.name} in the file is too large to be one of ours.")
        return member

    def _end(self, member: tarfile.TarInfo) -> tuple[Head, Manifest]:
        stream = self._tar.extractfile(self._bounded(member))
        manifest = Manifest.from_json(stream.read() if stream is not None else b"")
        if self._head is None or manifest != self._tally.manifest(manifest.photos_missing):
            raise Refused(NOT_WHOLE)
        if self._tar.next() is not None:
            raise Refused(DAMAGED)
        return self._head, manifest
