"""Where a page of the list ends."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Cursor:
    """Where a page of the list ends: the last row's instant and id."""

    at: datetime
    number: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.number}"


def parse_cursor(text: str) -> Cursor | None:
    """Read a cursor; a broken one is the first page."""
    at, _, number = text.partition("~")
    try:
        instant = datetime.fromisoformat(at)
        found = Cursor(instant, int(number))
    except ValueError:
        return None
    return found if instant.tzinfo and 0 < found.number < 2**63 else None
