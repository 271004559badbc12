"""Months: where they begin and end, until when they are corrected, and that they stay then."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from app.measures.models import MeasureMonth, MeasurePeriod
from app.measures.reckoning.counting import nearest_rank, tenths
from app.measures.reckoning.definitions import PROBLEMS, Unit, decimal
from app.measures.reckoning.months import Month
from app.measures.service import differing, rebuild, refresh
from app.measures.terms import city_clock
from app.tickets.models import Ticket
from app.tickets.tables import SUGGESTION
from tests.factories.tickets import DAY, HOUR, MONDAY, resolve, routed_ticket
from tests.measures.scene import Season, freeze_all
from tests.measures.suggested import Suggestions

OCTOBER = date(2026, 10, 1)
FROZEN = datetime(2026, 11, 6, tzinfo=UTC)


def rows(session: Session, version: int = 1) -> set[tuple[object, ...]]:
    table = MeasureMonth.__table__
    query = select(table).where(table.c.month == OCTOBER, table.c.version == version)
    return {tuple(row) for row in session.execute(query)}


def period(session: Session, version: int = 1) -> MeasurePeriod | None:
    return session.get(MeasurePeriod, (OCTOBER, version))


def test_a_month_is_the_citys_and_is_corrected_for_three_working_days(session: Session) -> None:
    clock = city_clock(session)
    month = Month(OCTOBER)
    assert month.begin(clock.zone) == datetime(2026, 9, 30, 17, tzinfo=UTC)
    assert month.end(clock.zone) == datetime(2026, 10, 31, 17, tzinfo=UTC)
    # 31 October 2026 is a Saturday: Monday, Tuesday, Wednesday.
    assert month.cut_off(clock).astimezone(clock.zone).date() == date(2026, 11, 4)
    assert str(month.moved(-10)) == "2025-12"
    assert Month.parse("2026-10") == month


@pytest.mark.parametrize(
    ("part", "n", "expected"), [(1, 3, 333), (2, 3, 667), (1, 8, 125), (1, 16, 63), (0, 5, 0)]
)
def test_shares_are_rounded_half_up(part: int, n: int, expected: int) -> None:
    assert tenths(part, n) == expected


def test_ranks_and_decimals() -> None:
    assert [nearest_rank(list(range(1, n + 1)), 5) for n in (1, 2, 3, 4, 5)] == [1, 1, 2, 2, 3]
    assert [nearest_rank(list(range(1, n + 1)), 9) for n in (1, 9, 10, 11, 20)] == [1, 9, 9, 10, 18]
    assert decimal(Unit.HOURS, 45) == "0.8"  # 0.75
    assert decimal(Unit.DAYS, 1_440 + 72) == "1.1"  # 1.05
    assert decimal(Unit.PERCENT, 1_000) == "100.0"


def test_what_happens_after_the_cut_off_changes_nothing(session: Session) -> None:
    ticket = routed_ticket(session, at=MONDAY)
    resolve(session, ticket, at=MONDAY + DAY)
    freeze_all(session, FROZEN - 3 * DAY)
    made = period(session)
    assert made is not None
    assert made.frozen_at is None
    assert differing(session) == []
    resolve(session, routed_ticket(session, at=MONDAY + 2 * DAY), at=MONDAY + 3 * DAY)
    freeze_all(session, FROZEN)
    assert made.frozen_at == FROZEN
    kept = rows(session)
    season = Season(session, 5)
    season.at = FROZEN
    season.pass_by(days=9)
    freeze_all(session, season.at)
    rebuild(session, now=season.at)
    assert rows(session) == kept
    assert differing(session) == []


def test_a_month_that_nobody_froze_is_made_as_it_was_at_its_cut_off(session: Session) -> None:
    """Whether the job ran each day or only half a year later, the figures are the same."""
    season = Season(session, 6)
    season.pass_by(days=31)
    freeze_all(session, FROZEN)
    kept = rows(session)
    season.pass_by(days=20)
    session.execute(update(MeasurePeriod).values(frozen_at=None))
    session.expire_all()
    rebuild(session, now=season.at + timedelta(days=150))
    assert rows(session) == kept
    assert kept


def test_what_became_private_makes_another_version(session: Session) -> None:
    first = routed_ticket(session, at=MONDAY)
    resolve(session, first, at=MONDAY + DAY)
    resolve(session, routed_ticket(session, at=MONDAY + HOUR), at=MONDAY + DAY)
    freeze_all(session, FROZEN)
    kept = rows(session)
    session.execute(update(Ticket).where(Ticket.id == first.id).values(private=True))
    session.expire_all()
    freeze_all(session, FROZEN + DAY)
    again = period(session, 2)
    assert again is not None
    assert (again.note, again.private, again.frozen_at) == ("became_private", 1, FROZEN + DAY)
    assert rows(session) == kept, "the first version stays"
    received = {row[4]: row[5] for row in rows(session, 2) if row[2] == "city"}
    assert received["received"] == 1
    assert differing(session) == []


def test_a_wrong_figure_is_found(session: Session) -> None:
    routed_ticket(session, at=MONDAY)
    refresh(session, now=MONDAY + DAY)
    assert differing(session) == []
    session.execute(update(MeasureMonth).values(n=MeasureMonth.n + 1))
    session.expire_all()
    assert differing(session) == ["2026-10"]


def test_suggestions_change_no_figure_of_problems(session: Session) -> None:
    season = Season(session, 7)
    season.suggestions = Suggestions(session, 7, turns=0.0)
    season.pass_by(days=31)
    freeze_all(session, FROZEN)
    kept = rows(session)
    session.execute(update(Ticket).where(Ticket.kind == SUGGESTION).values(private=True))
    session.expire_all()
    freeze_all(session, FROZEN + DAY)
    problems = {row for row in kept if row[4] in PROBLEMS}
    assert 0 < len(problems) < len(kept)
    assert {(row[0], 1, *row[2:]) for row in rows(session, 2)} == problems


def test_what_came_in_after_a_month_was_not_open_at_its_end(session: Session) -> None:
    routed_ticket(session, at=MONDAY)
    november = datetime(2026, 11, 2, tzinfo=UTC)
    routed_ticket(session, at=november)
    freeze_all(session, november + DAY)
    provisional = {row[4]: row[5] for row in rows(session) if row[2] == "city"}
    freeze_all(session, FROZEN)
    final = {row[4]: row[5] for row in rows(session) if row[2] == "city"}
    assert (provisional["open"], final["open"]) == (1, 1)


def test_the_figures_of_a_month_are_written_at_once(session: Session) -> None:
    """Some have a part and some have none: that must not make a statement of each."""
    resolve(session, routed_ticket(session, at=MONDAY), at=MONDAY + DAY)
    written: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if statement.startswith("INSERT INTO measure_month"):
            written.append(statement)

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        rebuild(session, now=MONDAY + 2 * DAY)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    months = set(session.scalars(select(MeasureMonth.month)))
    assert len(set(session.scalars(select(MeasureMonth.part)))) > 1
    assert len(written) == len(months)
