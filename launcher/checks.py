"""`./run check`: lint, formatting, types and import contracts; `./run test`: all tests, in lanes.

1. Two lanes, beside one another, share the servers of the clone, where each run has databases of
   its own: pages in the browser, and all the rest with the fault tests at its end. Each is a run
   for itself: a fault of one is not seen by another.
2. What the first lane prints is seen at once, what the others print when they have ended.

The types of the application's packages are looked up where they are installed (`.venv`), those of
packages that have none in the stubs beside mypy (`.venv-tools`): each interpreter is shown both.
"""

import contextlib
import os
import signal
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
    with _behind(clone, IN_PAGES) as pages:
        here = _seen(clone, [f"--ignore={each}" for each in left_out])
        faults = _seen(clone, [FAULTS])
        there = pages.ended()
    # Pytest's 5, "no test found", is a failure too: a lane may not lose its tests.
    lanes = {"the rest": here, " ".join(IN_PAGES): there, FAULTS: faults}
    failed = [name for name, status in lanes.items() if status != 0]
    say(f"Failed: {', '.join(failed)}." if failed else "All tests passed.")
    return 1 if failed else 0


@dataclass(frozen=True)
class _Lane:
    """Tests that run beside others."""

    running: subprocess.Popen[bytes]
    printed: IO[bytes]

    def ended(self) -> int:
        """Wait for the end; show what was printed; return the exit status."""
        status = exit_status(self.running.wait())
        self.printed.seek(0)
        print(self.printed.read().decode(errors="replace"), flush=True)
        return status


@contextlib.contextmanager
def _behind(clone: Clone, folders: Sequence[str]) -> Iterator[_Lane]:
    """Run the tests of some folders beside the body, and no longer than the body wants."""
    with tempfile.TemporaryFile() as file:
        running = subprocess.Popen(
            _tests(clone, folders), cwd=clone.root, stdin=subprocess.DEVNULL,
            stdout=file, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield _Lane(running, file)
        finally:
            if running.poll() is None:
                running.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    running.wait(timeout=STOP_S)
                running.kill()
                running.wait()


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
