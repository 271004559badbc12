"""One parent for web, workers and schedule.

1. Who ends is started again: at once, then after 1, 2, 4 … 30 s; a minute of life forgives all.
2. The first Ctrl-C or SIGTERM stops everybody warmly (SIGTERM once, to the parent only, so that a
   running job may end), after five seconds the rest is killed, which loses nothing; a second Ctrl-C
   kills at once.
3. Each child leads a session of its own, so that the terminal's Ctrl-C reaches us alone and what a
   killed child leaves behind can be found. Linux ends the children when we are killed; what is left
   all the same is cleaned up at the next start, by the mark in its environment.
4. The first child is the web server: it answers `GET /healthz` before anything is announced and
   before the others start.
"""

import contextlib
import ctypes
import http.client
import os
import platform
import select
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from types import FrameType

from launcher import Refusal, say

WARM_STOP_S = 5
CALM_S = 60
LONGEST_PAUSE_S = 30
EARLY_FAILURES = 3
REVIVE_EVERY_S = 2
REMIND_AFTER_S = 0.7
MARK = "HOI_AM_SUPERVISED_IN"
_PR_SET_PDEATHSIG = 1


def stop_signals() -> tuple[signal.Signals, ...]:
    """Return the signals that stop us. Under nohup the end of the terminal is none of them."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        return signal.SIGINT, signal.SIGTERM
    return signal.SIGINT, signal.SIGTERM, signal.SIGHUP


def pause(failures: int) -> float:
    """Return how many seconds to wait before the start that follows so many failures in a row."""
    return 0.0 if failures <= 1 else float(min(2 ** (failures - 2), LONGEST_PAUSE_S))


@dataclass
class Child:
    """A program to be kept alive."""

    name: str
    command: Sequence[str]
    remind: bool = False  # its own children may miss a signal while they start: tell them again
    running: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    start_at: float = 0.0

    def ended(self, now: float) -> int | None:
        """Note the program's end, if it ended: return its exit status."""
        status = self.running.poll() if self.running is not None else None
        if status is None or self.running is None:
            return None
        kill_group(self.running.pid, signal.SIGKILL)
        self.running = None
        self.failures = 1 if now - self.started_at >= CALM_S else self.failures + 1
        self.start_at = now + pause(self.failures)
        return status


@dataclass
class Supervisor:
    """Runs children until told to stop."""

    children: Sequence[Child]
    folder: Path
    environment: Mapping[str, str]
    health_url: str
    announce: Callable[[], None]
    revive: Callable[[], Sequence[str]]
    health_timeout_s: float = 60.0
    _stops: int = field(default=0, init=False)
    _bell: int = field(default=-1, init=False)

    def run(self) -> None:
        """Start everybody, return after all have ended. Raises Refusal if web never answers."""
        with self._signals():
            began = time.monotonic()
            healthy = False
            revived = began
            try:
                while not self._stops:
                    now = time.monotonic()
                    self._reap(now)
                    self._start_due(now, self.children if healthy else self.children[:1])
                    if not healthy:
                        healthy = self._check_health(now - began)
                    if now - revived >= REVIVE_EVERY_S:
                        revived = now
                        self._revive()
                    self._sleep(0.25 if healthy else 0.1)
                say("Stopping …")
            finally:
                self._stop_all()

    @property
    def hurried(self) -> bool:
        """Tell whether the person pressed Ctrl-C twice."""
        return self._stops > 1

    def _start_due(self, now: float, children: Sequence[Child]) -> None:
        for child in children:
            if child.running is None and now >= child.start_at:
                child.started_at = now
                child.running = self._spawn(child)

    def _spawn(self, child: Child) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            child.command,
            cwd=self.folder,
            env={**self.environment, MARK: str(self.folder)},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            umask=0o077,
            preexec_fn=_die_with_parent(os.getpid()),  # noqa: PLW1509 - we have a single thread
        )

    def _reap(self, now: float) -> None:
        for child in self.children:
            status = child.ended(now)
            if status is not None and not self._stops:
                seconds = pause(child.failures)
                when = f"in {seconds:.0f} s" if seconds else "now"
                say(f"{child.name} ended ({_reason(status)}); starting it again {when}.")

    def _check_health(self, waited: float) -> bool:
        web = self.children[0]
        status = answer(self.health_url) if web.running is not None else 0
        if status == HTTPStatus.OK:
            self.announce()
            return True
        if web.failures >= EARLY_FAILURES or waited > self.health_timeout_s:
            what = f"answers {status} at {self.health_url}" if status else "does not start"
            raise Refusal(f"The web server {what}; its own words are above.")
        return False

    def _revive(self) -> None:
        try:
            for sentence in self.revive():
                say(sentence)
        except (Refusal, OSError) as error:  # a full disk, say: the children still need us
            say(str(error))

    def _stop_all(self) -> None:
        living = [child.running for child in self.children if child.running is not None]
        web = [child.running for child in self.children if child.remind and child.running]
        for process in living:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        began = time.monotonic()
        told = False
        while any(process.poll() is None for process in living):
            waited = time.monotonic() - began
            if self._stops > 1 or waited > WARM_STOP_S:
                break
            while web and waited > REMIND_AFTER_S:
                kill_group(web.pop().pid, signal.SIGTERM)
            if waited > 2 and not told:
                say("Waiting for running jobs (Ctrl-C again stops at once) …")
                told = True
            self._sleep(0.1)
        for process in living:
            kill_group(process.pid, signal.SIGKILL)
            process.wait()
        kill_marked(self.folder, signal.SIGKILL)  # forked jobs have groups of their own

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        os.set_blocking(writing, False)
        self._bell = reading
        before = {each: signal.signal(each, self._note) for each in stop_signals()}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        waking = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(waking)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(reading)
            os.close(writing)

    def _note(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._stops += 1

    def _sleep(self, seconds: float) -> None:
        """Sleep, but wake up for signals and for children that end."""
        if select.select([self._bell], [], [], seconds)[0]:
            with contextlib.suppress(BlockingIOError):
                os.read(self._bell, 4096)


def answer(url: str) -> int:
    """Return the status with which a GET of `url` is answered, 0 if it is not."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except (OSError, ValueError, http.client.HTTPException):
        return 0


def marked(folder: Path) -> list[int]:
    """Return the processes that a supervisor of this folder started (Linux only; else none)."""
    wanted = f"{MARK}={folder}".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if wanted in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
    return found


def kill_marked(folder: Path, number: signal.Signals) -> None:
    """Send a signal to all of them."""
    for pid in marked(folder):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def clean_up(folder: Path) -> None:
    """End what a killed supervisor of this folder left behind. Only call under the run lock."""
    if not marked(folder):
        return
    say("Ending what an earlier run left behind …")
    kill_marked(folder, signal.SIGTERM)
    until = time.monotonic() + WARM_STOP_S
    while marked(folder) and time.monotonic() < until:
        time.sleep(0.1)
    kill_marked(folder, signal.SIGKILL)


def kill_group(leader: int, number: signal.Signals) -> None:
    """Send a signal to what is left of a child's process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def _die_with_parent(parent: int) -> Callable[[], None] | None:
    """Return what a child runs before its program, so that Linux ends it together with us."""
    if platform.system() != "Linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def arrange() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it died in between
            os.kill(os.getpid(), signal.SIGTERM)

    return arrange


def _reason(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"
