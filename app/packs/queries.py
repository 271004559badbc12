"""What of the city pack nobody has confirmed yet.

1. A pack marks values `illustrative`: whole files or entries (noted in the city's profile), and
   rows of tables. Both are shown together, by subject.
2. A subject is settled when neither a note nor a row of it is left.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency, AgencyTimetable
from app.catalog.models import Category, City, ServiceTarget
from app.routing.models import RoutingRule

Row = Agency | AgencyTimetable | Category | ServiceTarget | RoutingRule


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A part of the pack. marks: how its notes begin. table: where its rows are, if anywhere."""

    code: str
    marks: tuple[str, ...]
    table: type[Row] | None = None


SUBJECTS = (
    Subject(code="operator", marks=("city.yaml",)),
    Subject(code="targets", marks=("targets.yaml",), table=ServiceTarget),
    Subject(code="hours", marks=("agencies.yaml: working_hours",), table=AgencyTimetable),
    Subject(code="agencies", marks=("agencies.yaml",), table=Agency),
    Subject(code="categories", marks=("categories.yaml",), table=Category),
    Subject(code="rules", marks=("rules.yaml",), table=RoutingRule),
    Subject(code="reasons", marks=("codes.yaml",)),
    Subject(code="pages", marks=("pages/",)),
    Subject(code="other", marks=("",)),
)


@dataclass(frozen=True, kw_only=True)
class Unconfirmed:
    """A subject with what is left of it."""

    subject: str
    notes: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)


def unconfirmed(session: Session) -> list[Unconfirmed]:
    """Return the subjects of which something is left."""
    by_subject = sort_notes(notes_of(session))
    found = [
        Unconfirmed(
            subject=subject.code,
            notes=tuple(by_subject.get(subject.code, ())),
            rows=rows_of(session, subject),
        )
        for subject in SUBJECTS
    ]
    return [part for part in found if part.notes or part.rows]


def notes_of(session: Session) -> list[str]:
    """Return the pack's notes of what is illustrative."""
    city = session.get(City, 1)
    return list(city.profile.get("illustrative", ())) if city else []


def sort_notes(notes: Iterable[str]) -> dict[str, list[str]]:
    """Return {subject: notes}; each note belongs to the first subject whose mark it bears."""
    found: dict[str, list[str]] = {}
    for note in notes:
        subject = next(one for one in SUBJECTS if note.startswith(one.marks))
        found.setdefault(subject.code, []).append(note)
    return found


def rows_of(session: Session, subject: Subject) -> list[Row]:
    """Return the rows of a subject that are still marked; former versions do not matter."""
    table = subject.table
    if table is None:
        return []
    query = select(table).where(table.illustrative)
    if table in (Agency, RoutingRule, ServiceTarget):
        query = query.where(table.valid_to.is_(None))
    if table is Category:
        query = query.where(Category.active)
    if table is AgencyTimetable:
        query = query.order_by(AgencyTimetable.id)
    return list(session.scalars(query))


def key_of(row: Row) -> str:
    """Return what names a row in its table."""
    return str(row.code if isinstance(row, Agency | Category | RoutingRule) else row.id)
