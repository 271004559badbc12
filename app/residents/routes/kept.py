"""What is kept about a reporter, behind the private link: see, download, withdraw, erase."""

from flask import Response, json, make_response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as BaseResponse

from app.core.db import current_session, transaction
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import LOOK_UP, WRITE, limiter
from app.core.words.text import clean_line
from app.reports import service
from app.reports.models import Report
from app.reports.queries import by_signature
from app.residents.kept import in_json, kept_of
from app.residents.routes.follow import PAGE, Act
from app.residents.routes.root import blueprint


@blueprint.get(PAGE + "/kept")
@public
@limiter.limit(LOOK_UP)
def kept(reference: str, signature: str) -> Response:
    """Show everything that is kept of the reporter, and what can be done about it."""
    session = current_session()
    report = by_signature(session, reference, signature)
    return _closed(
        render_template(
            "residents/kept.html",
            kept=kept_of(session, report),
            reference=reference,
            signature=signature,
            done=request.args.get("done", ""),
        )
    )


@blueprint.get(PAGE + "/kept.json")
@public
@limiter.limit(LOOK_UP)
def kept_file(reference: str, signature: str) -> Response:
    """Download the same for another program."""
    session = current_session()
    report = by_signature(session, reference, signature)
    body = json.dumps(kept_of(session, report), ensure_ascii=False, indent=2, default=in_json)
    response = _closed(body)
    response.content_type = "application/json; charset=utf-8"
    name = f"{clean_line(reference)}.json"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.get(PAGE + "/erase")
@public
@limiter.limit(LOOK_UP)
def ask_erase(reference: str, signature: str) -> Response:
    """Explain what erasing does, before it is done."""
    report = by_signature(current_session(), reference, signature)
    return _closed(
        render_template(
            "residents/erase.html", report=report, reference=reference, signature=signature
        )
    )


@blueprint.post(PAGE + "/erase")
@public
@limiter.limit(WRITE)
def erase(reference: str, signature: str) -> BaseResponse:
    """Erase the reporter's words, photos, place and contact."""
    return _act(reference, signature, lambda s, r: service.erase(s, r, now=now()), "erased")


@blueprint.post(PAGE + "/keep-private")
@public
@limiter.limit(WRITE)
def keep_private(reference: str, signature: str) -> BaseResponse:
    """Close words and photos to the public."""
    return _act(reference, signature, lambda s, r: service.keep_private(s, r, now=now()), "private")


@blueprint.post(PAGE + "/consent/end")
@public
@limiter.limit(WRITE)
def end_consent(reference: str, signature: str) -> BaseResponse:
    """End one purpose of the contact."""
    purpose = clean_line(request.form.get("purpose", ""))

    def act(session: Session, report: Report) -> None:
        service.end_consent(session, report, purpose, now=now())

    return _act(reference, signature, act, "consent")


def _act(reference: str, signature: str, act: Act, done: str) -> BaseResponse:
    with transaction() as session:
        act(session, by_signature(session, reference, signature))
    address = url_for("residents.kept", reference=reference, signature=signature, done=done)
    return redirect(address, 303)


def _closed(body: str) -> Response:
    """Answer with what nobody may keep, index or pass on as a referrer."""
    response = make_response(body)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
