"""`./run check`: lint, formatting, types and import contracts; `./run test`: all tests, in lanes.

1. Two lanes, beside one another, share the servers of the clone, where each run has databases of
   its own: pages in the browser, and all the rest. The lane that ends first runs the fault tests,
   too. Each is a run for itself: a fault of one is not seen by another.
2. What is printed in the lane of the rest is seen at once, the other's when it has ended.

The types of the application's packages are looked up where they are installed (`.venv`), those of
packages that have none in the stubs beside mypy (`.venv-tools`): each interpreter is shown both.
"""

import contextlib
import os
import signal
import subprocess
import sysconfig
import tempfile
import threading
from collections.abc import Iterator, Sequence
from typing import IO

from launcher import call, exit_status, say
from launcher.clone import Clone

TYPED = ("app", "geo", "workers", "backup", "config", "wsgi.py", "launcher", "bench")

STOP_S = 30
_STOPPED = {128 + signal.SIGINT, 128 + signal.SIGTERM}
IN_PAGES = ("tests/browser", "tests/journeys")
FAULTS = "tests/faults"
OUTSIDE = "tests/acceptance"  # reads a folder outside the clone: runs only when it is named


def run(clone: Clone) -> int:
    """Run every tool, say which failed; return 0 if none did, else 1."""
    python = str(clone.tools / "bin" / "python")
    typed = [name for name in TYPED if (clone.root / name).exists()]
    strict = ["--strict", "--python-executable", str(clone.python)]
    steps = {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "mypy": [python, "-m", "mypy", *strict, *typed],
        # Through the interpreter: a first line with a very long path would not start.
        "lint-imports": [python, str(clone.tools / "bin" / "lint-imports")],
    }
    inherited = {name: value for name, value in os.environ.items() if name != "MYPYPATH"}
    env = {**inherited, "PYTHONPATH": f"{clone.root}{os.pathsep}{_packages(clone)}"}
    failed = []
    for name, command in steps.items():
        say(f"── {name}")
        if subprocess.run(command, cwd=clone.root, env=env, check=False).returncode != 0:
            failed.append(name)
    say(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


def run_lanes(clone: Clone) -> int:
    """Run all tests that need nothing outside the clone; return 0 if none failed, else 1."""
    left_out = (*IN_PAGES, FAULTS, OUTSIDE)
    rest = [f"--ignore={each}" for each in left_out]
    free = threading.Lock()  # taken by the lane that runs the fault tests
    lanes = {}
    with _behind(clone, IN_PAGES, free) as pages:
        lanes["the rest"] = _seen(clone, rest)
        if free.acquire(blocking=False):
            lanes[FAULTS] = _seen(clone, [FAULTS])
        lanes |= pages.ended()
    # Pytest's 5, "no test found", is a failure too: a lane may not lose its tests.
    failed = [name for name, status in lanes.items() if status != 0]
    say(f"Failed: {', '.join(failed)}." if failed else "All tests passed.")
    return 1 if failed else 0


class _Lane(threading.Thread):
    """Tests that run beside others: some folders, then the fault tests if nobody else has them."""

    def __init__(
        self, clone: Clone, folders: Sequence[str], free: threading.Lock, printed: IO[bytes]
    ) -> None:
        super().__init__(daemon=True)
        self._clone, self._folders, self._free, self._printed = clone, folders, free, printed
        self._found: dict[str, int] = {}
        self._running: subprocess.Popen[bytes] | None = None
        self._over = threading.Lock()  # taken when nothing more may be started

    def run(self) -> None:
        """Run the tests one folder list after the other."""
        self._run(self._folders)
        if self._free.acquire(blocking=False):
            self._run([FAULTS])

    def _run(self, folders: Sequence[str]) -> None:
        with self._over:
            self._running = subprocess.Popen(
                _tests(self._clone, folders), cwd=self._clone.root, stdin=subprocess.DEVNULL,
                stdout=self._printed, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self._found[" ".join(folders)] = exit_status(self._running.wait())

    def ended(self) -> dict[str, int]:
        """Wait for the end; show what was printed; return {folders: exit status}."""
        self.join()
        self._printed.seek(0)
        print(self._printed.read().decode(errors="replace"), flush=True)
        return self._found

    def stop(self) -> None:
        """End what runs; start nothing more."""
        if not self.is_alive():
            return
        # Never given back: the thread waits there for ever, and ends with the program.
        self._over.acquire()
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._running.wait(timeout=STOP_S)
            self._running.kill()
            self._running.wait()


@contextlib.contextmanager
def _behind(clone: Clone, folders: Sequence[str], free: threading.Lock) -> Iterator[_Lane]:
    """Run the tests of some folders beside the body, and no longer than the body wants."""
    with tempfile.TemporaryFile() as file:
        lane = _Lane(clone, folders, free, file)
        lane.start()
        try:
            yield lane
        finally:
            lane.stop()


def _seen(clone: Clone, words: Sequence[str]) -> int:
    """Run tests in the foreground; return the exit status. Raises KeyboardInterrupt if stopped."""
    status = call(_tests(clone, words), os.environ, clone.root)
    if status in _STOPPED:
        raise KeyboardInterrupt
    return status


def _tests(clone: Clone, words: Sequence[str]) -> list[str]:
    return [str(clone.root / "run"), "test", *words]


def _packages(clone: Clone) -> str:
    """Return the folder of the packages in `.venv-tools`."""
    return sysconfig.get_path("purelib", "venv", {"base": str(clone.tools)})
