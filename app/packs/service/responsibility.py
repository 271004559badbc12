"""Agencies, their hours, and the rules that choose them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency, AgencyTimetable
from app.packs.content import AgencyPart, HoursPart, PackContent, RulePart
from app.packs.service.rows import Loaded
from app.routing.models import RoutingRule


def put_agencies(session: Session, content: PackContent, now: datetime, loaded: Loaded) -> None:
    """Agencies and hours. An agency that the pack no longer has stays as it is: see `succeed`."""
    duties = _duties(session, content)
    _free_duties(session, duties)
    known = set(session.scalars(select(Agency.code)))
    # Parents and successors point within the table: rows first, links after.
    for part in content.agencies:
        loaded.put(session, Agency, part.code, _columns(part) | {"duty": duties.get(part.code)})
    session.flush()
    for part in content.agencies:
        row = session.get_one(Agency, part.code)
        successor = part.successor or row.successor_code
        counted = loaded if part.code in known else Loaded()
        counted.set(row, {"parent_code": part.parent, "successor_code": successor})
    session.flush()
    _put_hours(session, None, content.hours, now, loaded)
    for part in content.agencies:
        if part.hours is not None:
            _put_hours(session, part.code, part.hours, now, loaded)


def _columns(part: AgencyPart) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "code": part.code, "level": part.level, "names": dict(part.names),
        "area_code": part.area, "email": part.email, "approval": part.approval,
        "intake_target_s": part.intake_target_s, "valid_from": part.valid_from,
        "illustrative": part.illustrative,
    }  # fmt: skip
    # An end that was set here (`succeed`) is not undone by a pack that does not know of it.
    return columns | ({"valid_to": part.valid_to} if part.valid_to else {})


def _duties(session: Session, content: PackContent) -> dict[str, str]:
    """Return who holds which duty. One that passed on (`succeed`) stays with the heir."""
    found: dict[str, str] = {}
    for part in content.agencies:
        holder, row = part.code, session.get(Agency, part.code)
        while part.duty and row is not None and row.successor_code and not part.successor:
            holder = row.successor_code
            row = session.get(Agency, holder)
        if part.duty:
            found[holder] = part.duty
    return found


def _free_duties(session: Session, duties: dict[str, str]) -> None:
    """Take a duty from whoever loses it first: only one agency may hold it at any moment."""
    for row in session.scalars(select(Agency).where(Agency.duty.is_not(None))):
        if duties.get(row.code) != row.duty:
            row.duty = None
    session.flush()


def _put_hours(
    session: Session, code: str | None, hours: HoursPart, now: datetime, loaded: Loaded
) -> None:
    same = AgencyTimetable.agency_code == code if code else AgencyTimetable.agency_code.is_(None)
    query = select(AgencyTimetable).where(same).order_by(AgencyTimetable.version.desc()).limit(1)
    latest = session.scalar(query)
    document = timetable_document(hours)
    if latest is not None and latest.document == document:
        loaded.set(latest, {"illustrative": hours.illustrative})
        return
    version = latest.version + 1 if latest is not None else 1
    session.add(
        AgencyTimetable(
            agency_code=code, version=version, document=document, created_at=now,
            illustrative=hours.illustrative,
        )
    )  # fmt: skip
    loaded.added["agency_timetable"] += 1


def timetable_document(hours: HoursPart) -> dict[str, Any]:
    """Return the JSON of `agencies.timetable.Timetable` for hours that hold from one date on."""
    return {
        "periods": [
            {
                "valid_from": hours.valid_from and hours.valid_from.isoformat(),
                "valid_to": None,
                "days": [[[opens, closes] for opens, closes in day] for day in hours.week],
            }
        ]
    }


def put_rules(session: Session, content: PackContent, today: date, loaded: Loaded) -> None:
    """Rules. A changed one ends today under another code, for the decisions that name it.

    `valid_from` counts when a rule is new; later it does not make a rule differ.
    """
    rows = {row.code: row for row in session.scalars(select(RoutingRule))}
    kept = {part.code for part in content.rules}
    for code, row in rows.items():
        if code not in kept and row.valid_to is None:
            row.valid_to = today
            loaded.ended["routing_rule"] += 1
    for part in content.rules:
        former = rows.get(part.code)
        columns = _rule_columns(part)
        if former is None:
            session.add(RoutingRule(**columns, valid_from=part.valid_from))
            loaded.added["routing_rule"] += 1
        elif any(getattr(former, name) != value for name, value in columns.items()):
            former.code = f"{former.code}~{former.id}"
            former.valid_to = today
            session.flush()
            session.add(RoutingRule(**columns, valid_from=max(today, part.valid_from or today)))
            loaded.changed["routing_rule"] += 1


def _rule_columns(part: RulePart) -> dict[str, Any]:
    return {
        "code": part.code, "category_code": part.category, "group_code": part.group,
        "area_code": part.area, "area_kind": part.area_kind, "severity_code": part.severity,
        "agency_code": part.agency, "covering_kind": part.covering,
        "cooperating": list(part.cooperating), "priority": part.priority,
        "valid_to": part.valid_to, "illustrative": part.illustrative,
    }  # fmt: skip
