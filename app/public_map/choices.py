"""What the filters of map and list offer, and what is known there already."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.agencies.queries import active
from app.catalog.queries import categories, today, units
from app.core.time import now
from app.core.words.i18n import N_, pick, translate
from app.notices.queries import current
from app.notices.words import NoticeView, notice_views
from app.public_map.serializers import legend
from app.tickets.listed import PERIODS, Filters
from app.tickets.tables import PROBLEM, SUGGESTION

Pairs = list[tuple[str, str]]
KINDS = {PROBLEM: N_("Problems"), SUGGESTION: N_("Suggestions")}


@dataclass(frozen=True, kw_only=True)
class Choices:
    """(code, name) pairs in the current language. kinds: empty where only problems are taken."""

    kinds: Pairs
    words: Pairs
    categories: Pairs
    areas: Pairs
    agencies: Pairs
    periods: Pairs


def choices(session: Session, kind: str) -> Choices:
    """Return what can be chosen now, of a kind."""
    offered = {each: categories(session, each) for each in KINDS}
    in_force = active(session, today(session, now()))
    kinds = [(code, translate(name)) for code, name in KINDS.items()]
    return Choices(
        kinds=kinds if all(offered.values()) else [],
        words=list(legend().items()),
        categories=[(row.code, pick(row.names)) for row in offered[kind]],
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
