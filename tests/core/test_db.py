"""Connections that rested, and rows that a statement has just written."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from app.core import db as core
from app.core.db import ask_after_rest

PID = text("SELECT pg_backend_pid()")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = create_engine(database_url, pool_size=1, max_overflow=0)
    ask_after_rest(made)
    yield made
    made.dispose()


def end_its_connection(engine: Engine, database_url: str) -> int:
    with engine.connect() as connection:
        pid: int = connection.execute(PID).scalar_one()
    other = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    other.dispose()
    return pid


def test_a_connection_that_died_while_it_rested_is_replaced(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = end_its_connection(engine, database_url)
    monkeypatch.setattr(core, "REST_S", 0.0)
    with engine.connect() as connection:
        assert connection.execute(PID).scalar_one() != ended


def test_a_connection_in_use_tells_by_itself_and_the_next_one_is_new(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, "REST_S", 60.0)
    ended = end_its_connection(engine, database_url)
    with pytest.raises(OperationalError), engine.connect() as connection:
        connection.execute(PID)
    with engine.connect() as connection:
        assert connection.execute(PID).scalar_one() != ended
