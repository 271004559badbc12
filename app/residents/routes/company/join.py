"""Joining what others have reported: what is offered, the form, and the way on.

1. What is offered can be asked for without words: an address holds none, for addresses are logged.
2. The form of a new report may be sent here as it stands: its words and photos come along.
3. Where the category wants a proved phone, that comes before the form: nothing is typed in vain.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import jsonify, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.accounts.schemas import ContactInput
from app.core.db import current_session, transaction
from app.core.errors import Rejection, Rejections
from app.core.time import now
from app.core.web.access import public
from app.core.web.devices import device_hash, known_device
from app.core.web.limits import LOOK_UP, SUBMIT, contact_limit, limiter
from app.following.service import end_support
from app.reports.service import Submitted, check_joinable
from app.reports.service import join as join_ticket
from app.residents.mine import proved_phone
from app.residents.photos import attach_photos
from app.residents.routes.company.adding import form, parsed, refused, typed
from app.residents.routes.root import blueprint
from app.residents.similar import offers, wanted_of
from app.tickets.models import Ticket
from app.tickets.queries import alive, by_reference


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
    return form("join", ticket, {"key": str(uuid.uuid4())}, {})


@blueprint.post("/tickets/<reference>/join")
@public
@limiter.limit(SUBMIT)
def send_join(reference: str) -> Response | tuple[str, int]:
    """Take a report of an open ticket in."""
    ticket = _ticket(reference)
    body = typed(ticket)
    try:
        done = _join(ticket, body)
    except (Rejection, Rejections) as error:
        return refused("join", ticket, body, error), error.status
    address = url_for("residents.sent", reference=done.ticket.reference, signature=done.signature)
    return redirect(address, 303)


def _ticket(reference: str) -> Ticket:
    session = current_session()
    return alive(session, by_reference(session, reference))


def _join(ticket: Ticket, body: Mapping[str, Any]) -> Submitted:
    command, moment = replace(parsed(body), device=device_hash()), now()
    given = command.contact or ContactInput()
    with contact_limit(given.email, given.phone), transaction() as session:
        proved = proved_phone(session, request)
        done = join_ticket(session, command, ticket, now=moment, proved=proved)
        attach_photos(session, done.report, command.idempotency_key, request, now=moment)
        end_support(session, done.ticket, known_device())
    return done
