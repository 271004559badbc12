"""A whole installation for tests: database, web server, workers, schedule, as real processes.

1. Nothing is shared with the tests that run inside this process: an own database, an own Redis
   database number, an own folder, free ports.
2. Every process is stopped by its pid; what they printed is kept in the folder's `logs`.
"""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from cryptography.fernet import Fernet
from sqlalchemy import create_engine, make_url, text

ROOT = Path(__file__).parents[1]
EXTENSIONS = ("postgis", "unaccent", "btree_gist", "pg_trgm")
WORKERS = ("route", "media", "tick", "schedule")
START_S = 180.0  # on a machine that does much else; an installation alone needs five


def server_url() -> str:
    """Return the URL of the server on which tests may make databases."""
    return os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def new_database(prefix: str) -> Iterator[str]:
    """Make an empty database with our extensions; drop it afterwards."""
    admin = create_engine(server_url(), isolation_level="AUTOCOMMIT")
    name = f"{prefix}_{os.getpid()}_{secrets.token_hex(3)}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    url = make_url(server_url()).set(database=name).render_as_string(hide_password=False)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for extension in EXTENSIONS:
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
    engine.dispose()
    try:
        yield url
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """Started by `start`; `url` is its address, `flask` runs its commands."""

    def __init__(
        self,
        folder: Path,
        database_url: str,
        redis_url: str,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {**self._environment(database_url, redis_url), **(settings or {})}
        self.children: list[subprocess.Popen[bytes]] = []

    def _environment(self, database_url: str, redis_url: str) -> Mapping[str, str]:
        inherited = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
        return inherited | {
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SECRET_KEY": secrets.token_urlsafe(48),
            "FOLLOW_KEY": secrets.token_urlsafe(48),
            "CONTACT_KEYS": Fernet.generate_key().decode(),
            "VAR_DIR": str(self.folder),
            "BASE_URL": self.url,
            "TRIAL": "1",
            "RATE_LIMITS": "0",
        }

    def start(self, *, web_workers: int, programs: Sequence[str]) -> None:
        """Prepare the database and start everybody; return when the web server answers."""
        self.flask("migrate")
        self.flask("load-pack")
        web = ["-m", "granian", "--interface", "asgi", "--host", "127.0.0.1"]
        web += ["--port", str(self.port), "--workers", str(web_workers)]
        self._spawn("web", [*web, "--no-ws", "--log-level", "warning", "asgi:served"])
        self.spawn_workers(*programs)
        self._wait("/readyz" if programs else "/healthz")

    def spawn_workers(self, *names: str) -> None:
        """Start some of the workers."""
        for name in names:
            self._spawn(name, ["-m", "workers", name])

    def _spawn(self, name: str, words: list[str]) -> None:
        logs = self.folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        with (logs / f"{name}.log").open("ab") as log:
            self.children.append(
                subprocess.Popen(
                    [sys.executable, *words], cwd=ROOT, env=dict(self.env), stdout=log, stderr=log
                )
            )

    def _wait(self, path: str) -> None:
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            try:
                with urlopen(f"{self.url}{path}", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                pass
            time.sleep(0.2)
        raise AssertionError(f"the installation is not ready:\n{self.logs()}")

    def logs(self) -> str:
        """Return what the processes printed."""
        files = sorted((self.folder / "logs").glob("*.log"))
        return "\n".join(f"== {file.name}\n{file.read_text()[-3000:]}" for file in files)

    def flask(self, *words: str, stdin: str = "") -> str:
        """Run `flask city …`; return what it printed. Raises AssertionError when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "city", *words],
            cwd=ROOT, env=dict(self.env), input=stdin, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"flask city {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def mails(self) -> list[str]:
        """Return the messages in the mail folder as text: subject and body."""
        found = []
        for path in sorted((self.folder / "mail").rglob("*.eml")):
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            body = message.get_body(("plain",))
            content = body.get_content() if body is not None else ""
            found.append(f"{message['To']}\n{message['Subject']}\n{content}")
        return found

    def stop(self) -> None:
        """Stop every process, by its pid."""
        self._stop(self.children)
        self.children.clear()

    def stop_workers(self) -> None:
        """Stop everybody but the web server."""
        self._stop(self.children[1:])
        del self.children[1:]

    def _stop(self, children: Sequence[subprocess.Popen[bytes]]) -> None:
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@contextmanager
def installed(
    folder: Path,
    redis_number: int,
    *,
    web_workers: int = 1,
    programs: Sequence[str] = WORKERS,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Installation]:
    """Run an installation for the time of the block, with an emptied Redis database."""
    from redis import Redis

    redis_url = _with_number(os.environ["REDIS_URL"], redis_number)
    Redis.from_url(redis_url).flushdb()
    with new_database("hoi_am_run") as url:
        place = Installation(folder, url, redis_url, settings)
        try:
            place.start(web_workers=web_workers, programs=programs)
            yield place
        finally:
            place.stop()


def _with_number(url: str, number: int) -> str:
    """Return the Redis URL with another database number."""
    if url.startswith("unix://"):
        path, _, _query = url.partition("?")
        return f"{path}?db={number}"
    base, slash, last = url.rpartition("/")
    return f"{base if slash and last.isdecimal() else url}/{number}"
