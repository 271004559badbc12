"""Locks between commands, also when one of them is killed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from launcher import Refusal
from launcher.clone import Clone
from launcher.locks import Lock, only_one

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from launcher.locks import Lock
lock = Lock(Path(sys.argv[2]))
getattr(lock, sys.argv[3])()
lock.write("held")
print("ready", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(path: Path, how: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLDER, str(ROOT), str(path), how]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "ready\n"
        try:
            yield holder
        finally:
            holder.kill()


def test_one_holds_it_alone_and_tells_about_itself(clone: Clone) -> None:
    path = clone.var / "a.lock"
    with held(path, "wait_alone") as holder, Lock(path) as mine:
        assert not mine.try_alone()
        assert mine.read() == "held"
        holder.kill()
        holder.wait()
        assert mine.try_alone(), "the kernel releases the lock of a killed holder"


def test_who_shares_hinders_only_those_who_want_it_alone(clone: Clone) -> None:
    path = clone.var / "a.lock"
    with held(path, "wait_shared"), Lock(path) as mine:
        mine.wait_shared()
        with Lock(path) as other:
            assert not other.try_alone()


def test_a_shorter_word_replaces_a_longer_one(clone: Clone) -> None:
    with Lock(clone.var / "a.lock") as lock:
        lock.write("a long word")
        lock.write("ê")
        assert lock.read() == "ê"


def test_waiting_is_said(clone: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    path = clone.var / "a.lock"
    with only_one(path, "waiting …"):
        assert capsys.readouterr().err == ""
    with held(path, "wait_alone") as holder:
        assert holder.stdin is not None
        # The holder leaves as soon as we have said that we wait.
        said: list[str] = []

        def leave(text: str) -> None:
            said.append(text)
            holder.kill()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("launcher.locks.say", leave)
            with only_one(path, "waiting …"):
                assert said == ["waiting …"]


def test_a_lock_in_a_folder_that_is_not_there_is_refused(clone: Clone) -> None:
    with pytest.raises(Refusal, match="cannot be opened: No such file"):
        Lock(clone.root / "nowhere" / "a.lock")
