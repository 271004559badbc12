"""Processor time and memory of running programs, read from /proc (Linux)."""

import os
from dataclasses import dataclass
from pathlib import Path

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1_048_576


@dataclass(frozen=True)
class Spent:
    """Milliseconds of processor time: of the web server and of the database."""

    web: float
    database: float

    def __sub__(self, earlier: "Spent") -> "Spent":
        return Spent(self.web - earlier.web, self.database - earlier.database)


@dataclass(frozen=True)
class Programs:
    """Whose time is counted: a program and all that it started."""

    web: int
    postmaster: int

    def spent(self) -> Spent:
        """Return the time used since they started, ended children included."""
        return Spent(_tree_ms(self.web), _tree_ms(self.postmaster))

    def web_worker_mb(self) -> float:
        """Return the resident memory of the largest web process."""
        return max(_resident_mb(pid) for pid in family(self.web))


def family(root: int) -> list[int]:
    """Return a process and everything below it."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        fields = _stat(path)
        if fields:
            children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def _tree_ms(root: int) -> float:
    total = 0
    for pid in family(root):
        fields = _stat(Path(f"/proc/{pid}/stat"))
        if fields:  # utime, stime, and those of children that have ended
            total += sum(int(value) for value in fields[11:15])
    return total * TICK_MS


def _resident_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_MB
    except OSError:
        return 0.0


def _stat(path: Path) -> list[str]:
    """Return the fields of a stat file after the program's name (state first)."""
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:
        return []
