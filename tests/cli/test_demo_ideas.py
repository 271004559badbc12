"""The demonstration's suggestions: every state of both axes is there, and verifies."""

import random

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.demo.course import Course
from app.cli.demo.ideas import FATES
from app.core.time import now
from app.tickets.models import Suggestion, Ticket
from app.tickets.tables import ANSWER_TABLE
from app.tickets.tables.publication import DRAFT, HIDDEN, PUBLICATIONS, WITHDRAWN
from app.tickets.verify import Checked, problems
from config import Settings

# What only its author or a moderator does is left to who tries the demonstration.
LEFT_OUT = {DRAFT, HIDDEN, WITHDRAWN}


def test_a_suggestion_in_every_state(session: Session, settings: Settings) -> None:
    samples = yaml.safe_load((settings.city_pack / "samples.yaml").read_text("utf-8"))
    Course(samples, random.Random(1)).run(0)
    rows = session.execute(select(Ticket, Suggestion).join(Suggestion)).all()
    assert len(rows) == len(FATES)
    assert {its.publication for _, its in rows} == set(PUBLICATIONS) - LEFT_OUT
    wanted = {status for row in ANSWER_TABLE.rows for status in row.sources}
    assert {ticket.status for ticket, _ in rows} >= wanted - {"received", "closed"}
    assert max(ticket.supporters_count for ticket, _ in rows) > 50
    assert list(problems(session, now(), Checked())) == []
