"""The database's part: one snapshot for counts, photos and dump; the dump's way back.

1. `pg_dump` and the counts see the same snapshot, however much is written meanwhile.
2. Passwords reach `pg_dump` and `pg_restore` by their environment, never by an argument.
3. Restoring is one transaction: the database holds everything or is as empty as before.
"""

import contextlib
import os
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import pq, sql
from psycopg.rows import TupleRow

from backup import Refused

PART_BYTES = 16 << 20
_LOCK_TRIES = 5
_OURS = """
    SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
    AND c.relkind = 'r' AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname
"""


@dataclass(frozen=True)
class Tools:
    """The folder with `pg_dump` and `pg_restore`."""

    folder: Path

    def major(self) -> int:
        """Return their major version."""
        command = [str(self.folder / "pg_dump"), "--version"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return int(said.split(")")[1].split(".")[0])


class Database:
    """One database, by its URL (any spelling that the application takes)."""

    def __init__(self, url: str, tools: Tools) -> None:
        scheme, _, rest = url.partition("://")
        self._url = f"{scheme.partition('+')[0]}://{rest}"
        self.tools = tools

    @contextlib.contextmanager
    def connection(self) -> Iterator[psycopg.Connection[TupleRow]]:
        """Yield a connection without time limits. Raises Refused where there is none."""
        try:
            connection = psycopg.connect(self._url, connect_timeout=10, autocommit=True)
        except psycopg.Error as error:
            raise Refused(f"The database does not answer: {_first_line(error)}") from None
        with connection:
            connection.execute("SET statement_timeout = 0")
            connection.execute("SET idle_in_transaction_session_timeout = 0")
            yield connection

    @contextlib.contextmanager
    def snapshot(self, while_still: Callable[["Snapshot"], None]) -> Iterator["Snapshot"]:
        """Yield a snapshot; `while_still` sees it while nobody can change the photos' rows."""
        with self.connection() as reading, self.connection() as locking:
            with locking.transaction():
                _lock_photos(locking)
                reading.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                snapshot = Snapshot(reading)
                while_still(snapshot)
            yield snapshot

    def dump(self, snapshot_name: str) -> Iterator[bytes]:
        """Yield the dump in parts of `PART_BYTES`. Raises Refused where pg_dump fails."""
        command = [str(self.tools.folder / "pg_dump"), "--format=custom", "--no-password"]
        command += ["--schema=public", "--exclude-table=public.spatial_ref_sys"]
        command += [f"--snapshot={snapshot_name}"]
        with (
            tempfile.TemporaryFile() as errors,
            subprocess.Popen(
                command, env=self._environment(), stdout=subprocess.PIPE, stderr=errors
            ) as running,
        ):
            try:
                assert running.stdout is not None
                while part := running.stdout.read(PART_BYTES):
                    yield part
            except BaseException:
                running.kill()
                raise
            if running.wait() != 0:
                errors.seek(0)
                raise Refused(f"pg_dump failed: {_last_line(errors.read())}")

    def restore(self, dump: Path) -> None:
        """Bring a dump into the empty database, or nothing. Raises Refused."""
        name = psycopg.conninfo.conninfo_to_dict(self._url).get("dbname", "")
        command = [str(self.tools.folder / "pg_restore"), "--single-transaction", "--no-password"]
        command += ["--exit-on-error", "--no-owner", "--no-privileges", "--schema=public"]
        done = subprocess.run(
            [*command, f"--dbname={name}", str(dump)],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            raise Refused(f"pg_restore failed: {_last_line(done.stderr)}")

    def _environment(self) -> dict[str, str]:
        """Return the environment in which PostgreSQL's programs find this database."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        for option in pq.Conninfo.parse(self._url.encode()):
            if option.val is not None and option.envvar is not None:
                clean[option.envvar.decode()] = option.val.decode()
        return clean | {"LC_ALL": "C"}


class Snapshot:
    """What the database held at one moment."""

    def __init__(self, connection: psycopg.Connection[TupleRow]) -> None:
        self._connection = connection
        self.name = str(_value(connection, "SELECT pg_export_snapshot()"))
        self.made_at = str(
            _value(connection, "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SSZ')")
        )

    def rows(self) -> dict[str, int]:
        """Return the number of rows of each table of ours."""
        return rows(self._connection)

    def revision(self) -> str:
        """Return the head of the migrations."""
        return revision(self._connection)

    def pack(self) -> str:
        """Return the code of the city."""
        return str(_value(self._connection, "SELECT code FROM city"))

    def size(self) -> int:
        """Return the bytes that the database takes on its disk."""
        return int(str(_value(self._connection, "SELECT pg_database_size(current_database())")))

    def photos(self) -> Iterator[tuple[uuid.UUID, str]]:
        """Yield (id, state) of each photo, by id."""
        with self._connection.cursor("photos") as cursor:
            cursor.execute("SELECT id, state FROM photo ORDER BY id")
            yield from cursor

    def documents(self) -> Iterator[uuid.UUID]:
        """Yield the id of each document; a database from before there were any has none."""
        if _value(self._connection, "SELECT to_regclass('public.document')") is None:
            return
        with self._connection.cursor("documents") as cursor:
            cursor.execute("SELECT id FROM document ORDER BY id")
            for (number,) in cursor:
                yield number

    def waiting_photos(self) -> list[uuid.UUID]:
        """Return the ids of those whose original is still needed."""
        query = "SELECT id FROM photo WHERE state = 'stored' ORDER BY id"
        return [row[0] for row in self._connection.execute(query)]


def rows(connection: psycopg.Connection[TupleRow]) -> dict[str, int]:
    """Return the number of rows of each table that is not an extension's."""
    names = [str(row[0]) for row in connection.execute(_OURS)]
    count = sql.SQL("SELECT count(*) FROM {}")
    found = {}
    for name in names:
        row = connection.execute(count.format(sql.Identifier("public", name))).fetchone()
        found[name] = int(row[0]) if row else 0
    return found


def revision(connection: psycopg.Connection[TupleRow]) -> str:
    """Return the head of the migrations that the database has."""
    return str(_value(connection, "SELECT version_num FROM alembic_version"))


def _lock_photos(connection: psycopg.Connection[TupleRow]) -> None:
    """Keep everybody from writing photo rows until the transaction's end; wait for who does."""
    connection.execute("SET LOCAL lock_timeout = '3s'")
    for attempt in range(_LOCK_TRIES):
        try:
            with connection.transaction():
                connection.execute("LOCK TABLE photo IN SHARE MODE")
        except psycopg.errors.LockNotAvailable:
            time.sleep(attempt)  # whoever queued up behind us meanwhile goes first
        except psycopg.errors.UndefinedTable:
            raise Refused("There is nothing to save: the database is empty.") from None
        else:
            return
    raise Refused("The photos' table is locked by somebody else: try again later.")


def _value(connection: psycopg.Connection[TupleRow], query: str) -> object:
    row = connection.execute(query.encode()).fetchone()
    if row is None:
        raise Refused("There is nothing to save: no city pack was loaded yet.")
    return row[0]


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), "no reason given")


def _last_line(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return next((line for line in lines if "error" in line.lower()), "") or (
        lines[-1] if lines else "no reason given"
    )
