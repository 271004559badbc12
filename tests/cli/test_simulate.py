"""A simulated year in small: nothing is dropped, due dates are the oracle's, the seed decides."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.cli.simulate.clockwork import LEFT_OUT, SCANS
from app.cli.simulate.dump import lines
from app.cli.simulate.figures import dropped
from app.core.work.jobs import JobName
from app.tickets.service import escalate, mark_due, mark_reply_due
from tests.conftest import rolled_back
from tests.factories.tickets import (
    DAY,
    HOUR,
    MONDAY,
    WARD,
    accepted_ticket,
    act,
    coordinator,
    officer,
    routed_ticket,
    submitted,
)
from tests.tickets.year_oracle import Calendar, compare

ROOT = Path(__file__).parents[2]
SMALL = ("--tickets", "24", "--days", "7", "--begin", "2026-03-02")


def simulate(app: Flask, *words: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["city", "simulate", *words])
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def week(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What a simulated week printed, and the facts that it left."""
    facts = tmp_path_factory.mktemp("year") / "facts.jsonl"
    with rolled_back(app):
        code, printed = simulate(app, *SMALL, "--against", str(facts))
    assert code == 0, printed
    return printed, facts


def test_every_ticket_is_owned_escalated_or_final(week: tuple[str, Path]) -> None:
    printed, _facts = week
    last = printed.splitlines()[-1]
    assert last.startswith("0 dropped, ")
    assert last.endswith(" events checked, 0 problems")


def test_people_and_workers_have_acted(week: tuple[str, Path]) -> None:
    printed, _facts = week
    for kind in ("open", "accept", "resolve", "publish", "escalate", "comment"):
        assert f"did {kind}: " in printed


def test_due_dates_are_those_of_the_oracle(week: tuple[str, Path]) -> None:
    _printed, facts = week
    told = compare(facts, Calendar.read(ROOT))
    assert told.wrong == []
    assert told.counts["tickets"] > 15


def test_a_wrong_due_date_would_be_found(week: tuple[str, Path], tmp_path: Path) -> None:
    _printed, facts = week
    shifted = tmp_path / "shifted.jsonl"
    first, *rest = facts.read_text("utf-8").splitlines()
    shifted.write_text("\n".join([first.replace('"minutes": [', '"minutes": [1'), *rest]), "utf-8")
    assert len(compare(shifted, Calendar.read(ROOT)).wrong) in (1, 2)


def test_the_same_seed_gives_the_same_week(app: Flask, week: tuple[str, Path]) -> None:
    with rolled_back(app):
        assert simulate(app, *SMALL) == (0, week[0])


def test_it_runs_where_there_are_no_tickets(app: Flask, session: Session) -> None:
    submitted(session)
    code, printed = simulate(app, *SMALL)
    assert code == 1
    assert "throw-away" in printed


def test_every_job_runs_but_those_that_need_not() -> None:
    assert set(SCANS) | LEFT_OUT == set(JobName)
    assert not set(SCANS) & LEFT_OUT


def test_what_lies_unnoticed_is_dropped(session: Session) -> None:
    officer(session, WARD)
    ticket = routed_ticket(session)
    assert dropped(session, MONDAY) == []
    assert ticket.outcome_due_at is not None
    late = ticket.outcome_due_at + DAY
    mark_reply_due(session, now=late)
    mark_due(session, now=late)
    reasons = {why.split()[0] for _reference, why in dropped(session, late)}
    assert reasons == {"overdue", "unaccepted"}
    while escalate(session, now=late):
        pass
    assert dropped(session, late) == []


def test_a_ticket_where_nobody_works_is_dropped(session: Session) -> None:
    ticket = routed_ticket(session)
    (found,) = dropped(session, MONDAY + HOUR)
    assert found == (ticket.reference, f"assigned at {WARD}, where nobody works")


def test_a_ticket_that_nobody_routes_is_dropped(session: Session) -> None:
    ticket = submitted(session).ticket
    officer(session, WARD)
    assert dropped(session, MONDAY) == []
    later = MONDAY + timedelta(minutes=30)
    assert [reference for reference, _why in dropped(session, later)] == [ticket.reference]


@pytest.mark.parametrize("replied", [False, True])
def test_a_promise_may_begin_after_the_tickets_own_pause(
    session: Session, tmp_path: Path, *, replied: bool
) -> None:
    """It came with another ticket; minutes before it began are none of it, by the oracle too."""
    slow = accepted_ticket(session, category="road")
    own = officer(session, slow.agency_code or "")
    until = MONDAY + 2 * DAY
    act(session, slow, "pause", own, code="weather", until=until, text="Mưa bão")
    act(session, slow, "resume", own, at=MONDAY + HOUR)
    if replied:
        act(session, slow, "comment", own, at=MONDAY + 2 * HOUR, text="Đang chờ tạnh mưa")
    quick = routed_ticket(session, at=MONDAY + DAY)
    boss = coordinator(session)
    act(session, quick, "merge", boss, at=MONDAY + DAY, target_reference=slow.reference)
    assert slow.promised_from == MONDAY + DAY
    facts = tmp_path / "facts.jsonl"
    facts.write_text("\n".join(lines(session)), "utf-8")
    told = compare(facts, Calendar.read(ROOT))
    assert told.wrong == []
    assert told.counts["clock acts"] >= 3
