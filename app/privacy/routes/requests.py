"""Requests about personal data: the form, with or without a report's private link; their page."""

from collections.abc import Mapping
from typing import Any

from flask import Response, make_response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as BaseResponse

from app.core.db import current_session, transaction
from app.core.errors import Rejections
from app.core.time import now
from app.core.web.access import public
from app.core.web.devices import device_hash, network_hash
from app.core.web.forms import sentences_by_field
from app.core.web.limits import LOOK_UP, WRITE, limiter
from app.core.words.i18n import language
from app.privacy.routes.root import blueprint
from app.privacy.words import offered, shown
from app.reports.models import Report
from app.reports.queries import by_signature
from app.rights.models import RightsRequest
from app.rights.queries import by_seal, seal_of
from app.rights.schemas import Sender, parse_asked
from app.rights.service import ask
from app.rights.service.address import by_address, confirm

OWN = "/follow/<reference>/<signature>/requests"


def sender() -> Sender:
    """Return where this comes from, as digests that only count."""
    return Sender(device=device_hash(), network=network_hash())


@blueprint.get("/requests")
@public
def new_request() -> Response:
    """Show the form."""
    return _form({}, {}, 200)


@blueprint.post("/requests")
@public
@limiter.limit(WRITE)
def create_request() -> BaseResponse:
    """Take a request in."""
    return _create(None, None)


@blueprint.get(OWN)
@public
@limiter.limit(LOOK_UP)
def new_own_request(reference: str, signature: str) -> Response:
    """Show the form to whoever holds a report's private link."""
    by_signature(current_session(), reference, signature)
    return _form({}, {}, 200, reference)


@blueprint.post(OWN)
@public
@limiter.limit(WRITE)
def create_own_request(reference: str, signature: str) -> BaseResponse:
    """Take in a request about one's own report."""
    return _create(reference, signature)


@blueprint.get("/requests/<int:asked>/<seal>")
@public
@limiter.limit(LOOK_UP)
def show_request(asked: int, seal: str) -> Response:
    """Show the requester what has become of it."""
    session = current_session()
    found = shown(session, by_seal(session, asked, seal), now=now())
    return _closed(render_template("privacy/request.html", asked=found), 200)


@blueprint.route("/requests/<int:asked>/address/<address_seal>", methods=["GET", "POST"])
@public
@limiter.limit(WRITE)
def confirm_address(asked: int, address_seal: str) -> Response:
    """Ask the owner of a typed address whether it is the requester's; take the yes."""
    with transaction() as session:
        row = by_address(session, asked, address_seal)
        if request.method == "POST":
            confirm(session, row, now=now())
    return _closed(render_template("privacy/address.html", number=row.id,
                                   done=row.contact_confirmed_at is not None), 200)  # fmt: skip


def _create(reference: str | None, signature: str | None) -> BaseResponse:
    form = request.form
    _own(current_session(), reference, signature)
    try:
        wish = parse_asked(form, lang=language())
        with transaction() as session:
            report = _own(session, reference, signature)
            row: RightsRequest = ask(session, wish, sender(), report, now=now())
    except Rejections as error:
        return _form(form, sentences_by_field(error), error.status, reference)
    return to_request(row)


def to_request(row: RightsRequest) -> BaseResponse:
    """Lead to the page of a request."""
    return redirect(url_for("privacy.show_request", asked=row.id, seal=seal_of(row)), 303)


def _own(session: Session, reference: str | None, signature: str | None) -> Report | None:
    if reference is None or signature is None:
        return None
    return by_signature(session, reference, signature)


def _form(
    body: Mapping[str, Any],
    errors: Mapping[str, list[str]],
    status: int,
    reference: str | None = None,
) -> Response:
    page = render_template(
        "privacy/new_request.html", kinds=offered(), body=body, errors=errors, reference=reference
    )
    return _closed(page, status)


def _closed(page: str, status: int) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
