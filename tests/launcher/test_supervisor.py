"""The supervisor with real children: small programs that live, die and refuse to."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from launcher import Refusal
from launcher.clone import Clone
from launcher.supervisor import Child, Supervisor, clean_up, marked, pause

SLEEP = "import time; time.sleep(600)"
COUNT = """
import time
with open("starts", "a") as file: file.write("x")
"""
FORKED = """
import os, time
if os.fork() == 0:
    os.setsid()
    with open("forked.new", "w") as file: file.write(str(os.getpid()))
    os.replace("forked.new", "forked")
time.sleep(600)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open("stubborn", "w").close()
while True: time.sleep(1)
"""


def program(code: str, name: str = "program") -> Child:
    return Child(name, [sys.executable, "-c", code])


def supervisor(folder: Path, children: list[Child], announce: Callable[[], None]) -> Supervisor:
    return Supervisor(
        children=children,
        folder=folder,
        environment=dict(os.environ),
        health_url="http://127.0.0.1:9/",
        announce=announce,
        revive=list,
    )


@contextmanager
def answering(folder: Path, *others: Child, status: int = 200) -> Iterator[Supervisor]:
    """A supervisor whose health question is answered from the first time on."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        runs = supervisor(folder, [program(SLEEP, "web"), *others], lambda: None)
        runs.health_url = f"http://127.0.0.1:{server.server_port}/healthz"
        yield runs
        server.shutdown()
        thread.join()


def eventually(true: Callable[[], bool]) -> None:
    """Wait until something is so; only a hang is a failure."""
    until = time.monotonic() + 60
    while not true():
        assert time.monotonic() < until, "this never happened"
        time.sleep(0.02)


def press_when(true: Callable[[], bool], *numbers: signal.Signals) -> threading.Thread:
    """Send ourselves signals as soon as something is so."""

    def wait() -> None:
        eventually(true)
        for number in numbers:
            os.kill(os.getpid(), number)
            time.sleep(0.3)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def gone(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().split(") ")[1].startswith("Z")
    except OSError:
        return True


def test_pauses_grow_and_end_at_half_a_minute() -> None:
    assert [pause(failures) for failures in (0, 1, 2, 3, 4, 7, 50)] == [0, 0, 1, 2, 4, 30, 30]


def test_who_lived_long_starts_again_at_once() -> None:
    child = program("", "x")
    child.failures = 9
    child.started_at = 100.0
    child.running = None
    assert child.ended(500.0) is None

    with subprocess.Popen([sys.executable, "-c", ""], start_new_session=True) as running:
        running.wait()
        child.running = running
        assert child.ended(200.0) == 0
    assert (child.failures, child.start_at) == (1, 200.0)


def test_who_ends_is_started_again_and_a_stop_ends_all(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    starts = clone.root / "starts"
    with answering(clone.root, program(COUNT, "worker")) as runs:
        presses = press_when(
            lambda: starts.exists() and len(starts.read_text()) >= 3, signal.SIGTERM
        )
        runs.run()
        presses.join()
    said = capsys.readouterr().err
    assert "worker ended (exit status 0); starting it again now." in said
    assert "worker ended (exit status 0); starting it again in 1 s." in said
    assert marked(clone.root) == []
    assert not runs.hurried


def test_the_address_is_told_and_workers_start_after_the_first_answer(clone: Clone) -> None:
    told: list[bool] = []
    starts = clone.root / "starts"
    with answering(clone.root, program(COUNT, "worker")) as runs:
        runs.announce = lambda: told.append(starts.exists())
        presses = press_when(starts.exists, signal.SIGINT)
        runs.run()
        presses.join()
    assert told == [False]


def test_a_web_server_that_only_dies_is_given_up(clone: Clone) -> None:
    runs = supervisor(clone.root, [program("raise SystemExit(3)", "web")], lambda: None)
    with pytest.raises(Refusal, match="does not start"):
        runs.run()
    assert marked(clone.root) == []


def test_a_web_server_that_answers_badly_is_told_apart(clone: Clone) -> None:
    with answering(clone.root, status=503) as runs:
        runs.health_timeout_s = 0
        with pytest.raises(Refusal, match="answers 503 at http"):
            runs.run()


def test_a_second_ctrl_c_kills_who_does_not_listen(clone: Clone) -> None:
    runs = supervisor(clone.root, [program(STUBBORN, "web")], lambda: None)
    presses = press_when((clone.root / "stubborn").exists, signal.SIGINT, signal.SIGINT)
    runs.run()
    presses.join()
    assert runs.hurried
    assert marked(clone.root) == []


def test_a_forked_job_does_not_outlive_its_worker(clone: Clone) -> None:
    # Like a worker that is killed during a job, whose child leads a group of its own.
    job = program(FORKED, "worker")
    with answering(clone.root, job) as runs:
        presses = press_when((clone.root / "forked").exists, signal.SIGTERM)
        runs.run()
        presses.join()
    pid = int((clone.root / "forked").read_text())
    eventually(lambda: gone(pid))


def test_what_a_killed_run_left_is_cleaned_up_and_nothing_else(clone: Clone) -> None:

    env = dict(os.environ)
    sleeper = [sys.executable, "-c", SLEEP]
    ours = {**env, "HOI_AM_SUPERVISED_IN": str(clone.root)}
    theirs = {**env, "HOI_AM_SUPERVISED_IN": f"{clone.root}-2"}
    with (
        subprocess.Popen(sleeper, env=ours) as left,
        subprocess.Popen(sleeper, env=theirs) as stranger,
    ):
        eventually(lambda: left.pid in marked(clone.root))
        reaper = threading.Thread(target=left.wait)
        reaper.start()
        clean_up(clone.root)
        reaper.join()
        assert gone(left.pid)
        assert stranger.poll() is None
        stranger.kill()


def test_children_end_with_a_killed_supervisor(clone: Clone) -> None:

    root = Path(__file__).parents[2]
    parent = f"""
import os, sys
sys.path.insert(0, {str(root)!r})
from pathlib import Path
from launcher.supervisor import Child, Supervisor
child = Child("web", [sys.executable, "-c", "open('lives', 'w').close(); import time; time.sleep(600)"])
Supervisor([child], Path({str(clone.root)!r}), dict(os.environ), "http://127.0.0.1:9/", lambda: None, lambda: []).run()
"""
    with subprocess.Popen([sys.executable, "-c", parent]) as running:
        eventually((clone.root / "lives").exists)
        (child,) = marked(clone.root)
        running.kill()
        running.wait()
        eventually(lambda: gone(child))
