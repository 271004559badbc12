"""What an address of the desk says: which list, which filters, where a page begins.

1. A list is a GET form: every view has an address that can be kept and sent.
2. A broken or unknown value is the plain list, never an error.
3. A cursor names the last row that was shown; there is no page number, hence no counting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.core.words.text import clean_line

TABS = (
    "new", "due", "overdue", "waiting", "approval", "disputed", "cooperation",
    "duty", "all",
)  # fmt: skip
MAX_CODE = 64
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
    """tab: one of TABS. everyone: all agencies that the person may see, not only the own ones."""

    tab: str = "new"
    everyone: bool = False
    agency: str = ""
    category: str = ""
    area: str = ""
    reference: str = ""
    rows: int = FEW
    after: Cursor | None = None

    @property
    def filtered(self) -> bool:
        """Whether the list is narrowed down."""
        return bool(self.agency or self.category or self.area)


def parse_view(arguments: Mapping[str, str]) -> ListView:
    """Read which list to show."""

    def code(name: str) -> str:
        return clean_line(arguments.get(name, "")[:MAX_CODE])

    tab = code("tab")
    return ListView(
        tab=tab if tab in TABS else TABS[0],
        everyone=arguments.get("everyone") == "1",
        agency=code("agency"),
        category=code("category"),
        area=code("area"),
        reference=code("reference"),
        rows=MANY if arguments.get("rows") == str(MANY) else FEW,
        after=parse_cursor(arguments.get("after", "")),
    )


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
