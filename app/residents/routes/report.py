"""The way of a report: photo, place, what, details, check and send; then the receipt.

1. `/report` is the first step, with all others behind it for the script that makes it one page.
   Without the script every step is a page of its own, and each is kept when it is left.
2. Sending is one transaction; a report that is refused leads to the step that can put it right,
   with everything that was typed and every photo.
3. Words that may be a legal complaint or a denunciation get one question more before they go.
4. Once a report is sent, every page of its way leads to the receipt.
5. A draft opens, is written on, and leads to its receipt, only in a browser that began it: its key
   stands in the address, which people show to others.
"""

import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import IO, Any

from flask import make_response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.accounts.reach import phones
from app.core.db import current_session, transaction
from app.core.errors import NotFound, Rejection, Rejections
from app.core.installation import settings
from app.core.time import now
from app.core.web.access import public
from app.core.web.devices import device_hash, network_hash
from app.core.web.forms import each_photo
from app.core.web.limits import SUBMIT, UPLOAD, WRITE, limiter
from app.core.words.i18n import N_
from app.core.words.text import clean_line
from app.media import waiting
from app.media.models import Photo
from app.media.queries import NO_PHOTO, path
from app.media.serving import private_photo
from app.reports.links import follow_signature
from app.reports.models import Report
from app.reports.queries import by_key, by_signature, draft
from app.reports.service import Submitted, forget_draft, save_draft, submit, take_photos
from app.residents.forms import by_field, is_asked, opened_now, photos_of, signs
from app.residents.mine import proved_phone
from app.residents.pages import legal_page, receipt_page
from app.residents.report.pages import step_page
from app.residents.report.steps import (
    Step,
    after,
    check_step,
    in_order,
    owner,
    parse,
    refused_step,
    step_named,
    typed,
)
from app.residents.routes.root import blueprint
from app.tickets.models import Ticket

COOKIE, COOKIE_S, DRAFTS = "draft", 24 * 3600, 8
PAGE = "/report/<uuid:key>"
_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NO_DRAFT = N_("This report is not kept here any more. Please begin again.")


@blueprint.get("/report")
@public
def report() -> str:
    """Show the first step; one who left in the middle finds what was kept."""
    session, chosen = current_session(), clean_line(request.args.get("category", ""))
    key = None if chosen else _left_open(session)
    body = (draft(session, key, now=now()) if key else None) or {
        "category": chosen, "opened": opened_now(),
    }  # fmt: skip
    page = step_page(
        session, Step.PHOTO, key or uuid.uuid4(), body,
        photos=waiting.waiting(session, key, now=now()) if key else (),
        unfinished=key is not None,
    )  # fmt: skip
    return render_template("residents/report/start.html", page=page)


def _left_open(session: Session) -> uuid.UUID | None:
    """Return the key of the draft that this browser has begun, if it is still there."""
    key = next(iter(_written()), None)
    if key is None:
        return None
    there = draft(session, key, now=now()) is not None and by_key(session, key) is None
    return key if there else None


def _written() -> list[uuid.UUID]:
    """Return the keys of the drafts in which this browser wrote, the last one first."""
    found = request.cookies.get(COOKIE, "").split(".")[:DRAFTS]
    return [uuid.UUID(text) for text in found if _KEY.fullmatch(text)]


def _check_written(key: uuid.UUID) -> None:
    """Raises NotFound in a browser that wrote nothing in this draft (rule 5)."""
    if key not in _written():
        raise NotFound("no_draft", NO_DRAFT)


@blueprint.get(PAGE + "/<step>")
@public
def show_step(key: uuid.UUID, step: str) -> Response:
    """Show a step with what is kept."""
    session, wanted = current_session(), step_named(step)
    _check_written(key)
    sent = by_key(session, key)
    if sent is not None:
        return _to_receipt(session, sent)
    body = draft(session, key, now=now())
    if body is None:
        raise NotFound("no_draft", NO_DRAFT)
    return _page(wanted, key, body)


@blueprint.get(PAGE + "/photos/<uuid:photo>.jpg")
@public
def draft_photo(key: uuid.UUID, photo: uuid.UUID) -> Response:
    """Return a small copy of a photo that waits for this report."""
    _check_written(key)
    waits = waiting.waiting(current_session(), key, now=now())
    if photo not in {row.id for row in waits}:
        raise NotFound("unknown_photo", NO_PHOTO)
    return private_photo(path(settings().media.folder, photo, "thumb"))


@blueprint.post(PAGE + "/<step>")
@public
@limiter.limit(UPLOAD)
def save_step(key: uuid.UUID, step: str) -> Response:
    """Keep a step and go on to the next."""
    session, left = current_session(), step_named(step)
    sent = by_key(session, key)
    if sent is not None:
        _check_written(key)
        return _to_receipt(session, sent)
    kept = draft(session, key, now=now())
    if kept is not None:
        _check_written(key)
    kept = kept or {}
    fields = typed(request, left, kept)
    body = kept | fields
    photos, wrong = _photos(key, left)
    try:
        check_step(session, left, body, photos=len(photos))
    except (Rejection, Rejections) as error:
        return _page(left, key, body, by_field(error), error.status)
    if wrong:
        return _page(left, key, body, {"photos": wrong}, 503 if waiting.is_full() else 422)
    with transaction() as session:
        save_draft(session, key, fields, now=now())
    return _onward(left, key, body)


