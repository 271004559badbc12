"""What the filters of map and list offer."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.agencies.queries import active
from app.catalog.queries import categories, today, units
from app.core.time import now
from app.core.words.i18n import pick
from app.public_map.serializers import legend

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Choices:
    """(code, name) pairs in the current language."""

    words: Pairs
    categories: Pairs
    areas: Pairs
    agencies: Pairs


def choices(session: Session) -> Choices:
    """Return what can be chosen now."""
    in_force = active(session, today(session, now()))
    return Choices(
        words=list(legend().items()),
        categories=[(row.code, pick(row.names)) for row in categories(session)],
        areas=sorted(((row.code, pick(row.names)) for row in units(session)), key=_by_name),
        agencies=sorted(((row.code, pick(row.names)) for row in in_force), key=_by_name),
    )


def _by_name(pair: tuple[str, str]) -> str:
    return pair[1].casefold()
