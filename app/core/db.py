"""Database session and the one transaction boundary.

1. `transaction()` is opened by routes, jobs, commands and core only; verbs flush and never commit.
2. An inner `transaction()` joins the outer one; only the outermost commits.
3. `after_commit(session, call)` runs `call` once, after the outermost commit, and never after a
   rollback. A failing call is logged, not raised: what was committed stays committed.
4. A connection that rested is asked whether it lives before it is used: to ask at every request
   would cost a round trip for each, and a connection in use tells by itself.
5. What is counted before it is written goes `one_by_one`, or two at once pass the limit.
6. `at_most(session, milliseconds)` is for what people can do without: it is broken off in time.
   `take_time(session)` is for commands that read or write a whole city: nobody waits for a page.
7. `copy_in` writes many rows as the database likes it best, inside the session's transaction.
8. What is sent piece by piece reads each piece `aside`: between two pieces nothing is held, however
   slowly somebody takes them.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from psycopg import Connection as Driver
from psycopg import sql
from psycopg.errors import QueryCanceled
from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Engine, MetaData, Table, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, make_transient_to_detached
from sqlalchemy.pool import ConnectionPoolEntry

log = logging.getLogger(__name__)

_DEPTH = "transaction_depth"
_CALLS = "after_commit_calls"
_USED_AT = "used_at"
REST_S = 1.0


class Base(DeclarativeBase):
    """Root of every table; constraint names are deterministic so that migrations can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# Rows are read after the commit (answers, redirects): expiring them would cost a SELECT each.
db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


def current_session() -> Session:
    """Return the session of this request, job or command (for reads outside a transaction)."""
    return db.session()


def ask_after_rest(engine: Engine) -> None:
    """Test a connection before its use, unless it was in use a moment ago."""

    def leave(_connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        record.info[_USED_AT] = time.monotonic()

    def take(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get(_USED_AT, 0.0) < REST_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            # The pool drops what it has and connects anew.
            raise DisconnectionError from error

    event.listen(engine, "checkin", leave)
    event.listen(engine, "checkout", take)


def adopt(session: Session, row: Base) -> None:
    """Let the session hold what a statement has just written, without reading it again.

    Columns that were not set on `row` are read when somebody asks for them.
    """
    make_transient_to_detached(row)
    session.add(row)


@contextmanager
def aside(bind: Engine | Connection) -> Iterator[Session]:
    """Yield a session of its own for one read; nothing of it is left at the end (rule 8)."""
    with Session(bind) as session:
        yield session


def start_again() -> None:
    """Leave what a failed statement ended, so that the answer can still read."""
    current_session().rollback()


@contextmanager
def one_read() -> Iterator[Session]:
    """Yield a session for reads of one statement each: nothing is begun and ended around them."""
    bind = current_session().get_bind()
    with Session(bind) as session:
        if isinstance(bind, Engine):
            session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        yield session


class TookTooLong(Exception):  # noqa: N818 - says what it is
    """A read that nobody waits for any longer was broken off."""


@contextmanager
def at_most(session: Session, milliseconds: int) -> Iterator[None]:
    """Break off the block's statements after a while. Raises TookTooLong; nothing else is lost."""
    try:
        with session.begin_nested():
            session.execute(text(f"SET LOCAL statement_timeout = {int(milliseconds)}"))
            yield
            session.execute(text("SET LOCAL statement_timeout TO DEFAULT"))
    except OperationalError as error:
        if not isinstance(error.orig, QueryCanceled):
            raise
        raise TookTooLong from error


def take_time(session: Session) -> None:
    """Let the statements of this transaction take as long as they need."""
    session.execute(text("SET LOCAL statement_timeout = 0"))


def one_by_one(session: Session, purpose: str, *parts: object) -> None:
    """Wait for whoever does the same until their transaction ends: counting holds only so."""
    text_of = "\0".join([purpose, *map(str, parts)])
    digest = hashlib.sha256(text_of.encode()).digest()
    number = int.from_bytes(digest[:8], signed=True)
    session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def draw_ids(session: Session, table: Table, count: int) -> list[int]:
    """Draw the numbers of rows that will be written."""
    drawn = text(
        "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"
    )
    return list(session.scalars(drawn, {"name": table.name, "count": count}))


def copy_in(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows that all have the same columns (rule 7)."""
    if not rows:
        return
    names = list(rows[0])
    documents = {name for name in names if isinstance(table.c[name].type, JSONB)}
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, Driver)
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row([Jsonb(row[name]) if name in documents else row[name] for name in names])


@contextmanager
def transaction() -> Iterator[Session]:
    """Yield the session; commit when the outermost block ends, roll back on any exception."""
    session = current_session()
    depth = session.info.get(_DEPTH, 0)
    session.info[_DEPTH] = depth + 1
    try:
        yield session
        if depth == 0:
            session.commit()
    except BaseException:
        if depth == 0:
            session.rollback()
            session.info.pop(_CALLS, None)
        raise
    finally:
        session.info[_DEPTH] = depth
    if depth == 0:
        _run_calls(session)


def after_commit(session: Session, call: Callable[[], None]) -> None:
    """Run `call` after the outermost commit. Equal callables are run once."""
    calls: list[Callable[[], None]] = session.info.setdefault(_CALLS, [])
    if call not in calls:
        calls.append(call)


def _run_calls(session: Session) -> None:
    for call in session.info.pop(_CALLS, []):
        try:
            call()
        except Exception:
            log.exception("a call after commit failed: %r", call)
