"""People of every role and of every kind of agency, and the table's lines as sets of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.security.access.table import ACTS as ACT_LINES
from tests.security.access.table import CITY, COLUMNS, DOORS, OPEN, ROLE, SEES

AGENCIES = COLUMNS[:-1]


@dataclass(frozen=True, order=True)
class Who:
    """A letter of the table, in a column of it."""

    letter: str
    column: str

    def __str__(self) -> str:
        return f"{self.column} {ROLE.get(self.letter) or CITY[self.letter]}"


# Of agencies that have nothing to do with a ticket two are enough.
STRANGERS = {"below": "OM", "other": "OM"}
EVERYBODY = frozenset(
    [Who(letter, column) for column in AGENCIES for letter in STRANGERS.get(column, ROLE)]
    + [Who(letter, "city") for letter in CITY]
)
# Where nothing on a page belongs to an agency, the role alone decides.
ROLES = frozenset(who for who in EVERYBODY if who.column in {"own", "city"})


@dataclass(frozen=True)
class Act:
    """A line of ACTS."""

    verb: str
    state: str
    may: frozenset[Who]

    def __str__(self) -> str:
        return f"{self.verb} {self.state}"


@dataclass(frozen=True)
class Door:
    """A line of DOORS. may: None where everybody may who comes in."""

    method: str
    rule: str
    door: frozenset[Who]
    may: frozenset[Who] | None
    otherwise: int

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


def _lines(table: str) -> Iterator[list[str]]:
    for line in table.splitlines():
        words = line.split()
        if words and words[0] != "#":
            yield words


def _those(cells: list[str]) -> frozenset[Who]:
    """The people of one line's seven cells."""
    found = set()
    for column, cell in zip(COLUMNS, cells, strict=True):
        letters = CITY if column == "city" else ROLE
        chosen = "" if cell == "." else "".join(letters) if cell == "*" else cell
        unknown = set(chosen) - set(letters)
        assert not unknown, f"no such letters in {column}: {unknown}"
        found |= {Who(letter, column) for letter in chosen}
    return frozenset(found) & EVERYBODY


def _door(letters: str) -> frozenset[Who]:
    return EVERYBODY if letters == "*" else frozenset(w for w in EVERYBODY if w.letter in letters)


def _read_door(words: list[str]) -> Door:
    method, rule, door, *cells = words
    if cells == ["-"]:
        return Door(method, rule, _door(door), None, 0)
    return Door(method, rule, _door(door), _those(cells[:-1]), int(cells[-1]))


SEEN = {words[0]: _those(words[1:]) for words in _lines(SEES)}
ALL_ACTS = [Act(words[0], words[1], _those(words[2:])) for words in _lines(ACT_LINES)]
ALL_DOORS = [_read_door(words) for words in _lines(DOORS)]
SECRETS = {(words[0], words[1]): words[2] for words in _lines(OPEN)}
