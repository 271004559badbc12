"""A small disk for the installation, which can be made full and empty again.

A tmpfs is mounted below the installation; "full" is the same file system with its size cut down to
what is in use, so that every program in it meets a real ENOSPC. Mounting needs root, or sudo that
asks no password.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = 3 << 30  # taken from memory only as far as it is used
TRIES = 50


class Disk:
    """The file system at `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mount(self) -> None:
        """Mount it, empty. Raises AssertionError where that is not permitted."""
        self.folder.mkdir(exist_ok=True)
        owner = f"uid={os.geteuid()},gid={os.getegid()},mode=711"
        done = _as_root("mount", "-t", "tmpfs", "-o", f"size={SIZE},{owner}", "tmpfs", self.folder)
        assert done.returncode == 0, f"a disk of its own needs root or sudo: {done.stderr}"

    def unmount(self) -> None:
        """Take it away, with everything on it."""
        if os.path.ismount(self.folder):
            # Lazily: what is still open in it goes with the last program.
            assert _as_root("umount", "--lazy", self.folder).returncode == 0

    @contextmanager
    def full(self) -> Iterator[None]:
        """Leave no room for the time of the block."""
        try:
            self._fill()
            yield
        finally:
            assert self._resize(SIZE)

    def _fill(self) -> None:
        # What is written meanwhile makes the size that was just read too small: look again.
        for _ in range(TRIES):
            room = os.statvfs(self.folder)
            if self._resize((room.f_blocks - room.f_bfree) * room.f_frsize):
                return
        raise AssertionError("the disk could not be filled")

    def _resize(self, size: int) -> bool:
        return _as_root("mount", "-o", f"remount,size={size}", self.folder).returncode == 0


def _as_root(*command: str | Path) -> subprocess.CompletedProcess[str]:
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    return subprocess.run([*prefix, *command], capture_output=True, text=True, check=False)
