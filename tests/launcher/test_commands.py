"""The words after ./run, through the shell script itself."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import commands, exit_status
from launcher.clone import Clone
from launcher.locks import Lock

ROOT = Path(__file__).parents[2]


@pytest.fixture
def copy(clone: Clone) -> Clone:
    """A clone that holds the launcher and nothing else."""
    shutil.copy(ROOT / "run", clone.root)
    shutil.copytree(ROOT / "launcher", clone.root / "launcher")
    return clone


def run(clone: Clone, *words: str, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [clone.root / "run", *words],
        cwd="/",
        env={"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_help_names_every_command(copy: Clone) -> None:
    done = run(copy, "help")
    assert done.returncode == 0
    for word in ("demo", "test", "check", "flask", "backup", "restore", "setup", "doctor", "reset"):
        assert f"\n  {word}" in done.stdout


def test_an_unknown_word_gets_the_help_and_status_2(copy: Clone) -> None:
    done = run(copy, "star")
    assert (done.returncode, done.stdout) == (2, "")
    assert "'star'" in done.stderr
    assert "Usage: ./run" in done.stderr


def test_a_word_too_many_is_refused(copy: Clone) -> None:
    assert "Unknown argument '--fast'" in run(copy, "check", "--fast").stderr


def test_an_old_python_is_said(copy: Clone) -> None:
    folder = copy.root / "bin"
    folder.mkdir()
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        (folder / name).write_text("#!/bin/sh\nexit 1\n")
        (folder / name).chmod(0o755)
    done = run(copy, "help", PATH=f"{folder}:/usr/bin:/bin")
    assert done.returncode == 1
    assert "needs Python 3.11" in done.stderr


def test_the_script_is_found_from_anywhere_and_by_a_path_with_spaces(copy: Clone) -> None:
    spaced = copy.root / "a folder ‘ơ’"
    spaced.mkdir()
    shutil.copy(ROOT / "run", spaced)
    shutil.copytree(ROOT / "launcher", spaced / "launcher")
    assert run(Clone(spaced), "help").returncode == 0


def test_the_script_may_be_called_by_a_link(copy: Clone) -> None:
    folder = copy.root / "bin"
    folder.mkdir()
    (folder / "run").symlink_to("../run")
    assert run(Clone(folder), "help").returncode == 0


def test_doctor_changes_nothing_and_tells_by_its_status(copy: Clone) -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-tools.txt"):
        (copy.root / name).touch()
    shutil.rmtree(copy.var)
    before = sorted(copy.root.iterdir())
    done = run(copy, "doctor")
    assert done.returncode == 1
    assert "MISSING packages of requirements.txt are not in .venv" in done.stdout
    assert "note    no keys yet in var/secrets.env" in done.stdout
    assert [path for path in sorted(copy.root.iterdir()) if path.name != "__pycache__"] == before


def test_reset_asks_and_without_a_person_does_nothing(copy: Clone) -> None:
    (copy.var / "media").mkdir()
    done = run(copy, "reset")
    assert done.returncode == 1
    assert "./run reset --yes" in done.stderr
    assert (copy.var / "media").exists()


def test_reset_deletes_the_data_and_keeps_the_keys(copy: Clone) -> None:
    (copy.var / "media").mkdir()
    (copy.var / "media" / "photo").touch()
    (copy.var / "secrets.env").write_text("SECRET_KEY=kept\n")
    done = run(copy, "reset", "--yes")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "Deleted.")
    assert not (copy.var / "media").exists()
    assert (copy.var / "secrets.env").read_text() == "SECRET_KEY=kept\n"


def test_reset_beside_a_running_service_is_refused(copy: Clone) -> None:
    with Lock(copy.var / "run.lock") as lock:
        assert lock.try_alone()
        done = run(copy, "reset", "--yes")
    assert done.returncode == 1
    assert "stop it first" in done.stderr


def test_a_folder_that_cannot_be_written_is_one_sentence(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (clone.root / "file").touch()
    monkeypatch.setattr(Clone, "here", classmethod(lambda _: Clone(clone.root / "file")))
    assert commands.main(["test"]) == 1
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 1
    assert "Not a directory" in said


@pytest.mark.parametrize(("code", "status"), [(0, 0), (3, 3), (-15, 143)])
def test_a_commands_status_is_passed_on(code: int, status: int) -> None:
    assert exit_status(code) == status


def waiting_for_another(copy: Clone, ignored: signal.Signals) -> "subprocess.Popen[str]":
    """Start `./run setup` with a signal ignored; return it as soon as it waits for a lock."""
    before = signal.signal(ignored, signal.SIG_IGN)
    try:
        started = subprocess.Popen(
            [copy.root / "run", "setup"], stderr=subprocess.PIPE, text=True, start_new_session=True
        )
    finally:
        signal.signal(ignored, before)
    assert started.stderr is not None
    assert "waiting for it" in started.stderr.readline()
    return started


def test_set_up_that_a_shell_started_in_the_background_listens_to_sigint(copy: Clone) -> None:
    (copy.root / "requirements.txt").touch()
    with Lock(copy.var / "setup.lock") as lock:
        assert lock.try_alone()
        with waiting_for_another(copy, signal.SIGINT) as started:
            started.send_signal(signal.SIGINT)
            assert started.wait(timeout=60) == 130


def test_under_nohup_the_end_of_the_terminal_stops_nothing(copy: Clone) -> None:
    (copy.root / "requirements.txt").touch()
    with Lock(copy.var / "setup.lock") as lock:
        assert lock.try_alone()
        with waiting_for_another(copy, signal.SIGHUP) as started:
            started.send_signal(signal.SIGHUP)
            with pytest.raises(subprocess.TimeoutExpired):
                started.wait(timeout=1)
            started.terminate()
            assert started.wait(timeout=60) == 130
