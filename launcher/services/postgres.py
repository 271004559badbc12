"""The private PostgreSQL of one clone: data folder, start, stop, roles and databases.

1. Unix socket only: no port of the machine is opened or looked at.
2. The application connects as `hoi_am`, an ordinary role that owns its databases; only the set-up
   and the tests (which create databases) connect as the superuser `postgres`.
3. A data folder appears under its name only when it is complete.
4. A postmaster that has just been killed leaves children behind: starting is tried again.
"""

import contextlib
import re
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from launcher import Refusal, say
from launcher.services.place import Place
from launcher.software.binaries import EXTENSIONS, Postgres

ROLE = "hoi_am"
DATABASES = ("hoi_am", "hoi_am_demo")
ADMIN = "postgres"
_PORT = 5432  # part of the socket's file name only
_START_TRIES = 6
_START_WAIT_S = 60
_LARGEST_LOG = 5_000_000
_CONFIGURATION = """
# Of the launcher.
listen_addresses = ''
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
# For one small server with a solid-state disk. Tables that only grow are vacuumed early, so that
# the map's index can answer alone.
shared_buffers = 256MB
max_wal_size = 2GB
checkpoint_timeout = 15min
random_page_cost = 1.1
autovacuum_vacuum_insert_scale_factor = 0.02
"""


