"""The form by which something is added to a ticket that is there, or sent after it.

`purpose` is the name of the page: `join` an open ticket, or report `again` what was closed.
"""

from collections.abc import Mapping
from typing import Any, Literal

from flask import render_template, request, url_for

from app.accounts.reach import phones
from app.accounts.reach.contact_policy import OPTIONAL
from app.core.db import current_session, transaction
from app.core.errors import Rejection, Rejections
from app.core.time import now
from app.core.words.i18n import language
from app.reports.schemas import SubmitReport, parse_report
from app.reports.service import wanted_contact
from app.residents.forms import by_field, contact_body, form_key, photos_of, report_body
from app.residents.mine import proved_phone
from app.residents.photos import keep_photos, kept_photos
from app.tickets.models import Ticket
from app.tickets.words.view import ticket_view

Purpose = Literal["join", "again"]


def typed(ticket: Ticket) -> dict[str, Any]:
    """Return what was typed; the subject is the ticket's unless another was chosen."""
    body = {"category": ticket.category_code, **report_body(request)}
    if wanted_contact(current_session(), ticket) != OPTIONAL:
        body["contact"] = contact_body(request.form)
    return body


def parsed(body: Mapping[str, Any]) -> SubmitReport:
    """Return the report. Raises Rejection, Rejections."""
    kept = request.form.getlist("kept")
    waits = kept_photos(current_session(), form_key(body), kept, now=now())
    return parse_report(
        body,
        key=body.get("key"),
        lang=language(),
        channel="web",
        photos_expected=bool(photos_of(request) or waits),
    )


def refused(
    purpose: Purpose, ticket: Ticket, body: Mapping[str, Any], error: Rejection | Rejections
) -> str:
    """Show the form again, with what was typed and the photos that are good."""
    key, errors = form_key(body, error), by_field(error)
    with transaction() as session:
        photos, wrong = keep_photos(session, key, request, now=now())
    if wrong:
        errors["photos"] = wrong
    return form(purpose, ticket, {**body, "key": str(key)}, errors, photos)


def form(
    purpose: Purpose,
    ticket: Ticket,
    body: Mapping[str, Any],
    errors: Mapping[str, list[str]],
    photos: object = (),
) -> str:
    """Return the page with the form."""
    session = current_session()
    return render_template(
        "residents/add.html",
        again=purpose == "again",
        here=url_for(f"residents.{purpose}", reference=ticket.reference),
        view=ticket_view(session, ticket, now=now()),
        policy=wanted_contact(session, ticket),
        proved=phones.shown(proved_phone(session, request)),
        body=body,
        errors=errors,
        photos=photos,
    )
