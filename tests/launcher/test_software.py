"""What is found, what is asked of apt, and what is said where nothing can be installed."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from launcher import Refusal
from launcher.clone import Clone
from launcher.software import apt, binaries, browser, installation
from launcher.software.binaries import Postgres

OLD = Postgres(13, Path("/13"), postgis=True)
BARE = Postgres(17, Path("/17"), postgis=False)
GOOD = Postgres(15, Path("/15"), postgis=True)
NEWER = Postgres(16, Path("/16"), postgis=True)


@pytest.mark.parametrize(
    ("servers", "major", "chosen"),
    [
        ([], None, None),
        ([OLD, BARE], None, None),
        ([NEWER, GOOD, BARE], None, NEWER),
        ([NEWER, GOOD], 15, GOOD),
        ([NEWER], 15, None),
    ],
)
def test_the_version_that_made_the_data_goes_on(
    servers: list[Postgres], major: int | None, chosen: Postgres | None
) -> None:
    assert binaries.choose_postgres(servers, major) == chosen


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64", (7, 0)),
        ("Valkey server v=8.1.1 sha=00000000:0", (8, 1)),
        ("Redis server v=10.2.0", (10, 2)),
        ("", (0, 0)),
    ],
)
def test_versions_of_redis_are_read_as_numbers(text: str, version: tuple[int, int]) -> None:
    assert binaries.redis_version(text) == version


def test_on_macos_the_exact_line_is_said(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    with pytest.raises(Refusal, match=r"\n  brew install postgresql@17 postgis redis$"):
        apt.install(["redis-server"], "Redis is", clone.log / "setup.log")


def test_without_apt_the_packages_are_named(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("shutil.which", lambda name, path=None: None)
    with pytest.raises(Refusal, match=r"no apt: .* redis-server, or set DATABASE_URL"):
        apt.install(["redis-server"], "Redis is", clone.log / "setup.log")


def test_without_rights_the_line_to_type_is_said(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("shutil.which", lambda name, path=None: f"/usr/bin/{name}")
    monkeypatch.setattr(apt, "_prefix", lambda: None)
    with pytest.raises(Refusal, match=r"only root may .*\n  sudo apt-get install redis-server$"):
        apt.install(["redis-server"], "Redis is", clone.log / "setup.log")


class Apt:
    """Stands in for apt-get: notes what it is asked, succeeds as told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: bool) -> None:
        self.asked: list[str] = []
        self.answers = list(answers)
        monkeypatch.setattr("platform.system", lambda: "Linux")
        monkeypatch.setattr("shutil.which", lambda name, path=None: f"/usr/bin/{name}")
        monkeypatch.setattr(apt, "_prefix", list)
        monkeypatch.setattr(apt, "_apt", self)

    def __call__(self, prefix: list[str], arguments: list[str], log: Path) -> bool:
        self.asked.append(arguments[0])
        return self.answers.pop(0)


