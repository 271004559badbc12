"""An installation of its own, kept alive by the project's own `./run`.

1. The code is copied into a folder of its own, whose private PostgreSQL and Redis belong to it
   alone: killing them hurts no other test. The Python environment is that of the tests.
2. Its `var` lies on a disk of its own, which can be made full.
3. Whatever happens, `stop` leaves no process behind.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg

from launcher.clone import Clone
from launcher.services import instances
from launcher.supervisor import kill_marked, marked
from tests.faults.disk import Disk
from tests.faults.post_office import PostOffice
from tests.installation import free_port

ROOT = Path(__file__).parents[2]
DISK_FULL = "disk full"
CODE = ("app", "cities", "config", "geo", "launcher", "migrations", "workers")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:")
_ERROR = re.compile(r"[A-Za-z_]+[\w.]*(: |$)")
START_S = 240.0
STOP_S = 60.0


class Supervised:
    """Made by `supervised`; `url` is its address, `office` the mail server that it uses."""

    def __init__(self, root: Path) -> None:
        self.clone = Clone(root)
        self.disk = Disk(self.clone.var)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.office = PostOffice(free_port())
        self.supervisor: subprocess.Popen[bytes] | None = None
        self.log = root / "run.log"
        # What was done to it: (from, until, what), in epoch seconds.
        self.moments: list[tuple[float, float, str]] = []

    def lay_out(self) -> None:
        """Copy the code, mount the disk, open the post office."""
        for name in CODE:
            shutil.copytree(ROOT / name, self.clone.root / name)
        for path in [ROOT / "run", *ROOT.glob("*.py"), *ROOT.glob("requirements*.txt")]:
            shutil.copy2(path, self.clone.root)
        self.clone.venv.symlink_to(Path(sys.prefix))
        self.disk.mount()
        self.office.open()

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """Return what an operator would set."""
        inherited = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
        return {
            **inherited,
            "PYTHON": sys.executable,
            "PORT": str(self.port),
            "PROXY_HOPS": "1",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.office.port),
            "SMTP_STARTTLS": "0",
            "SMTP_TIMEOUT_S": "2",
            "MAIL_SENDER": "no-reply@city.example",
            **more,
        }

    def start(self, **more: str) -> None:
        """Run `./run`; return when it is ready."""
        with self.log.open("ab") as log:
            self.supervisor = subprocess.Popen(
                [self.clone.root / "run"], env=self.environment(more), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.wait_ready()

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Leave no room on its disk for the time of the block."""
        began = time.time()
        with self.disk.full():
            yield
        self.moments.append((began, time.time(), DISK_FULL))

    def spoil_queue(self) -> Path:
        """Leave in Redis's folder what no Redis can start with; deleting it mends that."""
        spoilt = self.clone.var / "instances" / "redis"
        shutil.rmtree(spoilt, ignore_errors=True)
        (spoilt / "appendonly.aof").mkdir(parents=True)  # of Redis 6
        (spoilt / "appendonlydir").touch()  # of Redis 7 and later
        return spoilt

    def wait_ready(self) -> None:
        """Return when `/readyz` says yes. Raises AssertionError if it never does."""
        self.eventually(lambda: self.status("/readyz") == 200, START_S, "ready")

    def eventually(self, true: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait until something is so; only a hang is a failure."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"never {what}:\n{self.words()}"
            time.sleep(0.1)

    def status(self, path: str) -> int:
        """Return the status with which a GET is answered, 0 if it is not."""
        try:
            with urlopen(self.url + path, timeout=5) as answer:
                return int(answer.status)
        except HTTPError as error:
            error.close()
            return error.code
        except OSError:
            return 0

    def words(self) -> str:
        """Return the end of what everybody printed."""
        return self.log.read_text(errors="replace")[-6000:]

    def surprises(self) -> Counter[str]:
        """Return what was answered with 500, by the last line of each stack trace."""
        found: Counter[str] = Counter()
        lines = iter(self.log.read_text(errors="replace").splitlines())
        for line in lines:
            if "ERROR app.answers request" in line:
                trace = takewhile(lambda each: not _STAMP.match(each), lines)
                errors = [each for each in trace if _ERROR.match(each)]
                found[errors[-1][:160] if errors else line[-160:]] += 1
        return found

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        """Connect to its database, as the application does."""
        urls = instances.existing(self.clone).urls({}, sample=False)
        return psycopg.connect(urls["DATABASE_URL"].replace("+psycopg", ""), autocommit=True)

    def flask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `./run flask city …` beside it."""
        return subprocess.run(
            [self.clone.root / "run", "flask", "city", *words], env=self.environment({}),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def stop(self) -> None:
        """End everything: as a person would, then by force."""
        if self.supervisor is not None:
            self.supervisor.terminate()
            try:
                self.supervisor.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.supervisor.kill()
                self.supervisor.wait()
            self.supervisor = None
        kill_marked(self.clone.root, signal.SIGKILL)
        instances.existing(self.clone).stop_unused()

    def remains(self) -> list[int]:
        """Return the processes of this installation that still live."""
        found = set(marked(self.clone.root))
        for link in Path("/proc").glob("[0-9]*/cwd"):
            try:
                if link.readlink().is_relative_to(self.clone.root):
                    found.add(int(link.parent.name))
            except OSError:
                continue
        return sorted(found)


@contextmanager
def supervised() -> Iterator[Supervised]:
    """Lay an installation out in a folder that other users may pass through; not started yet."""
    root = Path(tempfile.mkdtemp(prefix="hoi-am-faults-")).resolve()
    root.chmod(0o711)
    place = Supervised(root)
    try:
        place.lay_out()
        yield place
    finally:
        try:
            place.stop()
            assert place.remains() == []
        finally:
            place.office.close()
            place.disk.unmount()
            shutil.rmtree(root)
