"""All tests in lanes: which words each gets, whose failure counts, and that none is left behind."""

import os
import signal
import subprocess
import sys
import time

import pytest

from launcher import checks
from launcher.clone import Clone

PAGES, FAULTS = "tests/browser tests/journeys", "tests/faults"
REST = "--ignore=tests/browser --ignore=tests/journeys --ignore=tests/faults"


def answering(clone: Clone, script: str) -> None:
    """Put a `run` into the clone that notes its words and then does something."""
    path = clone.root / "run"
    path.write_text(f'#!/bin/sh\nshift\necho "$*" >> "{clone.root}/words"\n{script}\n')
    path.chmod(0o755)


def words(clone: Clone) -> list[str]:
    return (clone.root / "words").read_text().splitlines()


def test_every_folder_of_tests_is_in_exactly_one_lane(clone: Clone) -> None:
    answering(clone, "exit 0")
    assert checks.run_lanes(clone) == 0
    assert sorted(words(clone)) == sorted([PAGES, f"{REST} --ignore=tests/acceptance", FAULTS])


@pytest.mark.parametrize("slow", ["tests/browser*", "--ignore*"])
def test_the_lane_that_ends_first_runs_the_faults(clone: Clone, slow: str) -> None:
    faults = clone.root / "faults"
    wait = f'while [ ! -e "{faults}" ]; do sleep 0.05; done'
    answering(clone, f'case "$*" in {slow}) {wait};; tests/faults) : > "{faults}";; esac')
    assert checks.run_lanes(clone) == 0
    assert words(clone).count(FAULTS) == 1


@pytest.mark.parametrize("lane", ["tests/browser*", "--ignore*", "tests/faults"])
@pytest.mark.parametrize("status", [1, 5])
def test_one_lane_that_fails_fails_all(
    clone: Clone, capfd: pytest.CaptureFixture[str], lane: str, status: int
) -> None:
    answering(clone, f'echo "this was $1"; case "$*" in {lane}) exit {status};; esac')
    assert checks.run_lanes(clone) == 1
    printed = capfd.readouterr()
    for first in ("tests/browser", "--ignore=tests/browser", "tests/faults"):
        assert f"this was {first}\n" in printed.out
    assert printed.err.startswith("Failed: ")


def test_a_lane_behind_ends_with_the_run(clone: Clone) -> None:
    answering(
        clone, f'case "$*" in tests/browser*) echo $$ > "{clone.root}/pid"; esac; exec sleep 60'
    )
    code = "from launcher import checks, commands; from launcher.clone import Clone; "
    code += "import pathlib, signal, sys; signal.signal(signal.SIGTERM, commands._interrupt); "
    code += "checks.run_lanes(Clone(pathlib.Path(sys.argv[1])))"
    running = subprocess.Popen(
        [sys.executable, "-c", code, str(clone.root)], stderr=subprocess.PIPE
    )
    pid = clone.root / "pid"
    while not pid.exists() or not pid.read_text().strip() or len(words(clone)) < 2:
        time.sleep(0.05)
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=20)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
