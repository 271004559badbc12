"""System packages: installed by apt where we may, otherwise the exact line to type.

1. Root installs at once; others by sudo, which may ask for a password only at a terminal.
2. Where apt is missing or fails, the person gets one sentence and the line.
"""

import functools
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from launcher import Refusal, say

BREW_LINE = "brew install postgresql@17 postgis redis"
_OPTIONS = ("-o", "DPkg::Lock::Timeout=180", "-o", "Acquire::Retries=2")


def install(packages: Sequence[str], what_for: str, log: Path) -> None:
    """Install `packages`. Raises Refusal with the line to type where that is not possible."""
    if platform.system() == "Darwin":
        raise Refusal(f"{what_for} missing. Type this, then start again:\n  {BREW_LINE}")
    line = f"sudo apt-get install {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise Refusal(
            f"{what_for} missing, and this system has no apt: install what Debian calls"
            f" {', '.join(packages)}, or set DATABASE_URL and REDIS_URL to existing servers."
        )
    prefix = _prefix()
    if prefix is None:
        raise Refusal(
            f"{what_for} missing and only root may install: type this, then start again:\n  {line}"
        )
    say(f"Installing {', '.join(packages)} by apt …")
    if not _apt(prefix, ["install", "-y", "--no-install-recommends", *packages], log):
        # The package lists may be missing or too old; fetching them is slow, so it comes second.
        _apt(prefix, ["update"], log)
        if not _apt(prefix, ["install", "-y", "--no-install-recommends", *packages], log):
            raise Refusal(
                f"{what_for} missing and apt could not install it (no network?); see {log}, or"
                f" type:\n  {line}"
            )


def candidate(package: str) -> bool:
    """Tell whether apt knows a version of `package` that it could install."""
    answer = _query("apt-cache", "policy", package)
    return "Candidate:" in answer and "Candidate: (none)" not in answer


def depends(package: str) -> list[str]:
    """Return the names that `package` depends on, as far as apt knows."""
    lines = _query("apt-cache", "depends", package).splitlines()
    return [line.split(":", 1)[1].strip() for line in lines if "Depends:" in line]


def refresh(log: Path) -> None:
    """Fetch the package lists if there are none: before that apt knows nothing."""
    prefix = _prefix()
    if prefix is not None and shutil.which("apt-get") and not candidate("postgresql"):
        _apt(prefix, ["update"], log)


@functools.cache
def _prefix() -> list[str] | None:
    """Return the words before apt-get that make us root, or None if nothing does."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if sys.stdin is not None and sys.stdin.isatty():
        say("(sudo may ask for your password: system packages are missing)")
        return ["sudo"]
    asked = subprocess.run(
        ["sudo", "-n", "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return ["sudo", "-n"] if asked.returncode == 0 else None


def _apt(prefix: list[str], arguments: list[str], log: Path) -> bool:
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *_OPTIONS, *arguments]
    with log.open("ab") as output:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
        )
    return done.returncode == 0


def _query(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    environment = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    return done.stdout
