"""The filters of lists, maps, feeds and files: a GET form, so that every view has an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.words.text import clean_line
from app.tickets.tables import PROBLEM, SUGGESTION

MAX_CODE = 64
PERIODS = (7, 30, 90)
"""What `days` may be: longer periods are in the figures, where they are counted beforehand."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Codes to filter by; empty means all.

    kind: problems, or the published suggestions; never both, which would mix what is broken with
    what is wished for. overdue: only open tickets past their due date. days: only what was received
    that many days before now; 0 for ever.
    """

    kind: str = PROBLEM
    word: str = ""
    category: str = ""
    area: str = ""
    agency: str = ""
    overdue: bool = False
    days: int = 0

    def since(self, now: datetime) -> datetime | None:
        """Return when the period began, or None for one without a beginning."""
        return now - timedelta(days=self.days) if self.days else None

    def turned_to(self, kind: str) -> "Filters":
        """Return the same of another kind; categories, words and lateness are of one kind only."""
        return Filters(kind=kind, area=self.area, agency=self.agency, days=self.days)

    def query(self) -> dict[str, str]:
        """Return the parameters of an address with these filters."""
        found = {
            name: value
            for name in ("word", "category", "area", "agency")
            if (value := getattr(self, name))
        }
        if self.kind != PROBLEM:
            found["kind"] = self.kind
        if self.overdue:
            found["overdue"] = "1"
        if self.days:
            found["days"] = str(self.days)
        return found


def parse_filters(arguments: Mapping[str, str]) -> Filters:
    """Read the filters; unknown codes simply find nothing."""

    def code(name: str) -> str:
        return clean_line(arguments.get(name, ""))[:MAX_CODE]

    days = arguments.get("days", "")
    return Filters(
        kind=SUGGESTION if arguments.get("kind") == SUGGESTION else PROBLEM,
        word=code("word"),
        category=code("category"),
        area=code("area"),
        agency=code("agency"),
        overdue=arguments.get("overdue") == "1",
        days=int(days) if days in {str(each) for each in PERIODS} else 0,
    )
