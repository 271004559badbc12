"""A ward's or commune's own page: how much is open there, what is known, what came last."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.catalog.queries import units
from app.core.errors import NotFound
from app.core.words.i18n import N_, pick
from app.map_index.queries import Numbers
from app.notices.words import NoticeView
from app.public_map import queries
from app.public_map.choices import known_incidents
from app.public_map.pages import list_page
from app.public_map.serializers import OPEN_WORDS
from app.tickets.listed import Filters
from app.tickets.words.view import TicketView

NEWEST = 8
NOTHING = Numbers(count=0, overdue=0)
LATELY = Filters(days=30)


@dataclass(frozen=True, kw_only=True)
class AreaRow:
    """An area's name with its open tickets."""

    code: str
    name: str
    open: Numbers


@dataclass(frozen=True, kw_only=True)
class AreaPage:
    """One area. lately: what was received in `LATELY.days` days; newest: the last tickets."""

    row: AreaRow
    full_name: str
    lately: int
    newest: list[TicketView]
    notices: list[NoticeView]


def all_areas(session: Session, *, now: datetime) -> list[AreaRow]:
    """Return every unit in force, by name."""
    found = queries.numbers(session, Filters(), OPEN_WORDS, now=now)
    rows = [
        AreaRow(code=unit.code, name=pick(unit.names), open=found.get(unit.code, NOTHING))
        for unit in units(session)
    ]
    return sorted(rows, key=lambda row: row.name.casefold())


def area_page(session: Session, code: str, *, now: datetime) -> AreaPage:
    """Return the page of a unit. Raises NotFound."""
    unit = next((unit for unit in units(session) if unit.code == code), None)
    if unit is None:
        raise NotFound("unknown_area", N_("There is no such ward or commune."))
    here = Filters(area=code)
    open_here = queries.numbers(session, here, OPEN_WORDS, now=now)
    lately = queries.received(session, Filters(area=code, days=LATELY.days), now=now)
    return AreaPage(
        row=AreaRow(code=code, name=pick(unit.names), open=open_here.get(code, NOTHING)),
        full_name=pick(unit.full_names),
        lately=lately,
        newest=list_page(session, here, None, now=now).views[:NEWEST],
        notices=known_incidents(session, here, now),
    )
