"""Invented cities: lawful histories, inside their areas, the map counted."""

import re
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.cli.synthetic import filling
from app.core import installation
from app.core.time import now
from app.map_index.models import MapChange
from app.map_index.service import differing
from app.reports.models import Report
from app.tickets.listed import late
from app.tickets.models import Ticket, TicketEvent
from app.tickets.verify import Checked, problems
from tests.factories.tickets import submitted

OUTSIDE = """
SELECT count(*) FROM ticket t WHERE place IS NOT NULL AND NOT EXISTS (
    SELECT FROM area_piece p WHERE p.area_code = t.area_code AND ST_Covers(p.geom, t.place))
"""


STRUCTURE = """
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    || ' ' || convalidated FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT tgname || ' ' || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
ORDER BY 1
"""


@pytest.fixture(autouse=True)
def small(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(filling, "BLOCK", 60)
    before = installation._settings
    assert before is not None
    installation.configure(replace(before, trial=True))
    yield
    installation.configure(before)


def load(app: Flask, *words: str) -> str:
    done = app.test_cli_runner().invoke(args=["city", "load-synthetic", *words])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def test_copies_are_as_lawful_as_what_they_copy(app: Flask, session: Session) -> None:
    assert load(app, "--tickets", "150") == "150 tickets\n"
    checked = Checked()
    assert list(problems(session, now(), checked)) == []
    assert checked.tickets == 150
    assert session.scalar(select(func.count()).select_from(Report)) == 150
    assert differing(session) == 0
    assert session.scalar(text(OUTSIDE)) == 0
    statuses = set(session.scalars(select(Ticket.status).distinct()))
    assert {"assigned", "in_progress", "closed"} <= statuses
    copied = select(Ticket.id).where(late(), Ticket.reference.contains("-20-"))
    assert session.scalars(copied).all(), "what is late is marked before it is copied"


def test_copies_lie_elsewhere(app: Flask, session: Session) -> None:
    load(app, "--tickets", "120")
    places = session.scalar(select(func.count(func.ST_AsText(Ticket.place).distinct())))
    assert places is not None
    assert places > 100


def test_work_goes_on_after_it(app: Flask, session: Session) -> None:
    load(app, "--tickets", "150")
    assert session.scalar(select(func.count()).select_from(MapChange)) == 0
    assert submitted(session).ticket.reference
    assert session.scalar(select(func.count()).select_from(MapChange)) == 1  # changes are noted


def test_for_the_map_alone_there_are_no_histories(app: Flask, session: Session) -> None:
    load(app, "--tickets", "150", "--map-only")
    with_history = select(func.count(TicketEvent.ticket_id.distinct()))
    assert session.scalar(with_history) == 60
    assert session.scalar(select(func.count()).select_from(Ticket)) == 150
    assert differing(session) == 0


def test_it_runs_where_there_are_no_tickets(app: Flask, session: Session) -> None:
    submitted(session)
    with pytest.raises(AssertionError, match="throw-away"):
        load(app)


def structure(session: Session) -> list[str]:
    """Return what the tables have; PostgreSQL itself writes a condition's casts in two ways."""
    lines = session.scalars(text(STRUCTURE)).all()
    return [re.sub(r"::(character varying|text)(\[\])?|[()]", "", line) for line in lines]


def test_not_beside_real_tickets_to_come(app: Flask, session: Session) -> None:
    trial = installation._settings
    assert trial is not None
    installation.configure(replace(trial, trial=False))
    with pytest.raises(AssertionError, match="TRIAL=1"):
        load(app)
    assert session.scalar(select(func.count()).select_from(Ticket)) == 0


@pytest.mark.parametrize("more", [(), ("--map-only",)])
def test_nothing_of_the_tables_is_lost(app: Flask, session: Session, more: tuple[str, ...]) -> None:
    before = structure(session)
    assert any("gin_trgm_ops" in line for line in before)
    load(app, "--tickets", "150", *more)
    assert structure(session) == before


def test_broken_off_it_leaves_the_lives_and_everything(app: Flask, session: Session) -> None:
    before = structure(session)

    def stop(said: str) -> None:
        if said.startswith("indexes"):
            assert session.scalar(select(func.count()).select_from(Ticket)) == 150
            assert structure(session) != before
            raise InterruptedError

    with pytest.raises(InterruptedError):
        filling.fill(
            150, chance=Random(1), words=lambda code, _n: code, at=now(),
            tables=filling.ROWS_ONLY, tell=stop,
        )  # fmt: skip
    assert session.scalar(select(func.count()).select_from(Ticket)) == 60
    assert structure(session) == before
    assert differing(session) == 0
