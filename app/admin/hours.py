"""Working hours and weekdays in words."""

from datetime import date, time
from itertools import groupby

from babel.dates import format_time, get_day_names

from app.agencies.timetable import Hours, Timetable
from app.core.words.i18n import language


def hours_lines(timetable: Timetable, on: date) -> list[str]:
    """Return the hours that hold on a day: "Mon – Fri: 07:30–11:30, 13:30–17:00"."""
    period = timetable.period(on)
    if period is None:
        return []
    names = get_day_names("abbreviated", locale=language().replace("-", "_"))
    lines = []
    for hours, group in groupby(range(7), key=lambda weekday: period.week[weekday]):
        weekdays = list(group)
        if hours:
            days = dict.fromkeys((names[weekdays[0]], names[weekdays[-1]]))
            lines.append(f"{' – '.join(days)}: {_spans(hours)}")
    return lines


def weekday(on: date) -> str:
    """Return the name of a date's weekday."""
    names = get_day_names("wide", locale=language().replace("-", "_"))
    return str(names[on.weekday()])


def _spans(hours: Hours) -> str:
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in hours)


def _clock(minutes: int) -> str:
    shown = time(minutes // 60 % 24, minutes % 60)
    return "24:00" if minutes == 24 * 60 else format_time(shown, "HH:mm")
