"""The reporter's page behind the private link: follow, answer, add, confirm, disagree, withdraw.

Every act is a POST that leads back to the page (`own`). What is refused is shown on the page, with
what was typed.
"""

import uuid
from functools import partial
from typing import IO

from flask import Response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.reach.push import parse_subscription
from app.accounts.schemas import parse_contact
from app.core.db import current_session, transaction
from app.core.errors import Rejection, Rejections
from app.core.installation import settings
from app.core.time import now
from app.core.web.access import public
from app.core.web.forms import each_photo
from app.core.web.limits import LOOK_UP, UPLOAD, WRITE, contact_limit, limiter
from app.core.words.i18n import N_, translate
from app.core.words.text import clean_line
from app.media.queries import path
from app.media.serving import private_photo
from app.reports import service
from app.reports.models import Report
from app.reports.queries import by_signature
from app.reports.schemas import parse_words
from app.residents.forms import by_field, contact_body, photos_of
from app.residents.pages import check_own_photo, follow_page
from app.residents.routes.own import PAGE, Act, act_and_return, back_to, closed
from app.residents.routes.root import blueprint
from app.residents.routes.suggestions.own import author_page
from app.tickets.models import Ticket
from app.tickets.tables import SUGGESTION

NO_PHOTO = N_("Please choose a photo.")
EVIDENCE = "evidence"
OWN = "residents.follow"


@blueprint.get(PAGE)
@public
@limiter.limit(LOOK_UP)
def follow(reference: str, signature: str) -> Response:
    """Show the reporter's page."""
    return _page(reference, signature, {}, 200)


@blueprint.get(PAGE + "/photos/<uuid:photo>-<variant>.jpg")
@public
def own_photo(reference: str, signature: str, photo: uuid.UUID, variant: str) -> BaseResponse:
    """Return a copy of the reporter's own photo, checked or not."""
    session = current_session()
    check_own_photo(session, by_signature(session, reference, signature), photo)
    return private_photo(path(settings().media.folder, photo, variant))


@blueprint.post(PAGE + "/contact")
@public
@limiter.limit(WRITE)
def add_contact(reference: str, signature: str) -> BaseResponse:
    """Keep how to reach the reporter."""

    def act(session: Session, report: Report) -> None:
        problems: list[Rejection] = []
        contact = parse_contact(contact_body(request.form), problems)
        if problems:
            raise Rejections(problems)
        if contact is None:
            raise Rejection("no_contact", N_("Please give an e-mail address or a phone number."),
                            field="email")  # fmt: skip
        with contact_limit(contact.email, contact.phone):
            service.add_contact(session, report, contact, now=now())

    return _act(reference, signature, act, "contact")


@blueprint.post(PAGE + "/contact/end")
@public
@limiter.limit(WRITE)
def end_contact(reference: str, signature: str) -> BaseResponse:
    """Erase how to reach the reporter."""
    return _act(reference, signature, lambda s, r: service.end_contact(s, r, now=now()), "ended")


@blueprint.post(PAGE + "/push")
@public
@limiter.limit(WRITE)
def add_push(reference: str, signature: str) -> BaseResponse:
    """Send news to this browser's screen."""

    def act(session: Session, report: Report) -> None:
        given = (clean_line(request.form.get(name, "")) for name in ("endpoint", "p256dh", "auth"))
        service.add_push(session, report, parse_subscription(*given), now=now())

    return _act(reference, signature, act, "push")


@blueprint.post(PAGE + "/reply")
@public
@limiter.limit(WRITE)
def reply(reference: str, signature: str) -> BaseResponse:
    """Take the reporter's answer to what was asked."""
    return _act(
        reference, signature, lambda s, r: service.reply(s, r, _words(), now=now()), "reply"
    )


@blueprint.post(PAGE + "/words")
@public
@limiter.limit(WRITE)
def add_words(reference: str, signature: str) -> BaseResponse:
    """Take what the reporter adds without having been asked."""

    def act(session: Session, report: Report) -> None:
        words = parse_words(request.form.get("words", ""), field="words")
        service.add_words(session, report, words, now=now())

    return _act(reference, signature, act, "words")


