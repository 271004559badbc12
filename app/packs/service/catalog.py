"""Areas without their shapes, categories, severities, targets, reasons, calendar and pages."""

from datetime import date

from geoalchemy2 import WKTElement
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.models import (
    Area,
    AreaAlias,
    CalendarDay,
    Category,
    Code,
    Page,
    ServiceTarget,
    Severity,
)
from app.core.words.text import plain
from app.packs.content import AreaPart, PackContent, TargetPart
from app.packs.service.rows import Loaded


def put_pages(session: Session, content: PackContent, loaded: Loaded) -> None:
    """Legal pages: the pack's text replaces the former one."""
    for page in content.pages:
        values = {"slug": page.slug, "lang": page.lang, "document": dict(page.document)}
        loaded.put(session, Page, (page.slug, page.lang), values)


def put_areas(session: Session, content: PackContent, loaded: Loaded) -> None:
    """Areas and their former names. What the pack no longer has stays for old tickets."""
    for area in sorted(content.areas, key=lambda area: area.parent is not None):
        _put_area(session, area, loaded)
    session.flush()
    known = {(row.name, row.area_code): row for row in session.scalars(select(AreaAlias))}
    for alias in content.aliases:
        values = {
            "name": alias.name, "plain": plain(alias.name), "area_code": alias.area,
            "note": alias.note, "ambiguous": alias.ambiguous,
        }  # fmt: skip
        row = known.get((alias.name, alias.area))
        if row is None:
            session.add(AreaAlias(**values))
            loaded.added["area_alias"] += 1
        else:
            loaded.set(row, values)


def _put_area(session: Session, area: AreaPart, loaded: Loaded) -> None:
    values = {
        "code": area.code, "kind": area.kind, "unit_kind": area.unit_kind,
        "parent_code": area.parent, "names": dict(area.names), "full_names": dict(area.full_names),
    }  # fmt: skip
    row = loaded.put(session, Area, area.code, values)
    session.flush()
    point = f"POINT({area.lon!r} {area.lat!r})"
    stored = session.scalar(select(func.ST_AsText(Area.point)).where(Area.code == area.code))
    wanted = session.scalar(select(func.ST_AsText(func.ST_GeomFromText(point, 4326))))
    if stored != wanted and isinstance(row, Area):
        row.point = WKTElement(point, srid=4326)  # type: ignore[assignment]


def put_categories(session: Session, content: PackContent, loaded: Loaded) -> None:
    """Severities and categories; a category that the pack no longer has becomes inactive."""
    for position, severity in enumerate(content.severities):
        values = {
            "code": severity.code, "names": dict(severity.names), "clock": severity.clock,
            "position": position,
        }  # fmt: skip
        loaded.put(session, Severity, severity.code, values)
    session.flush()
    for position, part in enumerate(content.categories):
        loaded.put(session, Category, part.code, {
            "code": part.code, "group_code": part.group, "kind": part.kind, "position": position,
            "names": dict(part.names), "descriptions": dict(part.descriptions),
            "questions": [dict(question) for question in part.questions],
            "severity_code": part.severity, "privacy": part.privacy,
            "public_detail": part.public_detail, "publication": part.publication,
            "contact_policy": part.contact, "requires_place": part.requires_place,
            "proof_required": part.proof_required, "reach_m": part.reach_m,
            "asks_about_agency": part.asks_about_agency,
            "emergency_numbers": list(part.emergency),
            "escalation_agency_code": part.escalation, "active": True,
            "illustrative": part.illustrative,
        })  # fmt: skip
    kept = {part.code for part in content.categories}
    for row in session.scalars(select(Category).where(Category.active)):
        if row.code not in kept:
            row.active = False
            loaded.ended["category"] += 1
    session.flush()


def put_targets(session: Session, content: PackContent, today: date, loaded: Loaded) -> None:
    """Promises. Other numbers are a new version from today; the former row keeps its own."""
    rows = session.scalars(select(ServiceTarget).order_by(ServiceTarget.version)).all()
    latest = {(row.category_code, row.severity_code): row for row in rows}
    for target in content.targets:
        row = latest.get((target.category, target.severity))
        if row is None:
            _add_target(session, target, target.version, target.valid_from)
            loaded.added["service_target"] += 1
            continue
        if (row.clock, row.first_reply_s, row.outcome_s) == (
            target.clock, target.first_reply_s, target.outcome_s,
        ):  # fmt: skip
            loaded.set(row, {"illustrative": target.illustrative})
            continue
        row.valid_to = today
        _add_target(session, target, max(row.version + 1, target.version), today)
        loaded.changed["service_target"] += 1


def _add_target(session: Session, target: TargetPart, version: int, valid_from: date) -> None:
    session.add(
        ServiceTarget(
            category_code=target.category, severity_code=target.severity, version=version,
            clock=target.clock, first_reply_s=target.first_reply_s, outcome_s=target.outcome_s,
            valid_from=valid_from, valid_to=None, illustrative=target.illustrative,
        )
    )  # fmt: skip


def put_codes(session: Session, content: PackContent, loaded: Loaded) -> None:
    """Reasons; one that the pack no longer has becomes inactive."""
    for code in content.codes:
        loaded.put(session, Code, (code.kind, code.code), {
            "kind": code.kind, "code": code.code, "names": dict(code.names),
            "position": code.position, "active": True,
        })  # fmt: skip
    kept = {(code.kind, code.code) for code in content.codes}
    for row in session.scalars(select(Code).where(Code.active)):
        if (row.kind, row.code) not in kept:
            row.active = False
            loaded.ended["code"] += 1


def put_calendar(session: Session, content: PackContent, version: int, loaded: Loaded) -> int:
    """Bring the days in; return the calendar version that holds now.

    Days that somebody entered here (their source does not begin with the pack's code) win over
    the pack. Former days keep their rows, so that every past version can be rebuilt.
    """
    mark = f"{content.city.code}: "
    query = select(CalendarDay).where(CalendarDay.until_version.is_(None))
    current = {row.day: row for row in session.scalars(query)}
    next_version = version + 1 if current else version
    wanted = {part.day: part for part in content.calendar}
    touched = False
    for day in sorted(wanted.keys() | current.keys()):
        row, part = current.get(day), wanted.get(day)
        same = row and part and (row.kind, row.names, row.replaces, row.confirmed) == (
            part.kind, dict(part.names), part.replaces, part.confirmed,
        )  # fmt: skip
        if same or (row is not None and not row.source.startswith(mark)):
            continue
        touched = True
        if row is not None:
            row.until_version = next_version
            loaded.ended["calendar_day"] += 1
        if part is not None:
            session.add(
                CalendarDay(
                    day=day, kind=part.kind, names=dict(part.names), replaces=part.replaces,
                    source=mark + part.source, confirmed=part.confirmed,
                    since_version=next_version, until_version=None,
                )
            )  # fmt: skip
            loaded.added["calendar_day"] += 1
    return next_version if touched else version
