"""Fixtures: a throw-away database for each run, a savepoint for each test.

`DATABASE_URL` names any database of a server where we may create databases; `./run test` sets it.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from app import create_app
from app.core.db import db
from config import Settings
from tests import oracles

EXTENSIONS = ("postgis", "unaccent", "btree_gist", "pg_trgm")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Name the runs that may take long."""
    parser.addoption(
        "--oracles",
        choices=("short", "long"),
        default="short",
        help="how many cases the oracles draw: short is the same in every run, long draws anew",
    )
    parser.addoption(
        "--faults",
        choices=("short", "long"),
        default="short",
        help="long: only tests/faults, with at least a hundred kills",
    )
    parser.addoption("--faults-seed", type=int, default=7, help="what is killed when")


def pytest_configure(config: pytest.Config) -> None:
    """Set the length before any test module is read."""
    oracles.choose(config.getoption("--oracles"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the oracles counted."""
    if lines := oracles.lines():
        terminalreporter.section("oracles")
        for line in lines:
            terminalreporter.write_line(line)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A long run is for its own tests only."""
    if config.getoption("--faults") == "long":
        chosen = [item for item in items if item.path.parent.name == "faults"]
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = chosen


def _admin_url() -> str:
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        pytest.exit("DATABASE_URL is not set: run the tests by ./run test", returncode=2)
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A new, empty database with our extensions; dropped at the end."""
    admin = create_engine(_admin_url(), isolation_level="AUTOCOMMIT")
    name = f"hoi_am_test_{os.getpid()}_{secrets.token_hex(3)}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    url = make_url(_admin_url()).set(database=name).render_as_string(hide_password=False)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for extension in EXTENSIONS:
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
    engine.dispose()
    yield url
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


def environment(database_url: str, var: Path) -> dict[str, str]:
    """The settings of a test installation."""
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": os.environ.get("REDIS_URL", "redis://127.0.0.1:1/0"),
        "SECRET_KEY": "s" * 40,
        "FOLLOW_KEY": "f" * 40,
        "CONTACT_KEYS": Fernet.generate_key().decode(),
        "VAR_DIR": str(var),
        "BASE_URL": "http://localhost",
        "RATE_LIMITS": "0",
        # Nearly all tests are about something else; tests/accounts/test_second_step.py wants it.
        "STAFF_TOTP": "optional",
    }


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the test installation."""
    return Settings.from_env(environment(database_url, tmp_path_factory.mktemp("var")))


@pytest.fixture(scope="session")
def migrated(database_url: str) -> str:
    """The database with all migrations applied and the home city pack loaded."""
    from app.cli.migrate import upgrade

    engine = create_engine(database_url)
    upgrade(engine)
    engine.dispose()
    return database_url


@pytest.fixture(scope="session")
def app(settings: Settings, migrated: str) -> Iterator[Flask]:
    """The application on the migrated database with the city pack."""
    from app.core.db import transaction
    from app.core.time import now
    from app.packs.reader import read_pack
    from app.packs.service import load_pack

    application = create_app(settings)
    application.config["TESTING"] = True
    with application.app_context():
        with transaction() as session:
            load_pack(session, read_pack(settings.city_pack), now())
        db.session.remove()
    yield application
    with application.app_context():
        db.engine.dispose()


@contextmanager
def rolled_back(app: Flask) -> Iterator[Session]:
    """A session whose commits are savepoints: everything is rolled back at the end."""
    from app.core import kept

    kept.forget_all()  # what another test saw
    kept.KEPT_SECONDS = 600.0  # so that the number of statements does not depend on the clock
    with app.app_context():
        engine = db.engine
        connection = engine.connect()
        outer = connection.begin()
        engines = db._app_engines[app]
        db.session.remove()
        engines[None] = connection  # type: ignore[assignment]
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield db.session()
        finally:
            db.session.remove()
            engines[None] = engine
            db.session.configure(join_transaction_mode="conditional_savepoint")
            outer.rollback()
            connection.close()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of this test alone."""
    with rolled_back(app) as found:
        yield found


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    """A browser without cookies, on the rolled-back session."""
    return app.test_client()