@blueprint.post(PAGE + "/photos")
@public
@limiter.limit(UPLOAD)
def add_photos(reference: str, signature: str) -> BaseResponse:
    """Add photos later: each for itself, so that one that is refused loses no other."""
    files = photos_of(request)
    if not files:
        return _page(reference, signature, {"photos": [translate(NO_PHOTO)]}, 422)

    def put(_number: int, stream: IO[bytes]) -> None:
        with transaction() as session:
            report = by_signature(session, reference, signature)
            service.put_photo(session, report, uuid.uuid4(), stream, now=now())

    wrong = each_photo(files, put)
    if wrong:
        return _page(reference, signature, {"photos": wrong}, 422)
    return back_to(OWN, reference, signature, done="photos")


@blueprint.post(PAGE + "/confirm")
@public
@limiter.limit(WRITE)
def confirm(reference: str, signature: str) -> BaseResponse:
    """Take the reporter's yes."""
    return _act(reference, signature, lambda s, r: service.confirm(s, r, now=now()), "confirm")


@blueprint.post(PAGE + "/dispute")
@public
@limiter.limit(WRITE)
def dispute(reference: str, signature: str) -> BaseResponse:
    """Take the reporter's no, with the reason."""
    code, text = _reason()

    def act(session: Session, report: Report) -> None:
        service.dispute(session, report, code=code, text=text, now=now())
        for file in request.files.getlist(EVIDENCE):
            if file.filename:
                _put_evidence(session, report, file.stream)

    return _act(reference, signature, act, "dispute")


def _put_evidence(session: Session, report: Report, stream: IO[bytes]) -> None:
    try:
        service.put_evidence(session, report, stream, now=now())
    except Rejection as bad:
        raise Rejection(bad.code, bad.message, field=EVIDENCE, params=bad.params) from bad


@blueprint.post(PAGE + "/rate")
@public
@limiter.limit(WRITE)
def rate(reference: str, signature: str) -> BaseResponse:
    """Take how content the reporter is."""
    value = clean_line(request.form.get("rating", ""))
    return _act(reference, signature, lambda s, r: service.rate(s, r, value, now=now()), "rate")


@blueprint.post(PAGE + "/ask_reopen")
@public
@limiter.limit(WRITE)
def ask_reopen(reference: str, signature: str) -> BaseResponse:
    """Take the reporter's wish to open a closed ticket again, with the reason."""
    code, text = _reason()
    act = partial(service.ask_reopen, code=code, text=text, now=now())
    return _act(reference, signature, act, "ask_reopen")


def _reason() -> tuple[str | None, str]:
    """Return why the reporter disagrees: a code of the pack, and words."""
    return clean_line(request.form.get("code", "")) or None, _words()


@blueprint.post(PAGE + "/appeal")
@public
@limiter.limit(WRITE)
def appeal(reference: str, signature: str) -> BaseResponse:
    """Take the reporter's wish for a review of a refusal."""

    def act(session: Session, report: Report) -> None:
        service.appeal(session, report, _words(), now=now())

    return _act(reference, signature, act, "appeal")


@blueprint.post(PAGE + "/withdraw")
@public
@limiter.limit(WRITE)
def withdraw(reference: str, signature: str) -> BaseResponse:
    """Take the report back."""
    return _act(reference, signature, lambda s, r: service.withdraw(s, r, now=now()), "withdraw")


def _words() -> str:
    return parse_words(request.form.get("text", ""))


def _act(reference: str, signature: str, act: Act, done: str) -> BaseResponse:
    try:
        return act_and_return(OWN, reference, signature, act, done=done)
    except (Rejection, Rejections) as error:
        return _page(reference, signature, by_field(error), error.status)


def _page(reference: str, signature: str, errors: dict[str, list[str]], status: int) -> Response:
    session = current_session()
    report = by_signature(session, reference, signature)
    if session.get_one(Ticket, report.ticket_id).kind == SUGGESTION:
        return author_page(report, signature, errors, status)
    page = follow_page(session, report, signature, now=now())
    body = render_template(
        "residents/follow.html", page=page, errors=errors, body=request.form,
        done=request.args.get("done", ""),
    )  # fmt: skip
    return closed(body, status)
