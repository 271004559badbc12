"""The report form: choose what it is about, then say where and what; then the receipt.

Sending is one transaction: a photo that is refused keeps the whole report from being taken, and
the form is shown again with everything that was typed.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import make_response, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.core.db import current_session, transaction
from app.core.errors import Rejection, Rejections
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import SUBMIT, limiter
from app.core.words.i18n import language
from app.reports.queries import by_signature
from app.reports.schemas import parse_report
from app.reports.service import Submitted, put_photo, submit
from app.residents.forms import by_field, photos_of, report_body
from app.residents.pages import category_groups, form_page, receipt_page
from app.residents.routes.root import blueprint


@blueprint.get("/report")
@public
def report() -> str:
    """Show the categories, or the form of the one that was chosen."""
    chosen = request.args.get("category", "")
    if not chosen:
        groups = category_groups(current_session())
        return render_template("residents/categories.html", groups=groups)
    return _form(chosen, {"key": str(uuid.uuid4())}, {})


@blueprint.post("/report")
@public
@limiter.limit(SUBMIT)
def create_report() -> Response | tuple[str, int]:
    """Take a report in."""
    body = report_body(request)
    try:
        done = _submit(body)
    except (Rejection, Rejections) as error:
        return _form(str(body.get("category", "")), body, by_field(error)), error.status
    address = url_for("residents.sent", reference=done.ticket.reference, signature=done.signature)
    return redirect(address, 303)


def _submit(body: Mapping[str, Any]) -> Submitted:
    files = photos_of(request)
    command = parse_report(
        body,
        key=body.get("key"),
        lang=language(),
        channel="web",
        photos_expected=bool(files),
    )
    with transaction() as session:
        done = submit(session, command, now=now())
        for position, file in enumerate(files):
            # The same form sent twice names the same photos.
            number = uuid.uuid5(command.idempotency_key, str(position))
            put_photo(session, done.report, number, file.stream, now=now())
    return done


def _form(category: str, body: Mapping[str, Any], errors: Mapping[str, list[str]]) -> str:
    page = form_page(current_session(), category)
    return render_template("residents/report.html", page=page, body=body, errors=errors)


@blueprint.get("/sent/<reference>/<signature>")
@public
def sent(reference: str, signature: str) -> Response:
    """Show the receipt with the private link, and offer to leave a contact."""
    session = current_session()
    found = by_signature(session, reference, signature)
    page = receipt_page(session, found, signature)
    response = make_response(render_template("residents/sent.html", page=page, body={}, errors={}))
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