@dataclass(frozen=True)
class PostgresInstance:
    """A data folder and the programs that serve it."""

    place: Place
    server: Postgres

    @property
    def name(self) -> str:
        """What people call it."""
        return "PostgreSQL"

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self.place.home / "postgres"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.place.home / "postgres.log"

    def url(self, role: str, database: str) -> str:
        """Return the SQLAlchemy URL of one of our databases."""
        host = quote(str(self.place.sockets), safe="/")
        return f"postgresql+psycopg://{role}@/{database}?host={host}&port={_PORT}"

    def answers(self) -> bool:
        """Tell whether somebody listens at the socket."""
        address = str(self.place.sockets / f".s.PGSQL.{_PORT}")
        with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
            client.settimeout(1)
            client.connect(address)
            return True
        return False

    def start(self) -> bool:
        """Start the server unless it runs; return whether we started it. Raises Refusal."""
        self._initialize()
        running = self.lives()
        if running and self.answers():
            return False
        if running:  # its socket was deleted under it, or the clone was moved
            self.stop()
        self._trim_log()
        for attempt in range(_START_TRIES):
            if self._control("start", "-w", "-t", str(_START_WAIT_S), *self._options())[0] == 0:
                return True
            self._forget_dead_postmaster()
            time.sleep(0.5 * (attempt + 1))
        raise Refusal(f"The private PostgreSQL does not start; see {self.log}.")

    def lives(self) -> bool:
        """Tell whether there is a postmaster, answering or not."""
        return self._control("status")[0] == 0

    def launch(self) -> None:
        """Start the server without waiting; that it was killed a moment ago may make this fail."""
        self._forget_dead_postmaster()
        self._control("start", "-W", *self._options())

    def kill(self) -> None:
        """End the server at once, which is safe."""
        self._control("stop", "-m", "immediate", "-W")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: `fast` ends sessions and checkpoints, `immediate` just ends (safely)."""
        status, _ = self._control("stop", "-m", mode, "-w", "-t", "30")
        if status != 0 and mode == "fast" and self.answers():
            self._control("stop", "-m", "immediate", "-w", "-t", "10")

    def create_databases(self) -> None:
        """Create role, databases and extensions where they are missing. Raises Refusal."""
        lines = ["SET client_min_messages = warning;", _create_unless("ROLE", ROLE, "LOGIN")]
        lines += [_create_unless("DATABASE", name, f"OWNER {ROLE}") for name in DATABASES]
        for name in DATABASES:
            lines += [f"\\connect {name}", "SET client_min_messages = warning;"]
            lines += [f"CREATE EXTENSION IF NOT EXISTS {extension};" for extension in EXTENSIONS]
        status, output = self._psql(lines)
        if status != 0:
            raise Refusal(f"The databases could not be created: {output.strip()}")

    def recreate(self, database: str) -> None:
        """Drop one of our databases with all that it holds, and make it again. Raises Refusal."""
        status, output = self._psql([f"DROP DATABASE IF EXISTS {database} WITH (FORCE);"])
        if status != 0:
            raise Refusal(f"The database {database} could not be dropped: {output.strip()}")
        self.create_databases()

    def _options(self) -> list[str]:
        options = f"-c listen_addresses='' -k {self.place.sockets} -p {_PORT}"
        return ["-l", str(self.log), "-o", options]

    def _initialize(self) -> None:
        if (self.folder / "PG_VERSION").exists():
            return
        say("Creating a private PostgreSQL …")
        new = self.place.home / "postgres.new"
        self._run("rm", "-rf", str(new))
        options = ["-A", "trust", "-U", ADMIN, "-E", "UTF8", "--data-checksums"]
        initdb = [self.server.program("initdb"), "-D", str(new), *options]
        status, output = self._run(*initdb, "--locale=C.UTF-8")
        if status != 0:  # a system without that locale
            self._run("rm", "-rf", str(new))
            status, output = self._run(*initdb, "--no-locale")
        if status != 0:
            raise Refusal(f"The private PostgreSQL could not be created: {output.strip()}")
        with (new / "postgresql.conf").open("a") as configuration:
            configuration.write(_CONFIGURATION)
        new.rename(self.folder)

    def _psql(self, lines: Sequence[str]) -> tuple[int, str]:
        options = ["-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-h", str(self.place.sockets)]
        options += ["-p", str(_PORT), "-U", ADMIN, "-d", "postgres"]
        psql = self.server.program("psql")
        return self.place.account.run([psql, *options], script="\n".join(lines))

    def _control(self, action: str, *arguments: str) -> tuple[int, str]:
        # The server inherits pg_ctl's output: a pipe would never end, so it goes to the log.
        command = [self.server.program("pg_ctl"), "-D", str(self.folder), action, "-s", *arguments]
        return self.place.account.run(command, log=self.place.home / "control.log")

    def _run(self, *command: str) -> tuple[int, str]:
        return self.place.account.run(command)

    def _trim_log(self) -> None:
        with contextlib.suppress(OSError):
            if self.log.stat().st_size > _LARGEST_LOG:
                self.log.replace(self.log.with_suffix(".log.1"))

    def _forget_dead_postmaster(self) -> None:
        """Delete the pid file of a postmaster whose number another program has meanwhile.

        PostgreSQL takes any living process of that number for its own. We know better only on
        Linux, and only if no process at all works in the data folder.
        """
        if not Path("/proc/self/cwd").exists() or self._somebody_is_in_the_folder():
            return
        with contextlib.suppress(OSError):
            text = (self.folder / "postmaster.pid").read_text()
            pid = text.split("\n", 1)[0].strip()
            if pid.isdecimal() and Path(f"/proc/{pid}").exists():
                (self.folder / "postmaster.pid").unlink()

    def _somebody_is_in_the_folder(self) -> bool:
        for link in Path("/proc").glob("[0-9]*/cwd"):
            try:
                if link.samefile(self.folder):
                    return True
            except PermissionError:
                if re.match(r"postgres|postmaster", _name_of(link.parent)):
                    return True
            except OSError:
                continue
        return False


def _create_unless(kind: str, name: str, rest: str) -> str:
    catalog, column = {"ROLE": ("pg_roles", "rolname"), "DATABASE": ("pg_database", "datname")}[
        kind
    ]
    return (
        f"SELECT 'CREATE {kind} {name} {rest}' WHERE NOT EXISTS"
        f" (SELECT FROM {catalog} WHERE {column} = '{name}') \\gexec"
    )


def _name_of(folder: Path) -> str:
    try:
        return (folder / "comm").read_text()
    except OSError:
        return ""
