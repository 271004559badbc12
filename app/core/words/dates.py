"""Instants and days as people say them, in the city's zone and the language of the context.

1. What happened is said from today's point of view: today 14:05, yesterday 14:05, else date and
   time. Such words are for pages, which are read when they are made; messages say `instant`.
2. What is to come keeps its date and time, because people plan by it; today, tomorrow stand beside.
3. Today is the day on the wall of the city's zone, whatever zone the server or the reader has.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.words.i18n import N_, day, instant, language, translate, written

PAST = {0: N_("today %(time)s"), 1: N_("yesterday %(time)s")}
TO_COME = {0: N_("%(date)s (today)"), -1: N_("%(date)s (tomorrow)")}


def moment(value: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Say when something happened."""
    words = PAST.get(_days_ago(value.astimezone(zone).date(), zone, now))
    return (
        translate(words, time=f"{value.astimezone(zone):%H:%M}") if words else instant(value, zone)
    )


def due(value: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Say by when something has to happen."""
    return _to_come(value.astimezone(zone).date(), instant(value, zone), zone, now)


def due_day(value: date, zone: ZoneInfo, now: datetime) -> str:
    """Say on which day something is to happen; of an instant, its day in the zone."""
    on = value.astimezone(zone).date() if isinstance(value, datetime) else value
    return _to_come(on, day(on, zone), zone, now)


def exact(value: datetime, zone: ZoneInfo) -> str:
    """Say an instant with weekday, date, time and the zone's difference."""
    pattern = "EEEE, dd/MM/yyyy, HH:mm" if language() == "vi" else "EEEE, d MMMM yyyy, HH:mm"
    return written(value, zone, f"{pattern} (ZZZZ)", language())


def _to_come(on: date, said: str, zone: ZoneInfo, now: datetime) -> str:
    words = TO_COME.get(_days_ago(on, zone, now))
    return translate(words, date=said) if words else said


def _days_ago(on: date, zone: ZoneInfo, now: datetime) -> int:
    return (now.astimezone(zone).date() - on) // timedelta(days=1)
