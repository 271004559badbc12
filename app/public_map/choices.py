"""What the filters of map and list offer, and what is known there already."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.agencies.queries import active
from app.catalog.queries import categories, today, units
from app.core.time import now
from app.core.words.i18n import pick, translate
from app.notices.queries import current
from app.notices.words import NoticeView, notice_views
from app.public_map.serializers import legend
from app.tickets.listed import PERIODS, Filters

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Choices:
    """(code, name) pairs in the current language."""

    words: Pairs
    categories: Pairs
    areas: Pairs
    agencies: Pairs
    periods: Pairs


def choices(session: Session) -> Choices:
    """Return what can be chosen now."""
    in_force = active(session, today(session, now()))
    return Choices(
        words=list(legend().items()),
        categories=[(row.code, pick(row.names)) for row in categories(session)],
        areas=sorted(((row.code, pick(row.names)) for row in units(session)), key=_by_name),
        agencies=sorted(((row.code, pick(row.names)) for row in in_force), key=_by_name),
        periods=[
            (str(days), translate("Received in the last %(days)s days", days=days))
            for days in PERIODS
        ],
    )


def known_incidents(session: Session, filters: Filters, moment: datetime) -> list[NoticeView]:
    """Return the notices that go with the filters."""
    rows = current(session, moment, category=filters.category, area=filters.area)
    return notice_views(session, rows, moment)


def _by_name(pair: tuple[str, str]) -> str:
    return pair[1].casefold()
