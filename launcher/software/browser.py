"""Chromium and a font with Vietnamese letters, for the browser tests.

1. The tests find Chromium by the variable CHROMIUM. Where it cannot be installed, a note says so
   and the other tests still run.
2. Where the system has Chromium without its windows too (CHROMIUM_SHELL), most tests use that: the
   same engine, pages open in half the time. What needs the whole browser starts the whole browser.
"""

import contextlib
import os
import shutil
import subprocess

from launcher import Refusal, say
from launcher.clone import Clone
from launcher.software import apt

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHELL = "chromium-headless-shell"
_WHERE = (
    "from playwright.sync_api import sync_playwright as s\n"
    "with s() as p: print(p.chromium.executable_path)"
)


def ensure(clone: Clone) -> dict[str, str]:
    """Return {"CHROMIUM": path, "CHROMIUM_SHELL": path}, without what is not to be had."""
    given = os.environ.get("CHROMIUM", "")
    path = given or find(clone)
    if not path:
        path = _install(clone)
    if not path:
        return {}
    _ensure_font(clone)
    # Who chose a browser wants that one.
    shell = "" if given else shutil.which(SHELL) or _install_shell(clone)
    return {"CHROMIUM": path} | ({"CHROMIUM_SHELL": shell} if shell else {})


def _install_shell(clone: Clone) -> str:
    log = clone.log / "setup.log"
    with contextlib.suppress(Refusal):
        if apt.candidate(SHELL):
            apt.install([SHELL], "Chromium without windows (for the browser tests) is", log)
    return shutil.which(SHELL) or ""


def find(clone: Clone) -> str:
    """Return the path of a browser that is here already, or nothing."""
    for name in _NAMES:
        # Ubuntu's package of that name only starts a snap, which cannot see our folders.
        if (path := shutil.which(name)) and not os.path.realpath(path).startswith("/snap/"):
            return path
    return _of_playwright(clone)


def _install(clone: Clone) -> str:
    log = clone.log / "setup.log"
    try:
        apt.refresh(log)
        if apt.candidate("chromium"):
            apt.install(["chromium"], "Chromium (for the browser tests) is", log)
    except Refusal as refusal:
        say(f"Note: {refusal}")
        return ""
    return find(clone) or _download(clone)


def _download(clone: Clone) -> str:
    """Fetch Playwright's own build, on systems whose packages have no Chromium."""
    say("Fetching Chromium for the browser tests …")
    with (clone.log / "setup.log").open("ab") as log:
        subprocess.run(
            [clone.python, "-m", "playwright", "install", "--with-deps", "chromium"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=False,
        )
    path = _of_playwright(clone)
    if not path:
        say("Note: no Chromium to be had; the browser tests will say so.")
    return path


def _of_playwright(clone: Clone) -> str:
    command = [str(clone.python), "-c", _WHERE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    path = done.stdout.strip()
    return path if path and os.access(path, os.X_OK) else ""


def _ensure_font(clone: Clone) -> None:
    if shutil.which("fc-list"):
        found = subprocess.run(["fc-list", ":lang=vi"], capture_output=True, check=False)
        if found.stdout.strip():
            return
    try:
        log = clone.log / "setup.log"
        apt.install(["fontconfig", "fonts-noto-core"], "A font with Vietnamese letters is", log)
    except Refusal as refusal:
        say(f"Note: {refusal}")
