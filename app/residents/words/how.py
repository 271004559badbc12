"""What the page "How it works" tells of this city: promises and periods, as they hold now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.catalog.models import ServiceTarget
from app.catalog.queries import categories, severities, target_for, today
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
    """Promises by category; periods in days; which dispute is decided above."""

    promises: list[Promise]
    rest_days: int
    reopen_days: int
    appeal_days: int
    rating_days: int
    last_dispute: int


def how_page(session: Session, *, now: datetime) -> HowPage:
    """Return what holds today."""
    on = today(session, now)
    by_the_clock = next((row.code for row in severities(session) if row.clock == REAL), None)
    found = []
    for row in categories(session):
        usual = target_for(session, row.code, row.severity_code, on)
        urgent = target_for(session, row.code, by_the_clock, on) if by_the_clock else usual
        found.append(
            Promise(
                category=pick(row.names),
                first_reply=hours(usual, usual.first_reply_s),
                outcome=hours(usual, usual.outcome_s),
                urgent=hours(urgent, urgent.outcome_s),
            )
        )
    return HowPage(
        promises=found,
        rest_days=REST.days,
        reopen_days=REOPEN.days,
        appeal_days=APPEAL.days,
        rating_days=RATING.days,
        last_dispute=LAST_DISPUTE,
    )


def hours(target: ServiceTarget, seconds: int) -> str:
    """Say a budget in hours of its clock."""
    count = seconds / HOUR
    if target.clock == REAL:
        return translate_plural("%(num)s hour", "%(num)s hours", count)
    return translate_plural("%(num)s working hour", "%(num)s working hours", count)
