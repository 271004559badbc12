"""Filters that an agency keeps: a name, and the parts of a view; never an address.

1. Everybody who works for the agency sees them, may replace and drop them.
2. What is kept is read again like anything that somebody types: what no longer exists is no filter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.agencies.models import SavedFilter
from app.core.errors import Rejection
from app.core.words.i18n import N_
from app.core.words.text import clean_line
from app.desk.schemas import TABS, ListView, parse_view

KEEPERS = ("officer", "manager", "coordinator", "crew")
MAX_NAME = 60


@dataclass(frozen=True)
class Saved:
    """One of them. query: the parameters of the list's address. current: it is shown now."""

    number: int
    name: str
    query: Mapping[str, str]
    current: bool


def shown(row: SavedFilter, view: ListView) -> Saved:
    """Return a filter as the page shows it."""
    kept = {str(name): str(value) for name, value in row.query.items()}
    query = query_of(parse_view(kept))
    return Saved(row.id, row.name, query, current=query == query_of(view))


def query_of(view: ListView) -> dict[str, Any]:
    """Return the parameters that make a view, without the page in it."""
    parts = {
        "tab": view.tab if view.tab != TABS[0] else "",
        "q": view.sought,
        "agency": view.agency,
        "category": view.category,
        "area": view.area,
        "state": view.state,
        "since": view.since.isoformat() if view.since else "",
        "until": view.until.isoformat() if view.until else "",
        "late": "1" if view.late else "",
        "everyone": "1" if view.everyone else "",
    }
    return {name: value for name, value in parts.items() if value}


def parse_name(typed: str) -> str:
    """Read what somebody calls it. Raises Rejection."""
    name = clean_line(typed)
    if not name:
        raise Rejection("name_missing", N_("Please give it a name."), field="name")
    if len(name) > MAX_NAME:
        raise Rejection(
            "too_long",
            N_("This is too long: %(length)s characters, at most %(limit)s."),
            field="name",
            params={"length": len(name), "limit": MAX_NAME},
        )
    return name
