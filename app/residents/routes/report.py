"""The report form: choose what it is about, then say where and what; then the receipt.

1. Sending is one transaction: a photo that is refused keeps the whole report from being taken, and
   the form is shown again with everything that was typed and every photo that is good.
2. Words that may be a legal complaint or a denunciation get one question more, on a page that
   carries everything along.
3. A category that is gone meanwhile gives way to the one for everything else.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import IO, Any

from flask import make_response, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.core.db import current_session, transaction
from app.core.errors import Rejection, Rejections
from app.core.time import now
from app.core.web.access import public
from app.core.web.devices import device_hash
from app.core.web.forms import each_photo
from app.core.web.limits import SUBMIT, limiter
from app.core.words.text import clean_line
from app.media import waiting
from app.media.models import Photo
from app.reports.queries import by_signature
from app.reports.service import Submitted, put_photo, submit, take_photos
from app.residents.forms import (
    by_field,
    carried,
    form_key,
    is_asked,
    opened_now,
    photos_of,
    report_body,
    signs,
)
from app.residents.mine import proved_phone
from app.residents.pages import (
    category_groups,
    form_page,
    legal_page,
    offered_category,
    receipt_page,
)
from app.residents.place import parse_placed_report, read_place
from app.residents.routes.root import blueprint


@blueprint.get("/report")
@public
def report() -> str:
    """Show the categories, or the form of the one that was chosen."""
    chosen = clean_line(request.args.get("category", ""))
    if not chosen:
        groups = category_groups(current_session())
        return render_template("residents/categories.html", groups=groups)
    return _form(chosen, {"key": str(uuid.uuid4()), "opened": opened_now()}, {})


@blueprint.post("/report")
@public
@limiter.limit(SUBMIT)
def create_report() -> Response | tuple[str, int]:
    """Take a report in."""
    body = report_body(request)
    try:
        done = _submit(body)
    except (Rejection, Rejections) as error:
        return _again(body, error), error.status
    address = url_for("residents.sent", reference=done.ticket.reference, signature=done.signature)
    return redirect(address, 303)


def _submit(body: Mapping[str, Any]) -> Submitted:
    files, kept = photos_of(request), request.form.getlist("kept")
    expected = bool(files or _waiting(form_key(body), kept))
    command = parse_placed_report(current_session(), body, photos_expected=expected)
    command = replace(command, signals=signs(body), device=device_hash())
    with transaction() as session:
        done = submit(session, command, now=now(), proved=proved_phone(session, request))
        take_photos(session, done.report, command.idempotency_key, kept, now=now())
        for position, file in enumerate(files):
            # The same form sent twice names the same photos.
            number = uuid.uuid5(command.idempotency_key, str(position))
            put_photo(session, done.report, number, file.stream, now=now())
    return done


def _waiting(key: uuid.UUID, kept: Collection[str]) -> list[Photo]:
    """Return the photos that wait for this form, without those that its sender took out."""
    found = waiting.waiting(current_session(), key, now=now())
    return [photo for photo in found if str(photo.id) in kept]


def _again(body: Mapping[str, Any], error: Rejection | Rejections) -> str:
    key, files, errors = form_key(body, error), photos_of(request), by_field(error)
    kept = set(request.form.getlist("kept"))

    def keep(_number: int, stream: IO[bytes]) -> None:
        with transaction() as session:
            kept.add(str(waiting.keep(session, key, stream, now=now()).id))

    wrong = each_photo(files, keep)
    if wrong:
        errors["photos"] = wrong
    photos = _waiting(key, kept)
    if is_asked(error) and not wrong:
        return _choice({**body, "key": str(key)}, photos)
    category = offered_category(current_session(), str(body.get("category", "")))
    return _form(category, {**body, "key": str(key)}, errors, photos)


def _choice(body: Mapping[str, Any], photos: Sequence[Photo]) -> str:
    return render_template(
        "residents/legal_choice.html",
        body=body,
        fields=carried(body),
        photos=photos,
        legal_page=legal_page(current_session()),
    )


def _form(
    category: str,
    body: Mapping[str, Any],
    errors: Mapping[str, list[str]],
    photos: Sequence[Photo] = (),
) -> str:
    session = current_session()
    page = form_page(session, category, read_place(session, body) if errors else None)
    return render_template(
        "residents/report.html", page=page, body=body, errors=errors, photos=photos
    )


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