def _photos(key: uuid.UUID, step: Step) -> tuple[list[Photo], list[str]]:
    """Keep the photos of the first step; return all that wait, and what is wrong with others."""
    if step is not Step.PHOTO:
        return waiting.waiting(current_session(), key, now=now()), []
    kept, network = set(request.form.getlist("kept")), network_hash()

    def keep(_number: int, stream: IO[bytes]) -> None:
        with transaction() as session:
            photo = waiting.keep(session, key, stream, network=network, now=now())
            kept.add(str(photo.id))

    wrong = each_photo(photos_of(request), keep)
    with transaction() as session:
        return waiting.drop_others(session, key, kept, now=now()), wrong


def _onward(left: Step, key: uuid.UUID, body: Mapping[str, Any]) -> Response:
    more = left is Step.WHAT and step_page(current_session(), Step.DETAILS, key, body).more
    changing = "check" in request.args
    wanted = after(left, more=more, changing=changing)
    again = 1 if changing and wanted is not Step.CHECK else None
    address = url_for("residents.show_step", key=key, step=wanted.value, check=again)
    return remember_draft(redirect(address, 303), key)


def remember_draft(response: Response, key: uuid.UUID) -> Response:
    """Let this browser find its drafts again; the cookie says nothing else."""
    drafts = [key, *(other for other in _written() if other != key)][:DRAFTS]
    response.set_cookie(
        COOKIE, ".".join(map(str, drafts)), max_age=COOKIE_S, path="/report", samesite="Lax",
        httponly=True, secure=settings().web.secure_cookies,
    )  # fmt: skip
    return response


@blueprint.post(PAGE + "/check")
@public
@limiter.limit(SUBMIT)
def send_draft(key: uuid.UUID) -> Response:
    """Take the report in."""
    session = current_session()
    sent, body = by_key(session, key), draft(session, key, now=now())
    _check_written(key)
    if sent is not None:
        return _to_receipt(session, sent)
    if body is None:
        raise NotFound("no_draft", NO_DRAFT)
    body |= typed(request, Step.CHECK, body)
    try:
        done = _submit(key, body)
    except (Rejection, Rejections) as error:
        return _again(key, body, error)
    return _to_receipt(session, done.report)


def _again(key: uuid.UUID, body: Mapping[str, Any], error: Rejection | Rejections) -> Response:
    """Show what keeps a report from being sent: one question, or the step to put right."""
    if is_asked(error):
        words = render_template(
            "residents/legal_choice.html",
            key=key,
            body=body,
            legal_page=legal_page(current_session()),
        )
        return make_response(words, error.status)
    wrong = refused_step(error)
    here = {name: said for name, said in by_field(error).items() if owner(name) is wrong}
    return _page(wrong, key, body, here, error.status)


def _submit(key: uuid.UUID, body: Mapping[str, Any]) -> Submitted:
    photos = waiting.waiting(current_session(), key, now=now())
    command = parse(current_session(), body, key=key, photos=len(photos))
    command = replace(command, signals=signs(body), device=device_hash())
    with transaction() as session:
        done = submit(session, command, now=now(), proved=proved_phone(session, request))
        take_photos(session, done.report, key, [str(photo.id) for photo in photos], now=now())
        forget_draft(session, key)
    return done


@blueprint.post(PAGE + "/discard")
@public
@limiter.limit(WRITE)
def discard_draft(key: uuid.UUID) -> Response:
    """Forget what was begun; what this browser did not begin stays, and is not told apart."""
    if key in _written():
        with transaction() as session:
            forget_draft(session, key)
            waiting.drop_others(session, key, (), now=now())
    return redirect(url_for("residents.report"), 303)


def _to_receipt(session: Session, sent: Report) -> Response:
    reference = session.get_one(Ticket, sent.ticket_id).reference
    address = url_for("residents.sent", reference=reference, signature=follow_signature(sent))
    return redirect(address, 303)


def _page(
    step: Step,
    key: uuid.UUID,
    body: Mapping[str, Any],
    errors: Mapping[str, list[str]] | None = None,
    status: int = 200,
) -> Response:
    session = current_session()
    page = step_page(
        session, step, key, body, photos=waiting.waiting(session, key, now=now()),
        errors=in_order(step, errors or {}), changing="check" in request.args,
        proved=phones.shown(proved_phone(session, request)),
    )  # fmt: skip
    response = make_response(render_template("residents/report/page.html", page=page), status)
    response.headers["X-Robots-Tag"] = "noindex"
    if status == 503:
        response.headers["Retry-After"] = str(waiting.TRY_AGAIN_S)
    return response


@blueprint.get("/sent/<reference>/<signature>")
@public
def sent(reference: str, signature: str) -> Response:
    """Show the receipt with the private link, and offer to leave a contact."""
    session = current_session()
    found = by_signature(session, reference, signature)
    page = receipt_page(session, found, signature, now=now())
    response = make_response(render_template("residents/sent.html", page=page, body={}, errors={}))
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
