"""Who is killed, and when: every kind in turn, in a random order, at random moments, always -9.

1. A kill counts only when a living process was found and has been sent SIGKILL.
2. Redis loses its data with its life; a "horse" is the child in which a media job runs.
3. Between the kills the post office misbehaves, and now and then the disk is full.
"""

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from launcher.locks import Lock
from tests.faults.post_office import MOODS, WELL
from tests.faults.supervised import DISK_FULL, Supervised

LOOK_S = 10.0
FULL_S = (2.0, 5.0)
SUPERVISOR = "the supervisor"


@dataclass(frozen=True)
class Plan:
    """Rounds over all kinds go on until there were so many kills; seconds between two of them."""

    kills: int
    pause_s: tuple[float, float]
    supervisor_every: int
    full_every: int


@dataclass
class Killer:
    """Carries a plan out, and counts."""

    place: Supervised
    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)

    def run(self, plan: Plan) -> None:
        """Kill, and misbehave, until the plan is done."""
        chance = random.Random(self.seed)
        for number in count():
            kinds = sorted(KINDS)
            if number % plan.supervisor_every:  # starting everything again takes its time
                kinds.remove(SUPERVISOR)
            full_after = chance.choice(kinds) if number % plan.full_every == 0 else ""
            for kind in chance.sample(kinds, len(kinds)):
                time.sleep(chance.uniform(*plan.pause_s))
                self._mail(chance)
                self.kill(kind, chance)
                if kind == full_after:
                    self._disk(chance.uniform(*FULL_S))
            if self.kills.total() >= plan.kills:
                break
        self.place.office.change(WELL)

    def kill(self, kind: str, chance: random.Random) -> None:
        """Kill one of a kind, waiting for a while until there is one."""
        end = time.monotonic() + LOOK_S
        while time.monotonic() < end:
            if killed := KINDS[kind](self.place, chance):
                self.kills[kind] += killed
                self.place.moments.append((time.time(), time.time(), kind))
                return
            time.sleep(0.02)
        # Whom the supervisor has not started again yet cannot be killed: that is its back-off.
        self.others["nobody to kill"] += 1

    def _mail(self, chance: random.Random) -> None:
        mood = chance.choice((*MOODS, WELL, WELL, WELL))
        self.place.office.change(mood)
        if mood != WELL:
            self.others[f"mail server {mood}"] += 1

    def _disk(self, seconds: float) -> None:
        self.others[DISK_FULL] += 1
        with self.place.full_disk():
            time.sleep(seconds)


def children(parent: int, *words: str) -> list[int]:
    """Return the children of a process whose command line holds all the words."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, ppid = path.read_text().rpartition(")")[2].split()[:2]
            line = (path.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if int(ppid) == parent and state != "Z" and all(word in line for word in words):
                found.append(int(path.parent.name))
    return sorted(found)


def program(place: Supervised, *words: str) -> list[int]:
    """Return the supervisor's child of that name, if it lives."""
    return children(place.supervisor.pid, *words) if place.supervisor else []


def postmaster(place: Supervised) -> list[int]:
    """Return the process of the private PostgreSQL, if it lives."""
    with suppress(OSError, ValueError):
        path = place.clone.var / "instances" / "postgres" / "postmaster.pid"
        pid = int(path.read_text().split("\n", 1)[0])
        if b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes():
            return [pid]
    return []


def redis_server(place: Supervised) -> list[int]:
    """Return the process of the private Redis, if it lives."""
    with suppress(OSError, ValueError):
        pid = int((place.clone.var / "instances" / "redis.pid").read_text())
        if b"redis" in Path(f"/proc/{pid}/cmdline").read_bytes():
            return [pid]
    return []


def slay(*pids: int) -> int:
    """Kill them; return how many lived."""
    killed = 0
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            killed += 1
    return killed


def _one(pids: list[int], chance: random.Random) -> int:
    return slay(chance.choice(pids)) if pids else 0


def _web_worker(place: Supervised, chance: random.Random) -> int:
    masters = program(place, "granian")
    return _one([pid for master in masters for pid in children(master)], chance)


def _worker(name: str) -> Callable[[Supervised, random.Random], int]:
    return lambda place, chance: _one(program(place, "-m workers", name), chance)


def _horses(place: Supervised) -> tuple[list[int], list[int]]:
    parents = program(place, "-m workers", "media")
    return parents, [pid for parent in parents for pid in children(parent)]


def _horse(place: Supervised, chance: random.Random) -> int:
    return _one(_horses(place)[1], chance)


def _parent_and_horse(place: Supervised, chance: random.Random) -> int:
    parents, horses = _horses(place)
    return slay(*parents, *horses) if horses else 0


def _backend(place: Supervised, chance: random.Random) -> int:
    servers = postmaster(place)
    return _one([pid for each in servers for pid in children(each, "hoi_am hoi_am")], chance)


def _redis(place: Supervised, chance: random.Random) -> int:
    with Lock(place.clone.var / "instances.lock") as lock:  # nobody starts it in between
        lock.wait_alone()
        servers = redis_server(place)
        killed = slay(*servers)
        while any(Path(f"/proc/{pid}/exe").exists() for pid in servers):
            time.sleep(0.01)
        if killed:
            shutil.rmtree(place.clone.var / "instances" / "redis")
    return killed


def _supervisor(place: Supervised, chance: random.Random) -> int:
    """Kill `./run` itself, and start it again, as systemd would."""
    assert place.supervisor is not None
    killed = slay(place.supervisor.pid)
    place.supervisor.wait()
    place.start()
    return killed


KINDS: Mapping[str, Callable[[Supervised, random.Random], int]] = {
    "web master": lambda place, chance: _one(program(place, "granian"), chance),
    "web worker": _web_worker,
    "worker route": _worker("route"),
    "worker tick": _worker("tick"),
    "worker media, its parent": _worker("media"),
    "worker media, its horse": _horse,
    "worker media, both": _parent_and_horse,
    "schedule": _worker("schedule"),
    "redis, data wiped": _redis,
    "postgres backend": _backend,
    "postmaster": lambda place, chance: slay(*postmaster(place)),
    SUPERVISOR: _supervisor,
}
