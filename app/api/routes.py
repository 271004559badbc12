"""`/api/v1`: reports from other programs. No account; errors are problem+json.

1. `Idempotency-Key`: the same key again gives the first answer with 200; another body under it 409.
2. Photos follow one by one under the sender's own uuid, with the follow token.
3. What anybody may read here is what the public page shows.
4. What a text is likely about is said without keeping the text.
"""

import uuid
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.schemas import ContactInput
from app.api.serializers import category_document, report_document, submitted_document
from app.catalog.likely import likely_categories
from app.catalog.queries import profile
from app.core.db import current_session, transaction
from app.core.errors import Rejection
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import LOOK_UP, SUBMIT, UPLOAD, contact_limit, limiter
from app.core.web.wire.bodies import follow_token, json_object, photo_bytes
from app.core.words.i18n import N_, language, set_language
from app.reports.queries import by_signature
from app.reports.schemas import parse_report
from app.reports.service import put_photo, submit
from app.tickets.queries import by_reference

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.post("/reports")
@public
@limiter.limit(SUBMIT)
def create_report() -> BaseResponse:
    """Take a report in: 201, or 200 for a repeat."""
    body = json_object(request)
    lang = _language_of(body)
    key = request.headers.get("Idempotency-Key") or uuid.uuid4()
    command = parse_report(body, key=key, lang=lang, channel="api", photos_expected=False)
    given = command.contact or ContactInput()
    with contact_limit(given.email, given.phone), transaction() as session:
        done = submit(session, command, now=now())
        document = submitted_document(done)
    response = jsonify(document)
    response.status_code = 200 if done.repeated else 201
    response.headers["Location"] = url_for("api.show_report", reference=done.ticket.reference)
    return response


@blueprint.get("/reports/<reference>")
@public
@limiter.limit(LOOK_UP)
def show_report(reference: str) -> Response:
    """Return status, agency, reason, due date and the public history."""
    session = current_session()
    return jsonify(report_document(session, by_reference(session, reference), now=now()))


@blueprint.put("/reports/<reference>/photos/<uuid:photo>")
@public
@limiter.limit(UPLOAD)
def upload_photo(reference: str, photo: uuid.UUID) -> BaseResponse:
    """Add a photo: 201, or 200 for a repeat."""
    token, content = follow_token(request), photo_bytes(request)
    with transaction() as session:
        report = by_signature(session, reference, token)
        attached, repeated = put_photo(session, report, photo, content, now=now())
    response = jsonify({"photo": str(attached.client_uuid), "position": attached.position})
    response.status_code = 200 if repeated else 201
    return response


@blueprint.post("/likely-categories")
@public
@limiter.limit(LOOK_UP)
def show_likely_categories() -> Response:
    """Return the categories that a text is likely about. The text is not kept."""
    body = json_object(request)
    _language_of(body)
    text = body.get("text")
    if not isinstance(text, str):
        raise Rejection("no_text", N_("Please write what it is about."), field="text")
    found = likely_categories(current_session(), text)
    return jsonify({"categories": [category_document(row) for row in found]})


def _language_of(body: dict[str, Any]) -> str:
    asked = body.get("lang")
    if asked is None:
        return language()
    if asked not in profile(current_session()).languages:
        raise Rejection("unknown_language", N_("This language is not available."), field="lang")
    set_language(asked)
    return str(asked)
