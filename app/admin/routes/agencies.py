"""The agencies with their parent, hours and people: for looking, the pack defines them."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from sqlalchemy.orm import Session

from app.admin.hours import hours_lines
from app.admin.routes.root import administrator, blueprint, today
from app.agencies.models import Agency
from app.agencies.queries import active, members_by_account, timetables
from app.agencies.timetable import Timetable
from app.core.db import current_session
from app.core.time import now
from app.core.words.i18n import N_, pick, translate
from app.core.words.text import plain

DUTIES = {"coordinator": N_("Coordinating office"), "oversight": N_("Oversight")}
APPROVALS = {
    "none": N_("Officers answer by themselves"),
    "answers_and_refusals": N_("A manager approves answers and refusals"),
    "all": N_("A manager approves everything"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """An agency as the list shows it. own_hours: not simply those of the city."""

    agency: Agency
    parent: str
    duty: str
    approval: str
    hours: list[str]
    own_hours: bool
    members: int


@blueprint.get("/agencies")
@administrator
def agencies() -> str:
    """List the agencies in force."""
    lines = _lines(current_session())
    wanted = plain(request.args.get("q", "").strip())
    shown = [line for line in lines if wanted in plain(_search_text(line))]
    return render_template("admin/agencies.html", lines=shown, total=len(lines))


def _search_text(line: Line) -> str:
    return " ".join((line.agency.code, *line.agency.names.values(), line.agency.email or ""))


def _lines(session: Session) -> list[Line]:
    rows = active(session, today())
    names: dict[str | None, Any] = {row.code: row.names for row in rows}
    hours = timetables(session)
    held = members_by_account(session, now())
    people = Counter(code for roles in held.values() for code in {row.agency_code for row in roles})
    lines = [
        Line(
            agency=row,
            parent=pick(names.get(row.parent_code)),
            duty=translate(DUTIES.get(row.duty or "", "")),
            approval=translate(APPROVALS.get(row.approval, "")),
            hours=_hours(hours.get(row.code) or hours.get(None)),
            own_hours=row.code in hours,
            members=people[row.code],
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: not line.duty)


def _hours(row: Any) -> list[str]:  # noqa: ANN401 - a timetable row or nothing
    return hours_lines(Timetable.from_document(row.document), today()) if row else []
