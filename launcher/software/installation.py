"""The two Python environments: `.venv` (application, tests) and `.venv-tools` (checks).

1. Only pinned, hashed requirements are installed.
2. A stamp with the hash of the requirements file and the interpreter is written last: an
   interrupted installation is simply done again, a finished one costs nothing.
3. pip holds the lock too: where only we were killed, the next set-up waits for it to end.
"""

import hashlib
import importlib.util
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from launcher import Refusal, say
from launcher.clone import Clone
from launcher.locks import Lock, only_one
from launcher.software import apt

_WAITING = "Another set-up runs in this folder; waiting for it …"
_NETWORK_SIGNS = (
    "NewConnectionError",
    "Temporary failure in name resolution",
    "Name or service not known",
    "Network is unreachable",
    "ConnectTimeout",
    "ReadTimeoutError",
    "Connection reset by peer",
    "ProxyError",
    "Could not find a version",
    "from versions: none",
)


def ensure_runtime(clone: Clone) -> None:
    """Make `.venv` good for running the application."""
    _ensure(clone, clone.venv, ["requirements.txt"])


def ensure_tests(clone: Clone) -> None:
    """Make `.venv` good for running the application and its tests."""
    _ensure(
        clone,
        clone.venv,
        ["requirements.txt", "requirements-train.txt", "requirements-dev.txt"],
    )


def ensure_training(clone: Clone) -> None:
    """Make `.venv` good for training the model of likely categories, too."""
    _ensure(clone, clone.venv, ["requirements.txt", "requirements-train.txt"])


def ensure_tools(clone: Clone) -> None:
    """Make `.venv-tools` good for `./run check`."""
    _ensure(clone, clone.tools, ["requirements-tools.txt"])


def wanted(requirements: Path) -> str:
    """Return the stamp that belongs to a requirements file and this interpreter."""
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    return (
        f"{digest} {platform.python_implementation()} {sys.version_info[0]}.{sys.version_info[1]}"
    )


def is_current(venv: Path, requirements: Path) -> bool:
    """Tell whether exactly these requirements were installed completely."""
    try:
        return _stamp(venv, requirements).read_text() == wanted(requirements)
    except OSError:
        return False


def _stamp(venv: Path, requirements: Path) -> Path:
    return venv / f".installed-{requirements.stem}"


def _ensure(clone: Clone, venv: Path, names: Sequence[str]) -> None:
    files = [clone.root / name for name in names]
    if _works(venv) and all(is_current(venv, file) for file in files):
        return
    clone.make_var()
    with only_one(clone.var / "setup.lock", _WAITING) as lock:
        log = clone.log / "setup.log"
        if not _has_pip(venv):
            _create(venv, log, lock)
        for file in files:
            if not is_current(venv, file):
                _install(venv, file, log, lock)


def _works(venv: Path) -> bool:
    """Tell whether the environment's interpreter starts and is of the version that we run."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return _succeeds(venv, f"import sys; sys.exit('%d.%d' % sys.version_info[:2] != {version!r})")


def _has_pip(venv: Path) -> bool:
    return _works(venv) and _succeeds(venv, "import pip._internal.cli.main")


def _succeeds(venv: Path, code: str) -> bool:
    try:
        done = subprocess.run(
            [venv / "bin" / "python", "-I", "-c", code], capture_output=True, check=False
        )
    except OSError:
        return False
    return done.returncode == 0


def _create(venv: Path, log: Path, lock: Lock) -> None:
    if importlib.util.find_spec("ensurepip") is None:
        versioned = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        apt.refresh(log)
        package = versioned if apt.candidate(versioned) else "python3-venv"
        apt.install([package], "Python's venv module is", log)
    say(f"Creating {venv.name} …")
    if not _logged([sys.executable, "-m", "venv", "--clear", str(venv)], log, lock):
        raise Refusal(f"The Python environment {venv} could not be created; see {log}.")


def _install(venv: Path, requirements: Path, log: Path, lock: Lock) -> None:
    say(f"Installing the Python packages of {requirements.name} (once) …")
    start = log.stat().st_size if log.exists() else 0
    command = [str(venv / "bin" / "python"), "-m", "pip", "install", "--require-hashes"]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    if not _logged([*command, "-r", str(requirements)], log, lock):
        with log.open(errors="replace") as lines:
            lines.seek(start)
            text = lines.read()
        if any(sign in text for sign in _NETWORK_SIGNS):
            raise Refusal(f"The Python packages could not be downloaded: no network? See {log}.")
        raise Refusal(f"The Python packages could not be installed; see {log}.")
    _stamp(venv, requirements).write_text(wanted(requirements))


def _logged(command: list[str], log: Path, lock: Lock) -> bool:
    with log.open("ab") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
            pass_fds=[lock.fileno()],
        )
    return done.returncode == 0
