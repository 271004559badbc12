"""File locks that the kernel releases when their holder dies, however it dies.

A program that is started with the lock's `fileno()` (`pass_fds`) holds it too: a lock that guards
the work of a child outlives a killed parent until the child has ended.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from launcher import Refusal, say


class Lock:
    """A lock file. Several may share it, or one holds it alone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Refusal(f"{path} cannot be opened: {error.strerror}.") from None

    def try_alone(self) -> bool:
        """Take the lock for ourselves alone, or tell that somebody has it."""
        return self._flock(fcntl.LOCK_EX | fcntl.LOCK_NB)

    def wait_alone(self) -> None:
        """Take the lock for ourselves alone, as soon as it is free."""
        self._flock(fcntl.LOCK_EX)

    def wait_shared(self) -> None:
        """Share the lock with others who share it."""
        self._flock(fcntl.LOCK_SH)

    def write(self, text: str) -> None:
        """Replace the content: a word about the holder for those who find it locked."""
        content = text.encode()
        os.pwrite(self._fd, content, 0)
        os.ftruncate(self._fd, len(content))

    def read(self) -> str:
        """Return what the holder wrote."""
        return os.pread(self._fd, 65_536, 0).decode(errors="replace")

    def fileno(self) -> int:
        """Return the number by which a child can be given the lock."""
        return self._fd

    def close(self) -> None:
        """Let go."""
        os.close(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _flock(self, how: int) -> bool:
        try:
            fcntl.flock(self._fd, how)
        except BlockingIOError:
            return False
        return True


@contextlib.contextmanager
def only_one(path: Path, waiting: str) -> Iterator[Lock]:
    """Run the body alone; say `waiting` if another run has to finish it first. Yields the lock."""
    with Lock(path) as lock:
        if not lock.try_alone():
            say(waiting)
            lock.wait_alone()
        yield lock
