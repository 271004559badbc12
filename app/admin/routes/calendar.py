"""Holidays and make-up days, year by year.

A change holds for due dates that are promised from now on; promised ones do not move.
"""

from collections.abc import Mapping
from datetime import date

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.admin.hours import weekday
from app.admin.routes.root import administrator, blueprint, today
from app.catalog.queries import present_calendar, profile
from app.catalog.service import EnteredDay, add_day, confirm_days, remove_day
from app.core.db import current_session, transaction
from app.core.errors import NotFound, Rejection, Rejections
from app.core.web.access import current_actor
from app.core.web.forms import sentences_by_field
from app.core.words.i18n import N_
from app.core.words.text import clean_line

MAX_NAME = 200


@blueprint.get("/calendar")
@administrator
def calendar() -> str:
    """Show the days of a year."""
    asked = request.args.get("year", "")
    return _page(int(asked) if asked.isdecimal() and len(asked) == 4 else today().year)


@blueprint.post("/calendar")
@administrator
def add_calendar_day() -> Response | tuple[str, int]:
    """Enter a day."""
    typed = request.form.to_dict()
    entered = _entered(typed)
    try:
        with transaction() as session:
            row = add_day(session, entered, actor=current_actor())
    except (Rejection, Rejections) as refused:
        year = entered.day.year if entered.day else today().year
        return _page(year, errors=sentences_by_field(refused), typed=typed), refused.status
    return _back(row.day.year, "added")


@blueprint.post("/calendar/confirm")
@administrator
def confirm_calendar() -> Response:
    """Confirm one day, or all days of a year."""
    asked = request.form.get("day", "")
    year = _year(request.form.get("year", ""))
    with transaction() as session:
        days = [row.day for row in present_calendar(session) if row.day.year == year]
        chosen = days if not asked else [_date(asked)]
        confirm_days(session, [day for day in chosen if day is not None], actor=current_actor())
    return _back(year, "confirmed")


@blueprint.post("/calendar/remove")
@administrator
def remove_calendar_day() -> Response:
    """Take a day out."""
    day = _date(request.form.get("day", ""))
    if day is None:
        raise NotFound("unknown_day", N_("This day is not in the calendar."))
    with transaction() as session:
        remove_day(session, day, actor=current_actor())
    return _back(day.year, "removed")


def _entered(typed: Mapping[str, str]) -> EnteredDay:
    languages = profile(current_session()).languages
    names = {lang: clean_line(typed.get(f"name.{lang}", ""))[:MAX_NAME] for lang in languages}
    return EnteredDay(
        day=_date(typed.get("day", "")),
        kind=typed.get("kind", ""),
        names={lang: name for lang, name in names.items() if name},
        replaces=_date(typed.get("replaces", "")),
    )


def _date(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _year(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) == 4 else today().year


def _page(year: int, **values: object) -> str:
    rows = present_calendar(current_session())
    known = {row.day.year for row in rows} | {today().year, today().year + 1, year}
    return render_template(
        "admin/calendar.html",
        year=year,
        years=sorted(known),
        days=[row for row in rows if row.day.year == year],
        today=today(),
        weekday=weekday,
        done=request.args.get("done", ""),
        **values,
    )


def _back(year: int, done: str) -> Response:
    return redirect(url_for("admin.calendar", year=year, done=done), code=303)
