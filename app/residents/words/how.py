"""What the page "How it works" tells of this city: promises and periods, as they hold now.

A promise in working time is told in working days where it is a whole number of them, as long as
those of the coordinating office: people know what 5 working days are, not what 37.5 hours are.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.agencies.queries import coordinator, timetables
from app.agencies.timetable import Timetable
from app.catalog.models import ServiceTarget
from app.catalog.queries import categories, profile, severities, target_for, today
from app.core.words.i18n import pick, translate_plural
from app.tickets.problem_table.guards import APPEAL, LAST_DISPUTE, RATING, REOPEN, REST

REAL = "real"
HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What is promised for a category: by when a first reply and a result, and in danger."""

    category: str
    first_reply: str
    outcome: str
    urgent: str


@dataclass(frozen=True, kw_only=True)
class HowPage:
    """Promises by category; periods in days; which dispute is decided above.

    explained: within which time a missed date must be explained.
    """

    promises: list[Promise]
    explained: str
    rest_days: int
    reopen_days: int
    appeal_days: int
    rating_days: int
    last_dispute: int


def how_page(session: Session, *, now: datetime) -> HowPage:
    """Return what holds today."""
    on = today(session, now)
    day_s = working_day_s(session, on)
    by_the_clock = next((row.code for row in severities(session) if row.clock == REAL), None)
    found = []
    for row in categories(session):
        usual = target_for(session, row.code, row.severity_code, on)
        urgent = target_for(session, row.code, by_the_clock, on) if by_the_clock else usual
        found.append(
            Promise(
                category=pick(row.names),
                first_reply=period(usual, usual.first_reply_s, day_s),
                outcome=period(usual, usual.outcome_s, day_s),
                urgent=period(urgent, urgent.outcome_s, day_s),
            )
        )
    return HowPage(
        promises=found,
        explained=working_time(round(profile(session).desk.explain_h * HOUR), day_s),
        rest_days=REST.days,
        reopen_days=REOPEN.days,
        appeal_days=APPEAL.days,
        rating_days=RATING.days,
        last_dispute=LAST_DISPUTE,
    )


def working_day_s(session: Session, on: date) -> int:
    """Return how long the coordinating office works on a day that it works; 0: days differ."""
    known = timetables(session)
    row = known.get(coordinator(session).code) or known.get(None)
    held = Timetable.from_document(row.document).period(on) if row is not None else None
    lengths = {sum(end - start for start, end in hours) for hours in held.week} if held else set()
    lengths.discard(0)
    return 60 * lengths.pop() if len(lengths) == 1 else 0


def period(target: ServiceTarget, seconds: int, day_s: int) -> str:
    """Say a budget in its clock: hours, or whole working days of the coordinating office."""
    if target.clock == REAL:
        return translate_plural("%(num)s hour", "%(num)s hours", seconds / HOUR)
    return working_time(seconds, day_s)


def working_time(seconds: int, day_s: int) -> str:
    """Say working time in whole days of the given length, else in hours."""
    if day_s and seconds and seconds % day_s == 0:
        days = seconds // day_s
        return translate_plural("%(num)s working day", "%(num)s working days", days)
    return translate_plural("%(num)s working hour", "%(num)s working hours", seconds / HOUR)
