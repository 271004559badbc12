"""Values of the city pack that nobody has confirmed: look at them, confirm one or all."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.admin.hours import hours_lines
from app.admin.routes.root import administrator, blueprint, today
from app.agencies.models import Agency, AgencyTimetable
from app.agencies.timetable import Timetable
from app.catalog.models import Category, ServiceTarget, Severity
from app.core.db import current_session, transaction
from app.core.words.i18n import N_, number, pick, translate
from app.packs.queries import Row, key_of, unconfirmed
from app.packs.service.confirmation import confirm_row, confirm_subject
from app.routing.models import RoutingRule

SUBJECTS: Mapping[str, tuple[str, str]] = {
    "operator": (N_("Operator"), N_("Name and addresses of the office that runs the service.")),
    "targets": (N_("Due dates"), N_("How long a first reply and an outcome may take.")),
    "hours": (N_("Working hours"), N_("The hours in which due dates are counted.")),
    "agencies": (N_("Agencies"), N_("Who exists, who approves, where messages go.")),
    "categories": (N_("Categories"), N_("What is asked, what is public, who is called.")),
    "rules": (N_("Routing rules"), N_("Which agency gets what.")),
    "reasons": (N_("Reasons"), N_("Reasons of refusals, pauses and outcomes, in public words.")),
    "pages": (N_("Legal pages"), N_("Privacy, terms of use, accessibility.")),
    "other": (N_("Other"), ""),
}


@dataclass(frozen=True, kw_only=True)
class Item:
    """A row in words."""

    key: str
    title: str
    detail: str


@blueprint.get("/illustrative")
@administrator
def illustrative() -> str:
    """List what is left to confirm."""
    parts = [
        {
            "code": part.subject,
            "title": translate(SUBJECTS[part.subject][0]),
            "about": translate(SUBJECTS[part.subject][1]),
            "notes": part.notes,
            "items": [_item(row) for row in part.rows],
        }
        for part in unconfirmed(current_session())
    ]
    done = request.args.get("done", "")
    return render_template("admin/illustrative.html", parts=parts, done=done)


@blueprint.post("/illustrative")
@administrator
def confirm_illustrative() -> Response:
    """Confirm a subject, or one row of it."""
    subject, key = request.form.get("subject", ""), request.form.get("key", "")
    with transaction() as session:
        if key:
            confirm_row(session, subject, key)
        else:
            confirm_subject(session, subject)
    return redirect(url_for("admin.illustrative", done="confirmed"), code=303)


def _item(row: Row) -> Item:
    title, detail = _words(row)
    return Item(key=key_of(row), title=title, detail=detail)


def _words(row: Row) -> tuple[str, str]:
    match row:
        case Agency():
            return pick(row.names), " · ".join(filter(None, (row.code, row.email)))
        case Category():
            return pick(row.names), pick(row.descriptions)
        case ServiceTarget():
            return _target(row)
        case AgencyTimetable():
            lines = hours_lines(Timetable.from_document(row.document), today())
            return row.agency_code or translate(N_("All agencies")), "; ".join(lines)
        case RoutingRule():
            return _rule(row)


def _target(row: ServiceTarget) -> tuple[str, str]:
    session = current_session()
    category = session.get_one(Category, row.category_code)
    severity = session.get_one(Severity, row.severity_code)
    clock = N_("working hours") if row.clock == "working" else N_("hours by the clock")
    detail = translate(
        N_("First reply %(reply)s h, outcome %(outcome)s h (%(clock)s)"),
        reply=number(row.first_reply_s / 3600),
        outcome=number(row.outcome_s / 3600),
        clock=translate(clock),
    )
    return f"{pick(category.names)} – {pick(severity.names)}", detail


def _rule(row: RoutingRule) -> tuple[str, str]:
    session = current_session()
    category = session.get(Category, row.category_code) if row.category_code else None
    agency = session.get(Agency, row.agency_code) if row.agency_code else None
    to = pick(agency.names) if agency else translate(N_("the agency of the place"))
    about = pick(category.names) if category else row.group_code or translate(N_("Everything else"))
    return f"{about} → {to}", row.code
