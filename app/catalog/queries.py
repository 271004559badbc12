"""Reads of the catalog.

1. `profile`, `category` and `place_names` are kept for a few seconds in each process (`core.kept`):
   every page, report or key press needs them, they hardly change.
2. Everything else is asked of the database each time; the tables are small.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.catalog.models import (
    Area,
    AreaAlias,
    AreaVersion,
    CalendarDay,
    Category,
    City,
    Code,
    Page,
    ServiceTarget,
    Severity,
)
from app.catalog.place_names import Known, PlaceNames
from app.catalog.profile import Profile
from app.core.errors import NotFound
from app.core.kept import forget_all, kept
from app.core.words.i18n import N_, language, pick

NAMED = ("unit", "province")


class NoCity(Exception):  # noqa: N818 - a state, not a fault
    """No city pack is loaded."""


@kept
def profile(session: Session) -> Profile:
    """Return the city's profile, at most a few seconds old. Raises NoCity."""
    city = session.get(City, 1)
    if city is None:
        raise NoCity
    return Profile.from_document(city.profile, city.calendar_version)


def today(session: Session, now: datetime) -> date:
    """Return the date on the wall of the city: rules, agencies and areas hold by it."""
    return now.astimezone(profile(session).zone).date()


def forget_kept() -> None:
    """Drop what is kept in this process (after a pack was loaded)."""
    forget_all()


def categories(session: Session, kind: str = "problem") -> list[Category]:
    """Return the active categories of a kind (problem, suggestion) in their order."""
    query = select(Category).where(Category.active, Category.kind == kind)
    return list(session.scalars(query.order_by(Category.position, Category.code)))


def offered(session: Session) -> list[Category]:
    """Return the categories that a resident chooses from: not those that an answer leads to."""
    rows = categories(session)
    behind = {code for row in rows for code in led_to(row.questions)}
    return [row for row in rows if row.code not in behind]


def led_to(questions: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the other categories that answers to these questions lead to."""
    return {code for item in questions for code in (item.get("category") or {}).values()}


@kept
def category(session: Session, code: str) -> Category:
    """Return an active category, at most a few seconds old, to read. Raises NotFound."""
    found = session.get(Category, code)
    if found is None or not found.active:
        raise NotFound("unknown_category", N_("This category does not exist."), field="category")
    columns = inspect(Category).column_attrs
    return Category(**{column.key: getattr(found, column.key) for column in columns})


def severities(session: Session) -> list[Severity]:
    """Return the severities in their order."""
    return list(session.scalars(select(Severity).order_by(Severity.position)))


def target_for(session: Session, category_code: str, severity_code: str, on: date) -> ServiceTarget:
    """Return the promise that holds on a date. Raises LookupError when the pack has none."""
    query = (
        select(ServiceTarget)
        .where(
            ServiceTarget.category_code == category_code,
            ServiceTarget.severity_code == severity_code,
            ServiceTarget.valid_from <= on,
            (ServiceTarget.valid_to.is_(None)) | (ServiceTarget.valid_to > on),
        )
        .order_by(ServiceTarget.version.desc())
        .limit(1)
    )
    found = session.scalar(query)
    if found is None:
        raise LookupError(f"no target for {category_code}/{severity_code}")
    return found


def units(session: Session) -> list[Area]:
    """Return the units that are in force, by code."""
    query = select(Area).where(Area.kind == "unit", Area.valid_to.is_(None)).order_by(Area.code)
    return list(session.scalars(query))


def unit_sizes(session: Session) -> dict[str, float]:
    """Return {code: square metres} of every area that has a shape now."""
    query = select(AreaVersion.area_code, AreaVersion.area_m2)
    return dict(session.execute(query.where(AreaVersion.superseded_at.is_(None))).all())


def place_names(session: Session) -> PlaceNames:
    """Return the names of all units, also former ones, in the current language; to read."""
    return _place_names(session, language())


@kept
def _place_names(session: Session, _language: str) -> PlaceNames:
    query = select(Area).where(Area.kind.in_(NAMED), Area.valid_to.is_(None)).order_by(Area.code)
    areas = session.scalars(query).all()
    present = [
        Known(
            text=pick(area.full_names),
            spelling=spelling,
            areas=(area.code,),
            whole=area.kind == "province",
        )
        for area in areas
        for spelling in area.full_names.values()
    ]
    former: dict[str, list[str]] = {}
    for name, code in session.execute(select(AreaAlias.name, AreaAlias.area_code)):
        former.setdefault(name, []).append(code)
    aliases = [
        Known(text=name, areas=tuple(sorted(codes)), present=False)
        for name, codes in sorted(former.items())
    ]
    return PlaceNames(names=(*present, *aliases), kinds=profile(session).kind_words)


def codes(session: Session, kind: str) -> list[Code]:
    """Return the active reasons of one kind in their order."""
    query = select(Code).where(Code.kind == kind, Code.active).order_by(Code.position)
    return list(session.scalars(query))


def codes_of(session: Session, kinds: Collection[str]) -> dict[str, list[Code]]:
    """Return {kind: its active reasons in their order}, in one statement."""
    query = select(Code).where(Code.kind.in_(kinds), Code.active).order_by(Code.position)
    found: dict[str, list[Code]] = {kind: [] for kind in kinds}
    for row in session.scalars(query) if kinds else ():
        found[row.kind].append(row)
    return found


def page(session: Session, slug: str, lang: str) -> Page:
    """Return a legal page in the language, else in any. Raises NotFound."""
    found = session.scalars(select(Page).where(Page.slug == slug)).all()
    for candidate in sorted(found, key=lambda item: item.lang != lang):
        return candidate
    raise NotFound("unknown_page", N_("There is nothing at this address."))


@dataclass(frozen=True)
class CalendarDays:
    """The days of one calendar version: closed dates, and make-up dates with what they replace."""

    closed: frozenset[date]
    makeup: dict[date, date | None]


def calendar_rows(session: Session, version: int) -> list[CalendarDay]:
    """Return the holidays and make-up days as they were in a calendar version, by date."""
    query = (
        select(CalendarDay)
        .where(
            CalendarDay.kind.in_(("holiday", "makeup")),  # not those that were taken out here
            CalendarDay.since_version <= version,
            (CalendarDay.until_version.is_(None)) | (CalendarDay.until_version > version),
        )
        .order_by(CalendarDay.day)
    )
    return list(session.scalars(query))


def calendar_days(session: Session, version: int) -> CalendarDays:
    """Return the days of a calendar version as the clock takes them."""
    rows = calendar_rows(session, version)
    return CalendarDays(
        closed=frozenset(row.day for row in rows if row.kind == "holiday"),
        makeup={row.day: row.replaces for row in rows if row.kind == "makeup"},
    )


def calendar_day(session: Session, day: date) -> CalendarDay | None:
    """Return the row that holds for a date now (also one that says that it was removed)."""
    query = select(CalendarDay).where(CalendarDay.day == day, CalendarDay.until_version.is_(None))
    return session.scalar(query)


def present_calendar(session: Session) -> list[CalendarDay]:
    """Return the holidays and make-up days of the calendar as it is now, by date."""
    return calendar_rows(session, session.get_one(City, 1).calendar_version)
