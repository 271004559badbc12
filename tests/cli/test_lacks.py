"""What the installation lacks, or what it is given, is answered by one sentence."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import create_app
from app.agencies.models import Agency
from app.cli.migrate import upgrade
from app.cli.root import NO_PACK, UNPREPARED
from app.core import installation
from app.core.db import db
from app.core.time import frozen
from config import Settings
from tests.installation import new_database


@pytest.fixture
def application_on(settings: Settings) -> Iterator[Callable[[str], Flask]]:
    """Makes the application on another database; afterwards this process has its own again."""
    yield lambda url: create_app(replace(settings, database=replace(settings.database, url=url)))
    installation.configure(settings)


def refusal(application: Flask, *words: str, typed: bytes = b"") -> str:
    """Run `flask city …`, which must end in one sentence; return that."""
    done = application.test_cli_runner().invoke(args=["city", *words], input=typed)
    assert (done.exit_code, done.output.count("\n")) == (1, 1), done.output
    return done.output.removeprefix("Error: ").strip()


def test_a_database_without_tables_is_said(application_on) -> None:
    with new_database("hoi_am_bare") as url:
        application = application_on(url)
        assert refusal(application, "locate", "--lat", "20", "--lon", "107") == UNPREPARED
        assert refusal(application, "verify") == UNPREPARED
        with application.app_context():
            db.engine.dispose()


def test_a_database_without_a_pack_is_said(application_on) -> None:
    with new_database("hoi_am_empty") as url:
        application = application_on(url)
        with application.app_context():
            upgrade(db.engine)
        assert refusal(application, "calendar") == NO_PACK
        with application.app_context():
            db.engine.dispose()


def test_a_database_that_is_away_is_said(application_on) -> None:
    application = application_on("postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert refusal(application, "user", "list").startswith("the database gave up: ")


def test_what_is_no_text_is_said(app: Flask, session: Session) -> None:
    who = ("user", "add", "eva@example.org", "--role", "administrator")
    assert refusal(app, *who, "--password-stdin", typed=b"\xff" * 20).endswith("not UTF-8 text")
    assert refusal(app, "user", "disable", "\udcff@example.org").endswith("not UTF-8 text")


# files and days


@pytest.mark.parametrize(
    "content", [b"[" * 50_000, b"\x1f\x8b\x08" + bytes(7) + b"\xff" * 40, b"null", b""]
)
def test_a_file_that_cannot_be_read_is_said(
    app: Flask, session: Session, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "areas.geojson"
    file.write_bytes(content)
    said = refusal(app, "import-areas", str(file), "--source", "x", "--valid-from", "2025-07-01")
    assert said == "areas.geojson is not a GeoJSON FeatureCollection"


def test_boundaries_of_a_day_to_come_are_refused(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "areas.geojson").write_text('{"features": []}')
    words = ["city", "import-areas", str(tmp_path / "areas.geojson"), "--source", "x"]
    with frozen(datetime(2026, 11, 25, 18, tzinfo=UTC)):  # one o'clock of the 26th in the city
        for day, status in (("2026-11-26", 0), ("2026-11-27", 2)):
            done = app.test_cli_runner().invoke(args=[*words, "--preview", "--valid-from", day])
            assert done.exit_code == status, done.output


def test_a_duty_passes_on_by_the_day_of_the_city(app: Flask, session: Session) -> None:
    coordinator = session.scalars(select(Agency.code).where(Agency.duty == "coordinator")).one()
    heir = session.scalars(select(Agency.code).where(Agency.duty.is_(None)).limit(1)).one()
    words = ["city", "succeed", coordinator, heir, "--on"]
    with frozen(datetime(2026, 11, 25, 18, tzinfo=UTC)):
        tomorrow = app.test_cli_runner().invoke(args=[*words, "2026-11-27"])
        assert "A duty can only pass on from today" in tomorrow.output
        today = app.test_cli_runner().invoke(args=[*words, "2026-11-26"])
    assert today.exit_code == 0, today.output
