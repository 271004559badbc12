"""The invented weeks leave an installation whose record is right, and whose figures are made."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cli.demo import ideas
from app.core import installation
from app.measures.models import MeasureMonth
from app.tickets.models import Ticket, TicketEvent
from config import Settings


@pytest.fixture(autouse=True)
def for_samples(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This is a database for samples as long as the test lasts; few people support each idea."""
    few = tuple(replace(fate, supports=min(fate.supports, 2)) for fate in ideas.FATES)
    monkeypatch.setattr(ideas, "FATES", few)
    before = installation.settings()
    installation.configure(replace(settings, sample_content=True))
    yield
    installation.configure(before)


def test_the_demonstration_is_right_when_it_begins(app: Flask, session: Session) -> None:
    runner = app.test_cli_runner()
    done = runner.invoke(args=["city", "load-demo", "--count", "16"])
    assert done.exit_code == 0, (done.output, done.exception)
    accepted = select(func.count()).where(Ticket.status == "in_progress")
    assert session.scalar(accepted), "somebody has accepted something"
    assert session.scalar(select(func.count()).where(TicketEvent.kind == "entrust"))
    assert session.scalar(select(func.count()).select_from(MeasureMonth)), "figures at once"
    checked = runner.invoke(args=["city", "verify"])
    assert checked.exit_code == 0, checked.output
