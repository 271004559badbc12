"""What the columns of another system's table mean here: a YAML file, read like those of a pack.

    source: old311                  # with the number it makes a row known
    timezone: Europe/Helsinki       # of dates without an offset
    dates: "%Y-%m-%dT%H:%M:%S"      # as strptime reads them
    columns:                        # ours: theirs. number, received, status, category and agency
      number: id                    # must be there; due, ended, outcome, answer, text, address,
      received: created             # lat and lon may be left out
    statuses: {Open: assigned, Closed: ended}           # or in_progress
    categories: {values: {Graffiti: graffiti}, otherwise: other}
    agencies: {values: {PWD: works}}                    # without otherwise: refused
    outcomes: {starts: {Fixed: fixed}, otherwise: explained}    # how the column `outcome` begins
    words_public: true              # text and answer were public there

All faults are said at once, those against the loaded pack as well.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.packs.reader.nodes import CODE, Node, Problem, Reading

NEEDED = ("number", "received", "status", "category", "agency")
OPTIONAL = ("due", "ended", "outcome", "answer", "text", "address", "lat", "lon")
STATUSES = ("assigned", "in_progress", "ended")
OUTCOMES = ("fixed", "enforced", "explained", "nothing_found")


class BadMapping(Exception):  # noqa: N818 - a state of the file, shown as a list
    """All faults of a mapping."""

    def __init__(self, problems: Collection[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Theirs → ours. otherwise: for everything else; None: everything else is refused."""

    values: Mapping[str, str]
    otherwise: str | None

    def of(self, value: str) -> str | None:
        """Return ours."""
        return self.values.get(value, self.otherwise)


@dataclass(frozen=True, kw_only=True)
class TableMapping:
    """A mapping that has no faults."""

    source: str
    zone: ZoneInfo
    dates: str
    columns: Mapping[str, str]
    statuses: Mapping[str, str]
    categories: Choice
    agencies: Choice
    outcomes: Choice
    words_public: bool

    def outcome(self, told: str) -> str | None:
        """Return the outcome whose beginning, the longest that fits, was told."""
        fitting = [begin for begin in self.outcomes.values if told.startswith(begin)]
        longest = max(fitting, key=len, default="")
        return self.outcomes.values[longest] if fitting else self.outcomes.otherwise


@dataclass(frozen=True, kw_only=True)
class Known:
    """The codes that the loaded pack has."""

    categories: Collection[str]
    agencies: Collection[str]


def read_mapping(path: Path, known: Known) -> TableMapping:
    """Read a mapping. Raises BadMapping."""
    reading = Reading(folder=path.parent)
    root = reading.yaml(path.name)
    root.only(
        "source", "timezone", "dates", "columns", "statuses", "categories", "agencies", "outcomes",
        "words_public",
    )  # fmt: skip
    found = TableMapping(
        source=root.text("source", pattern=CODE, limit=32),
        zone=_zone(root),
        dates=_dates(root),
        columns=_columns(root.child("columns")),
        statuses=_values(root.child("statuses"), STATUSES),
        categories=_choice(root.child("categories"), "values", known.categories),
        agencies=_choice(root.child("agencies"), "values", known.agencies),
        outcomes=_choice(root.child("outcomes", required=False), "starts", OUTCOMES),
        words_public=root.flag("words_public", default=False),
    )
    if reading.problems:
        raise BadMapping(reading.problems)
    return found


def _zone(root: Node) -> ZoneInfo:
    try:
        return ZoneInfo(root.text("timezone", "UTC"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        root.fault("is no time zone", "timezone")
        return ZoneInfo("UTC")


def _dates(root: Node) -> str:
    written = root.text("dates")
    example = datetime(2001, 2, 3, 4, 5, 6)  # noqa: DTZ001 - a wall clock's
    try:
        read = datetime.strptime(example.strftime(written), written)  # noqa: DTZ007 - as above
    except ValueError:
        root.fault("is no date format", "dates")
    else:
        if read.date() != example.date():
            root.fault("must have year, month and day", "dates")
    return written


def _columns(node: Node) -> dict[str, str]:
    node.only(*NEEDED, *OPTIONAL)
    if node.has("lat") != node.has("lon"):
        node.fault("lat and lon go together")
    needed = {name: node.text(name) for name in NEEDED}
    return needed | {name: node.text(name) for name in OPTIONAL if node.has(name)}


def _values(node: Node, ours: Collection[str]) -> dict[str, str]:
    found = {}
    for theirs, value in node.value.items():
        if value in ours:
            found[str(theirs)] = str(value)
        else:
            node.fault(f"must lead to one of {', '.join(sorted(ours))}", str(theirs))
    return found


def _choice(node: Node, key: str, ours: Collection[str]) -> Choice:
    node.only(key, "otherwise")
    otherwise = node.optional("otherwise")
    if otherwise is not None and otherwise not in ours:
        node.fault(f"must be one of {', '.join(sorted(ours))}", "otherwise")
    return Choice(values=_values(node.child(key, required=False), ours), otherwise=otherwise)
