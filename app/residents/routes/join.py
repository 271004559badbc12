"""Joining what others have reported: what is offered, the form, and the way on.

1. What is offered can be asked for without words: an address holds none, for addresses are logged.
2. The form of a new report may be sent here as it stands: its words and photos come along.
3. Where the category wants a proved phone, that comes before the form: nothing is typed in vain.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import jsonify, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.accounts.reach import phones
from app.accounts.reach.contact_policy import OPTIONAL
from app.core.db import current_session, transaction
from app.core.errors import Rejection, Rejections
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import LOOK_UP, SUBMIT, limiter
from app.core.words.i18n import language
from app.reports.schemas import parse_report
from app.reports.service import Submitted, check_joinable, wanted_contact
from app.reports.service import join as join_ticket
from app.residents.forms import by_field, contact_body, form_key, photos_of, report_body
from app.residents.mine import proved_phone
from app.residents.photos import attach_photos, keep_photos, kept_photos
from app.residents.routes.root import blueprint
from app.residents.similar import offers, wanted_of
from app.tickets.models import Ticket
from app.tickets.queries import alive, by_reference
from app.tickets.words.view import ticket_view


@blueprint.get("/report/similar.json")
@public
@limiter.limit(LOOK_UP)
def similar() -> Response:
    """Return what is open near a place, for the script of the report form."""
    wanted = wanted_of(current_session(), {**request.args, "text": ""})
    found = offers(current_session(), wanted, now=now()) if wanted else []
    return jsonify({"similar": [offer.document() for offer in found]})


@blueprint.get("/tickets/<reference>/join")
@public
@limiter.limit(LOOK_UP)
def join(reference: str) -> str:
    """Show the form for what somebody has to add."""
    ticket = _ticket(reference)
    check_joinable(current_session(), ticket)
    return _form(ticket, {"key": str(uuid.uuid4())}, {})


@blueprint.post("/tickets/<reference>/join")
@public
@limiter.limit(SUBMIT)
def send_join(reference: str) -> Response | tuple[str, int]:
    """Take a report of an open ticket in."""
    ticket = _ticket(reference)
    body = {"category": ticket.category_code, **report_body(request)}
    if wanted_contact(current_session(), ticket) != OPTIONAL:
        body["contact"] = contact_body(request.form)
    try:
        done = _join(ticket, body)
    except (Rejection, Rejections) as error:
        return _again(ticket, body, error), error.status
    address = url_for("residents.sent", reference=done.ticket.reference, signature=done.signature)
    return redirect(address, 303)


def _ticket(reference: str) -> Ticket:
    session = current_session()
    return alive(session, by_reference(session, reference))


def _join(ticket: Ticket, body: Mapping[str, Any]) -> Submitted:
    kept, moment = request.form.getlist("kept"), now()
    waits = kept_photos(current_session(), form_key(body), kept, now=moment)
    command = parse_report(
        body,
        key=body.get("key"),
        lang=language(),
        channel="web",
        photos_expected=bool(photos_of(request) or waits),
    )
    with transaction() as session:
        proved = proved_phone(session, request)
        done = join_ticket(session, command, ticket, now=moment, proved=proved)
        attach_photos(session, done.report, command.idempotency_key, request, now=moment)
    return done


def _again(ticket: Ticket, body: Mapping[str, Any], error: Rejection | Rejections) -> str:
    key, errors = form_key(body, error), by_field(error)
    with transaction() as session:
        photos, wrong = keep_photos(session, key, request, now=now())
    if wrong:
        errors["photos"] = wrong
    return _form(ticket, {**body, "key": str(key)}, errors, photos)


def _form(
    ticket: Ticket, body: Mapping[str, Any], errors: Mapping[str, list[str]], photos: object = ()
) -> str:
    session = current_session()
    return render_template(
        "residents/join.html",
        view=ticket_view(session, ticket, now=now()),
        policy=wanted_contact(session, ticket),
        proved=phones.shown(proved_phone(session, request)),
        body=body,
        errors=errors,
        photos=photos,
    )
