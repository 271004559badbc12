"""What an address of the desk says: which list, which filters, where a page begins.

1. A list is a GET form: every view has an address that can be kept and sent.
2. A broken or unknown value is the plain list, never an error.
3. A cursor names the last row that was shown; there is no page number, hence no counting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.core.words.text import clean_line
from app.tickets.facts import Status

TABS = (
    "new", "mine", "due", "overdue", "waiting", "approval", "disputed", "doubted",
    "cooperation", "duty", "all",
)  # fmt: skip
STATES = tuple(status.value for status in Status)
MAX_CODE, MAX_SOUGHT = 64, 100
# How many rows a page has: for a phone, and for a large screen.
FEW, MANY = 30, 100


@dataclass(frozen=True)
class Cursor:
    """The last row's instant (None: it had none) and id."""

    at: datetime | None
    number: int

    def __str__(self) -> str:
        return f"{self.at.isoformat() if self.at else ''}~{self.number}"


@dataclass(frozen=True, kw_only=True)
class ListView:
    """tab: one of TABS. everyone: all agencies that the person may see, not only the own ones.

    sought: what was typed into the box; it is looked for in all that the person sees.
    state: one status. since, until: local days of receipt. late: only what is overdue.
    """

    tab: str = "new"
    everyone: bool = False
    agency: str = ""
    category: str = ""
    area: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None
    late: bool = False
    sought: str = ""
    rows: int = FEW
    after: Cursor | None = None

    @property
    def filtered(self) -> bool:
        """Whether the list is narrowed down."""
        places = self.agency or self.category or self.area or self.state
        return bool(places or self.since or self.until or self.late)


def parse_view(arguments: Mapping[str, str]) -> ListView:
    """Read which list to show."""

    def code(name: str) -> str:
        return clean_line(arguments.get(name, "")[:MAX_CODE])

    tab, sought = code("tab"), clean_line(arguments.get("q", "")[:MAX_SOUGHT])
    return ListView(
        tab="all" if sought else tab if tab in TABS else TABS[0],
        everyone=arguments.get("everyone") == "1",
        agency=code("agency"),
        category=code("category"),
        area=code("area"),
        state=state if (state := code("state")) in STATES else "",
        since=_day(arguments.get("since", "")),
        until=_day(arguments.get("until", "")),
        late=arguments.get("late") == "1",
        sought=sought,
        rows=MANY if arguments.get("rows") == str(MANY) else FEW,
        after=parse_cursor(arguments.get("after", "")),
    )


def _day(typed: str) -> date | None:
    try:
        found = date.fromisoformat(typed.strip())
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def parse_cursor(typed: str) -> Cursor | None:
    """Read a cursor; a broken one is the first page."""
    at, _, number = typed.partition("~")
    try:
        instant = datetime.fromisoformat(at) if at else None
        found = Cursor(instant, int(number))
    except ValueError:
        return None
    whole = instant is None or instant.tzinfo is not None
    return found if whole and 0 < found.number < 2**63 else None
