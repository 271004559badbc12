"""Invented cities: lawful histories, inside their areas, the map counted."""

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.cli.synthetic import filling
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


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "BLOCK", 60)


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
