"""Names of everything that a ticket refers to, read in one statement for any number of tickets.

The tables are small (tens of rows); one `Names` serves many pages: it is kept for a few seconds.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.catalog.models import Area, Category, Code, Severity, Words
from app.core.kept import kept
from app.core.words.i18n import pick

_CODE = "code:"
_ALL = union_all(
    select(literal("category"), Category.code, Category.names),
    select(literal("area"), Area.code, Area.full_names),
    select(literal("agency"), Agency.code, Agency.names),
    select(literal("severity"), Severity.code, Severity.names),
    select(_CODE + Code.kind, Code.code, Code.names),
)


@dataclass(frozen=True, kw_only=True)
class Names:
    """Words by code; the methods give them in the current language, else the code itself."""

    categories: Mapping[str, Words]
    areas: Mapping[str, Words]
    agencies: Mapping[str, Words]
    codes: Mapping[tuple[str, str], Words]
    severities: Mapping[str, Words]

    @classmethod
    def load(cls, session: Session) -> "Names":
        """Return all names, at most a few seconds old."""
        return _read(session)

    def category(self, code: str | None) -> str:
        """Return a category's name."""
        return _of(self.categories, code)

    def area(self, code: str | None) -> str:
        """Return an area's full name."""
        return _of(self.areas, code)

    def agency(self, code: str | None) -> str:
        """Return an agency's name."""
        return _of(self.agencies, code)

    def severity(self, code: str | None) -> str:
        """Return a severity's name."""
        return _of(self.severities, code)

    def code(self, kind: str, code: str | None) -> str:
        """Return the public words of a reason."""
        return pick(self.codes.get((kind, code or ""))) or code or ""


@kept
def _read(session: Session) -> Names:
    found: dict[str, dict[str, Words]] = defaultdict(dict)
    for table, code, words in session.execute(_ALL):
        found[table][code] = words
    return Names(
        categories=found["category"],
        areas=found["area"],
        agencies=found["agency"],
        severities=found["severity"],
        codes={
            (table.removeprefix(_CODE), code): words
            for table, rows in found.items()
            if table.startswith(_CODE)
            for code, words in rows.items()
        },
    )


def _of(words: Mapping[str, Words], code: str | None) -> str:
    return pick(words.get(code or "")) or code or ""
