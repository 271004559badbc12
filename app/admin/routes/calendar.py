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

YEARS = (2000, 2200)
UNKNOWN_DAY = N_("This day is not in the calendar.")


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
    try:
        with transaction() as session:
            row = add_day(session, _entered(typed), actor=current_actor())
    except (Rejection, Rejections) as refused:
        day = _date(typed.get("day", "")) or today()
        return _page(day.year, errors=sentences_by_field(refused), typed=typed), refused.status
    return _back(row.day.year, "added")


@blueprint.post("/calendar/confirm")
@administrator
def confirm_calendar() -> Response:
    """Confirm one day, or all days of a year."""
    asked, year = request.form.get("day", ""), request.form.get("year", "")
    with transaction() as session:
        known = [row.day for row in present_calendar(session)]
        chosen = [
            day
            for day in known
            if asked == day.isoformat() or (not asked and year == str(day.year))
        ]
        if not chosen:
            raise NotFound("unknown_day", UNKNOWN_DAY)
        confirm_days(session, chosen, actor=current_actor())
    return _back(chosen[0].year, "confirmed")


@blueprint.post("/calendar/remove")
@administrator
def remove_calendar_day() -> Response:
    """Take a day out."""
    day = _date(request.form.get("day", ""))
    if day is None:
        raise NotFound("unknown_day", UNKNOWN_DAY)
    with transaction() as session:
        remove_day(session, day, actor=current_actor())
    return _back(day.year, "removed")


def _entered(typed: Mapping[str, str]) -> EnteredDay:
    languages = profile(current_session()).languages
    names = {lang: clean_line(typed.get(f"name.{lang}", "")) for lang in languages}
    if typed.get("replaces", "").strip() and _date(typed["replaces"]) is None:
        raise Rejection("bad_date", N_("This is not a date."), field="replaces")
    return EnteredDay(
        day=_date(typed.get("day", "")),
        kind=typed.get("kind", ""),
        names={lang: name for lang, name in names.items() if name},
        replaces=_date(typed.get("replaces", "")),
    )


def _date(typed: str) -> date | None:
    """Read a day of our time: others are slips of the hand."""
    try:
        found = date.fromisoformat(clean_line(typed))
    except ValueError:
        return None
    return found if YEARS[0] <= found.year <= YEARS[1] else None


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
