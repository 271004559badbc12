"""Sets up, starts and tests an installation from one clone. Standard library only.

1. Whatever cannot be done is a `Refusal`: one clear sentence, exit status 1, never a traceback.
2. Talk goes to standard error; only what a command was asked for goes to standard output.
3. Every step may be interrupted anywhere and is taken up again at the next start.
4. Nothing outside the clone is touched, except system packages that are missing and, for root, the
   folder under /var/lib/hoi-am (see `launcher.services.place`).
"""

import contextlib
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


class Refusal(Exception):  # noqa: N818 - it is no error
    """Why the launcher stops: one sentence (and perhaps a line to type) for a person."""


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, file=sys.stderr, flush=True)


def call(command: Sequence[str], env: Mapping[str, str], folder: Path) -> int:
    """Run a command in the foreground; it gets Ctrl-C itself and decides what to do about it."""
    with subprocess.Popen(command, env=env, cwd=folder) as running:
        while True:
            try:
                return exit_status(running.wait())
            except KeyboardInterrupt:
                # From the terminal the child has it already; a SIGTERM for us is passed on.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return exit_status(running.wait(timeout=1))
                running.terminate()


def exit_status(code: int) -> int:
    """Return the shell's number for a return code of `subprocess`."""
    return code if code >= 0 else 128 - code