def test_package_lists_are_fetched_only_when_they_are_needed(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = Apt(monkeypatch, True)
    apt.install(["redis-server"], "Redis is", clone.log / "setup.log")
    assert fake.asked == ["install"]
    fake = Apt(monkeypatch, False, True, True)
    apt.install(["redis-server"], "Redis is", clone.log / "setup.log")
    assert fake.asked == ["install", "update", "install"]


def test_without_network_there_is_one_sentence(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    Apt(monkeypatch, False, False, False)
    with pytest.raises(Refusal, match=r"Redis is missing and apt could not .* \(no network\?\)"):
        apt.install(["redis-server"], "Redis is", clone.log / "setup.log")


def environment_in(clone: Clone, pip: str) -> Path:
    """An environment whose interpreter is real, and whose pip is a few lines."""
    (clone.root / "requirements.txt").write_text("thing==1 --hash=sha256:00\n")
    package = clone.venv / "lib" / "pip"
    package.mkdir(parents=True)
    (package / "__main__.py").write_text(pip)
    (clone.venv / "bin").mkdir()
    python = clone.venv / "bin" / "python"
    python.write_text(
        f'#!/bin/sh\n[ "$1" = -I ] && shift\nPYTHONPATH={clone.venv}/lib exec {sys.executable} "$@"\n'
    )
    python.chmod(0o755)
    inner = package / "_internal" / "cli"
    inner.mkdir(parents=True)
    for folder in (package, package / "_internal", inner):
        (folder / "__init__.py").touch()
    (inner / "main.py").touch()
    return clone.venv / "installs"


def test_packages_are_installed_once_and_again_when_the_file_changes(clone: Clone) -> None:
    noted = clone.root / "installs"
    environment_in(
        clone,
        f"import sys\nassert '--require-hashes' in sys.argv\nopen({str(noted)!r}, 'a').write('x')\n",
    )
    installation.ensure_runtime(clone)
    installation.ensure_runtime(clone)
    assert noted.read_text() == "x"
    (clone.root / "requirements.txt").write_text("thing==2 --hash=sha256:00\n")
    installation.ensure_runtime(clone)
    assert noted.read_text() == "xx"


def test_an_interrupted_installation_is_done_again(clone: Clone) -> None:
    environment_in(clone, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    for _ in range(2):
        with pytest.raises(Refusal, match="could not be installed; see"):
            installation.ensure_runtime(clone)
    (clone.venv / "lib" / "pip" / "__main__.py").write_text("")
    installation.ensure_runtime(clone)
    assert installation.is_current(clone.venv, clone.root / "requirements.txt")


def test_a_missing_network_is_recognised(clone: Clone) -> None:
    environment_in(clone, "raise SystemExit('NewConnectionError(...): retrying')\n")
    with pytest.raises(Refusal, match="could not be downloaded: no network"):
        installation.ensure_runtime(clone)


def test_a_broken_environment_is_made_anew(clone: Clone) -> None:
    (clone.root / "requirements.txt").write_text("")
    (clone.venv / "bin").mkdir(parents=True)
    (clone.venv / "bin" / "python").symlink_to("/nowhere/python")
    installation.ensure_runtime(clone)
    subprocess.run([clone.python, "-c", ""], check=True)
    assert installation.is_current(clone.venv, clone.root / "requirements.txt")


def test_what_a_killed_set_up_left_running_is_waited_for(clone: Clone) -> None:
    began, ended = clone.root / "began", clone.root / "ended"
    environment_in(
        clone,
        "import pathlib, time\n"
        f"began, ended = pathlib.Path({str(began)!r}), pathlib.Path({str(ended)!r})\n"
        "assert ended.exists() or not began.exists(), 'two at once'\n"
        "began.touch(); time.sleep(1.5); ended.touch()\n",
    )
    code = (
        "import sys; from pathlib import Path; from launcher.clone import Clone\n"
        "from launcher.software import installation\n"
        "installation.ensure_runtime(Clone(Path(sys.argv[1])))\n"
    )
    root = Path(installation.__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", code, str(clone.root)], cwd=root) as first:
        while not began.exists():
            time.sleep(0.02)
        first.kill()
    installation.ensure_runtime(clone)
    assert ended.exists()


def test_a_chosen_browser_is_the_only_one(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "_ensure_font", lambda _clone: None)
    monkeypatch.setattr("shutil.which", lambda name, path=None: f"/usr/bin/{name}")
    monkeypatch.setenv("CHROMIUM", "/opt/mine")
    assert browser.ensure(clone) == {"CHROMIUM": "/opt/mine"}
    monkeypatch.delenv("CHROMIUM")
    both = {"CHROMIUM": "/usr/bin/chromium", "CHROMIUM_SHELL": "/usr/bin/chromium-headless-shell"}
    assert browser.ensure(clone) == both


def test_without_the_lighter_browser_the_whole_one_does(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "_ensure_font", lambda _clone: None)
    monkeypatch.setattr(browser, "find", lambda _clone: "/usr/bin/chromium")
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr("shutil.which", lambda name, path=None: None)
    monkeypatch.setattr(apt, "candidate", lambda name: None)
    assert browser.ensure(clone) == {"CHROMIUM": "/usr/bin/chromium"}
