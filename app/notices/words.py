"""A known incident as people read it, in the current language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.catalog.models import Area, Category
from app.core.words.i18n import pick
from app.notices.models import Notice
from app.notices.queries import is_in_force


@dataclass(frozen=True, kw_only=True)
class NoticeView:
    """late: the expected end has passed. over: nobody is told of it any more."""

    number: int
    text: str
    category: str
    area: str
    agency: str
    starts_at: datetime
    expected_end: datetime
    ended_at: datetime | None
    late: bool
    over: bool


def notice_views(session: Session, rows: Sequence[Notice], now: datetime) -> list[NoticeView]:
    """Return notices in words; the number of statements does not grow with them."""
    if not rows:
        return []
    agencies = _names(session, Agency, {row.agency_code for row in rows})
    categories = _names(session, Category, {row.category_code for row in rows})
    areas = _names(session, Area, {row.area_code for row in rows})
    return [
        NoticeView(
            number=row.id,
            text=pick(row.texts),
            category=categories.get(row.category_code or "", ""),
            area=areas.get(row.area_code or "", ""),
            agency=agencies[row.agency_code],
            starts_at=row.starts_at,
            expected_end=row.expected_end,
            ended_at=row.ended_at,
            late=row.ended_at is None and row.expected_end <= now,
            over=not is_in_force(row, now),
        )
        for row in rows
    ]


def _names(
    session: Session, table: type[Agency] | type[Category] | type[Area], codes: set[str | None]
) -> dict[str, str]:
    wanted = codes - {None}
    if not wanted:
        return {}
    words = table.full_names if table is Area else table.names
    query = select(table.code, words).where(table.code.in_(wanted))
    return {code: pick(names) for code, names in session.execute(query)}
