"""Writes a backup file: under a hidden name, with a lock, until it is complete and on the disk."""

import contextlib
import fcntl
import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from backup import Refused
from backup.file.contents import MANIFEST, Manifest, Tally
from backup.file.sealing import SealingSink, Sink

_UNFINISHED = ".hoi-am-*.part"
_BLOCK = 1 << 20


class Archive:
    """The tar that is being written."""

    def __init__(self, target: Sink) -> None:
        # Not `tarfile.open`: its streams go on writing while they are thrown away after a failure.
        target_file = cast("IO[bytes]", _Forward(target))
        self._tar = tarfile.TarFile(mode="w", fileobj=target_file, format=tarfile.USTAR_FORMAT)
        self._tally = Tally()

    def add(self, name: str, content: bytes) -> None:
        """Write a member from memory."""
        self.add_stream(name, io.BytesIO(content), len(content))

    def add_stream(self, name: str, source: IO[bytes], size: int) -> None:
        """Write a member of `size` bytes. Raises OSError where `source` gives fewer."""
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tally.open(name, size)
        self._tar.addfile(member, _Hashing(source, self._tally))

    def finish(self, photos_missing: int) -> Manifest:
        """Write the manifest and the end."""
        manifest = self._tally.manifest(photos_missing)
        content = manifest.to_json()
        member = tarfile.TarInfo(MANIFEST)
        member.size, member.mode = len(content), 0o600
        self._tar.addfile(member, io.BytesIO(content))
        self._tar.close()
        return manifest


class _Forward:
    """What tarfile asks of a file that is only written, from front to end."""

    def __init__(self, target: Sink) -> None:
        self._target = target
        self._place = 0

    def write(self, content: bytes, /) -> int:
        self._target.write(content)
        self._place += len(content)
        return len(content)

    def tell(self) -> int:
        return self._place


class _Hashing:
    """Passes bytes on and tallies them."""

    def __init__(self, source: IO[bytes], tally: Tally) -> None:
        self._source = source
        self._tally = tally

    def read(self, size: int = -1) -> bytes:
        content = self._source.read(size)
        self._tally.add(content)
        return content


@contextlib.contextmanager
def new_archive(path: Path, passphrase: str) -> Iterator[Archive]:
    """Yield an archive that appears as `path` if the body ends well and has finished it.

    passphrase: empty for a file that is not encrypted. Raises Refused where the name is taken.
    """
    _remove_abandoned(path.parent)
    unfinished = path.with_name(f".{path.name}.part")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"{path} is being written by another command.") from None
    try:
        with os.fdopen(descriptor, "wb", buffering=_BLOCK) as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            sealing = SealingSink(file, passphrase) if passphrase else None
            yield Archive(sealing or file)
            if sealing is not None:
                sealing.finish()
            file.flush()
            os.fsync(file.fileno())
            if path.exists():
                raise Refused(f"{path} is there already.")
            unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_abandoned(folder: Path) -> None:
    """Delete what a killed command left: files whose lock nobody holds."""
    for path in folder.glob(_UNFINISHED):
        with contextlib.suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
