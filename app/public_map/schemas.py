"""Filters of the map and its list twin: a GET form, so that every view has an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.core.words.text import clean_line

MAX_CODE = 64


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Codes to filter by; empty means all. `overdue` keeps open tickets past their due date."""

    word: str = ""
    category: str = ""
    area: str = ""
    agency: str = ""
    overdue: bool = False

    def query(self) -> dict[str, str]:
        """Return the parameters of an address with these filters."""
        found = {
            name: value
            for name in ("word", "category", "area", "agency")
            if (value := getattr(self, name))
        }
        if self.overdue:
            found["overdue"] = "1"
        return found


@dataclass(frozen=True)
class Cursor:
    """Where a page of the list ends: the last row's instant and id."""

    at: datetime
    number: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.number}"


def parse_filters(arguments: Mapping[str, str]) -> Filters:
    """Read the filters; unknown codes simply find nothing."""

    def code(name: str) -> str:
        return clean_line(arguments.get(name, ""))[:MAX_CODE]

    return Filters(
        word=code("word"),
        category=code("category"),
        area=code("area"),
        agency=code("agency"),
        overdue=arguments.get("overdue") == "1",
    )


def parse_cursor(text: str) -> Cursor | None:
    """Read a cursor; a broken one is the first page."""
    at, _, number = text.partition("~")
    try:
        instant = datetime.fromisoformat(at)
        found = Cursor(instant, int(number))
    except ValueError:
        return None
    return found if instant.tzinfo and 0 < found.number < 2**63 else None
