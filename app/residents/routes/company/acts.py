"""What everybody can do about a ticket that is not theirs: me too, it is fixed, it came back.

1. Each is a POST of one button that leads back to the page, so that reloading does nothing.
2. A device counts once; its number is kept only after the tap (`core.web.devices`).
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.accounts.schemas import ContactInput
from app.core.db import current_session, transaction
from app.core.errors import Rejection, Rejections
from app.core.time import now
from app.core.web.access import public
from app.core.web.devices import device_hash, some_device
from app.core.web.limits import (
    LOOK_UP,
    SUBMIT,
    WRITE,
    contact_limit,
    counts_in_network,
    limiter,
)
from app.following import service as following
from app.reports.queries import by_signature
from app.reports.service import (
    Submitted,
    check_came_back,
    check_joinable,
    come_back,
    join_own,
)
from app.residents.mine import proved_phone
from app.residents.photos import attach_photos
from app.residents.routes.company.adding import form, parsed, refused, typed
from app.residents.routes.root import blueprint
from app.tickets.models import Ticket
from app.tickets.queries import alive, by_reference

Act = Callable[[Session, Ticket, str], object]


@blueprint.post("/tickets/<reference>/support")
@public
@limiter.limit(WRITE)
def support(reference: str) -> Response:
    """Count this device as one that has it too; of one network so many a day."""
    device = some_device()
    with transaction() as session:
        ticket = _current(session, reference)
        check_joinable(session, ticket)
        known = following.supports(session, ticket, device)
        counted = known or counts_in_network("support", ticket.id)
        if counted:
            following.support(session, ticket, device)
    return _to_page(ticket, "support" if counted else "many")


@blueprint.post("/tickets/<reference>/fixed")
@public
@limiter.limit(WRITE)
def claim_fixed(reference: str) -> Response:
    """Take down that somebody finds it fixed."""

    def act(session: Session, ticket: Ticket, device: str) -> None:
        following.claim_fixed(session, ticket, device, now=now())

    return _once(reference, act, "fixed")


def _once(reference: str, act: Act, done: str) -> Response:
    with transaction() as session:
        ticket = _current(session, reference)
        act(session, ticket, some_device())
    return _to_page(ticket, done)


def _to_page(ticket: Ticket, done: str) -> Response:
    address = url_for("public_map.ticket", reference=ticket.reference, done=done)
    return redirect(address, 303)


def _current(session: Session, reference: str) -> Ticket:
    return alive(session, by_reference(session, reference))


@blueprint.post("/follow/<reference>/<signature>/fixed")
@public
@limiter.limit(WRITE)
def claim_own_fixed(reference: str, signature: str) -> Response:
    """Take down that a reporter finds it fixed."""
    with transaction() as session:
        report = by_signature(session, reference, signature)
        following.claim_own_fixed(session, report, now=now())
    address = url_for("residents.follow", reference=reference, signature=signature, done="fixed")
    return redirect(address, 303)


@blueprint.post("/sent/<reference>/<signature>/join")
@public
@limiter.limit(WRITE)
def join_after(reference: str, signature: str) -> Response:
    """Merge what was just sent into what others had reported."""
    with transaction() as session:
        report = by_signature(session, reference, signature)
        into = by_reference(session, request.form.get("into", ""))
        join_own(session, report, into, now=now())
    address = url_for("residents.follow", reference=reference, signature=signature, done="joined")
    return redirect(address, 303)


@blueprint.get("/tickets/<reference>/again")
@public
@limiter.limit(LOOK_UP)
def again(reference: str) -> str:
    """Show the form for what has come back: place and subject are those of the earlier ticket."""
    ticket = by_reference(current_session(), reference)
    check_came_back(current_session(), ticket)
    return form("again", ticket, {"key": str(uuid.uuid4())}, {})


@blueprint.post("/tickets/<reference>/again")
@public
@limiter.limit(SUBMIT)
def send_again(reference: str) -> Response | tuple[str, int]:
    """Take the new report in."""
    ticket = by_reference(current_session(), reference)
    body = {**typed(ticket), "category": ticket.category_code}
    try:
        done = _come_back(ticket, body, now())
    except (Rejection, Rejections) as error:
        return refused("again", ticket, body, error), error.status
    address = url_for("residents.sent", reference=done.ticket.reference, signature=done.signature)
    return redirect(address, 303)


def _come_back(ticket: Ticket, body: Mapping[str, Any], moment: datetime) -> Submitted:
    command = replace(parsed(body), device=device_hash())
    given = command.contact or ContactInput()
    with contact_limit(given.email, given.phone), transaction() as session:
        proved = proved_phone(session, request)
        done = come_back(session, command, ticket, now=moment, proved=proved)
        attach_photos(session, done.report, command.idempotency_key, request, now=moment)
    return done
