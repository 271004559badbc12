"""What the queue on a phone sends: the report first and small, its photos one by one, later.

1. The same parser and the same verbs as for the form; the answers are a few dozen bytes.
2. Whatever is sent again is there already: a report by its key, a photo by its own uuid.
3. There is no token that could go stale meanwhile: a report may be sent days after its page was
   opened. `protection.check_origin` keeps other sites away.
"""

import uuid
from typing import Any

from flask import Response, jsonify, request, url_for

from app.accounts.schemas import ContactInput
from app.catalog.queries import profile
from app.core.db import current_session, transaction
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import LOOK_UP, SUBMIT, UPLOAD, contact_limit, limiter
from app.core.web.wire.bodies import follow_token, json_object, photo_bytes
from app.core.words.i18n import set_language
from app.reports.queries import by_signature, photo_keys
from app.reports.schemas import SubmitReport
from app.reports.service import put_photo, submit
from app.residents.mine import proved_phone
from app.residents.place import parse_placed_report
from app.residents.routes.report import remember_draft
from app.residents.routes.root import blueprint


@blueprint.post("/send/report")
@public
@limiter.limit(SUBMIT)
def send_report() -> tuple[Response, int]:
    """Take a report in: 201, or 200 for a repeat."""
    command = _command(json_object(request))
    given = command.contact or ContactInput()
    with contact_limit(given.email, given.phone), transaction() as session:
        done = submit(session, command, now=now(), proved=proved_phone(session, request))
    reference, signature = done.ticket.reference, done.signature
    receipt = url_for("residents.sent", reference=reference, signature=signature)
    answer = jsonify({"reference": reference, "signature": signature, "sent": receipt})
    # The plain pages under the same key lead to the receipt, in this browser.
    remember_draft(answer, command.idempotency_key)
    return answer, 200 if done.repeated else 201


@blueprint.get("/send/<reference>/photos")
@public
@limiter.limit(LOOK_UP)
def sent_photos(reference: str) -> Response:
    """Tell which photos have arrived, so that no thin network carries one twice."""
    session = current_session()
    report = by_signature(session, reference, follow_token(request))
    return jsonify({"photos": [str(key) for key in photo_keys(session, report.id)]})


@blueprint.put("/send/<reference>/photos/<uuid:photo>")
@public
@limiter.limit(UPLOAD)
def send_photo(reference: str, photo: uuid.UUID) -> tuple[Response, int]:
    """Add a photo: 201, or 200 for a repeat."""
    token, content = follow_token(request), photo_bytes(request)
    with transaction() as session:
        report = by_signature(session, reference, token)
        _attached, repeated = put_photo(session, report, photo, content, now=now())
    return jsonify({}), 200 if repeated else 201


def _command(body: dict[str, Any]) -> SubmitReport:
    """Return what to submit. `lang`: of the page on which it was written, perhaps days ago."""
    written = body.get("lang")
    if written in profile(current_session()).languages:
        set_language(str(written))
    follow = body.get("photos")
    expected = isinstance(follow, int) and follow > 0
    return parse_placed_report(current_session(), body, photos_expected=expected)
