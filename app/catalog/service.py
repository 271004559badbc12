"""Verbs on the calendar: enter, confirm and remove days.

1. Every change makes a new version of the calendar; the rows of former versions stay, so that any
   promised date can be computed again. Due dates that were promised do not move.
2. What is entered here wins over the city pack, also when the pack is loaded again. So a day of
   the pack that is removed leaves a row behind, of the kind `removed`, which is no day at all.
3. `source` of such a row says which account entered it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import CalendarDay, City, Words
from app.catalog.queries import calendar_day, forget_kept
from app.core.actor import Actor
from app.core.db import after_commit
from app.core.errors import Conflict, NotFound, Rejection, Rejections
from app.core.words.i18n import N_

HOLIDAY, MAKEUP, REMOVED = "holiday", "makeup", "removed"
KINDS = (HOLIDAY, MAKEUP)
MAX_NAME = 200


@dataclass(frozen=True, kw_only=True)
class EnteredDay:
    """A day as somebody typed it. replaces: the working day that a make-up day stands for."""

    day: date | None
    kind: str
    names: Words
    replaces: date | None = None


def add_day(session: Session, entered: EnteredDay, *, actor: Actor) -> CalendarDay:
    """Enter a holiday or a make-up day, confirmed. Raises Rejections, Conflict."""
    _check(entered)
    assert entered.day is not None
    version = _next_version(session)
    present = calendar_day(session, entered.day)
    if present is not None and present.kind != REMOVED:
        raise Conflict("day_taken", N_("This day is in the calendar already."), field="day")
    _end(session, present, version)
    return _add(
        session, version, actor, day=entered.day, kind=entered.kind, names=entered.names,
        replaces=entered.replaces if entered.kind == MAKEUP else None,
    )  # fmt: skip


def confirm_days(session: Session, days: Iterable[date], *, actor: Actor) -> int:
    """Confirm those of the days that are not confirmed yet. Returns how many."""
    found = [row for day in days if (row := calendar_day(session, day)) and not row.confirmed]
    if not found:
        return 0
    version = _next_version(session)
    for row in found:
        _end(session, row, version)
        _add(
            session, version, actor, day=row.day, kind=row.kind, names=row.names,
            replaces=row.replaces,
        )  # fmt: skip
    return len(found)


def remove_day(session: Session, day: date, *, actor: Actor) -> None:
    """Take a day out of the calendar. Raises NotFound."""
    version = _next_version(session)
    row = calendar_day(session, day)
    if row is None or row.kind == REMOVED:
        raise NotFound("unknown_day", N_("This day is not in the calendar."))
    _end(session, row, version)
    _add(session, version, actor, day=day, kind=REMOVED, names=row.names, replaces=None)


def _check(entered: EnteredDay) -> None:
    wrong = []
    if entered.day is None:
        wrong.append(Rejection("day_missing", N_("Please enter a date."), field="day"))
    if entered.kind not in KINDS:
        wrong.append(Rejection("kind_missing", N_("Please choose a kind of day."), field="kind"))
    if not any(entered.names.values()):
        wrong.append(Rejection("name_missing", N_("Please enter a name."), field="name"))
    if any(len(name) > MAX_NAME for name in entered.names.values()):
        wrong.append(Rejection("too_long", N_("This name is too long."), field="name"))
    if entered.kind == MAKEUP and entered.replaces is not None and entered.replaces == entered.day:
        sentence = N_("A day cannot stand in for itself.")
        wrong.append(Rejection("same_day", sentence, field="replaces"))
    if wrong:
        raise Rejections(wrong)


def _next_version(session: Session) -> int:
    """Count on; whoever changes the calendar at the same time waits here."""
    city = session.scalars(
        select(City).with_for_update().execution_options(populate_existing=True)
    ).one()
    city.calendar_version += 1
    after_commit(session, forget_kept)
    return city.calendar_version


def _end(session: Session, row: CalendarDay | None, version: int) -> None:
    if row is not None:
        row.until_version = version
        session.flush()


def _add(
    session: Session, version: int, actor: Actor, *, day: date, kind: str, names: Words,
    replaces: date | None,
) -> CalendarDay:  # fmt: skip
    row = CalendarDay(
        day=day, kind=kind, names=dict(names), replaces=replaces, confirmed=True,
        source=f"account {actor.account_id}", since_version=version, until_version=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row
