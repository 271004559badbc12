"""Migrations: one head, up and down with data, and the same tables as the models."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from app import create_app
from app.cli.migrate import alembic_config, downgrade, upgrade
from app.core import installation
from app.core.db import Base, db, transaction
from app.core.time import now
from app.packs.reader import read_pack
from app.packs.service import load_pack
from app.reports.schemas import parse_report
from app.reports.service import submit
from app.routing.service import route_pending
from config import Settings
from tests.conftest import environment
from tests.installation import new_database

POSTGIS = {"spatial_ref_sys", "geography_columns", "geometry_columns"}


@pytest.fixture
def url() -> Iterator[str]:
    with new_database("hoi_am_migrations") as found:
        yield found


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    found = create_engine(url)
    yield found
    found.dispose()


def ours(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - POSTGIS - {"alembic_version"}


def fill(url: str, folder: Path) -> None:
    settings = Settings.from_env(environment(url, folder))
    before = installation._settings  # one for the whole process: other tests need theirs back
    app = create_app(settings)
    with app.app_context():
        body = {"category": "waste", "text": "x", "lat": 20.951, "lon": 107.08}
        command = parse_report(
            body, key="11111111-1111-4111-8111-111111111111", lang="vi", channel="web",
            photos_expected=False,
        )  # fmt: skip
        with transaction() as session:
            load_pack(session, read_pack(settings.city_pack), now())
        with transaction() as session:
            submit(session, command, now=now())
        with transaction() as session:
            assert route_pending(session, now=now()) == 1
        db.session.remove()
        db.engine.dispose()
    if before is not None:
        installation.configure(before)


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


def test_the_tables_are_those_of_the_models(engine: Engine) -> None:
    upgrade(engine)

    def included(_object, name, kind, reflected, _to) -> bool:
        return not (kind == "table" and reflected and name not in Base.metadata.tables)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": included})
        assert compare_metadata(context, Base.metadata) == []


def test_every_step_goes_up_and_down_with_data(url: str, engine: Engine, tmp_path: Path) -> None:
    revisions = [
        script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()
    ]
    upgrade(engine)
    assert ours(engine) == set(Base.metadata.tables)
    fill(url, tmp_path)
    for revision in [*revisions[1:], "base"]:
        downgrade(engine, revision)
    assert ours(engine) == set()
    with engine.connect() as connection:
        assert functions(connection) == set()
    upgrade(engine)
    fill(url, tmp_path)


def functions(connection: Connection) -> set[str]:
    """Return the functions in the public schema that belong to no extension."""
    query = text(
        "SELECT proname FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS"
        " (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    )
    return set(connection.scalars(query))
