"""Names of everything that a ticket refers to, read in a few statements for any number of tickets.

The tables are small (tens of rows); one `Names` serves a whole page.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.catalog.models import Area, Category, Code, Severity, Words
from app.core.words.i18n import pick


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
        """Read all names."""
        codes = session.execute(select(Code.kind, Code.code, Code.names))
        return cls(
            categories=_pairs(session, select(Category.code, Category.names)),
            areas=_pairs(session, select(Area.code, Area.full_names)),
            agencies=_pairs(session, select(Agency.code, Agency.names)),
            codes={(kind, code): words for kind, code, words in codes},
            severities=_pairs(session, select(Severity.code, Severity.names)),
        )

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


def _pairs(session: Session, query: Select[str, Words]) -> dict[str, Words]:
    return dict(session.execute(query).all())


def _of(words: Mapping[str, Words], code: str | None) -> str:
    return pick(words.get(code or "")) or code or ""
