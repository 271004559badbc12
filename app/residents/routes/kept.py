"""What is kept about a reporter, behind the private link: see, download, withdraw, erase."""

from flask import Response, json, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app.core.db import current_session
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import LOOK_UP, WRITE, limiter
from app.core.words.text import clean_line
from app.reports import service
from app.reports.models import Report
from app.reports.queries import by_signature
from app.residents.kept import in_json, kept_of
from app.residents.routes.own import PAGE, act_and_return, closed
from app.residents.routes.root import blueprint

OWN = "residents.kept"


@blueprint.get(PAGE + "/kept")
@public
@limiter.limit(LOOK_UP)
def kept(reference: str, signature: str) -> Response:
    """Show everything that is kept of the reporter, and what can be done about it."""
    session = current_session()
    report = by_signature(session, reference, signature)
    return closed(
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
    response = closed(body)
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
    return closed(
        render_template(
            "residents/erase.html", report=report, reference=reference, signature=signature
        )
    )


@blueprint.post(PAGE + "/erase")
@public
@limiter.limit(WRITE)
def erase(reference: str, signature: str) -> BaseResponse:
    """Erase the reporter's words, photos, place and contact."""
    return act_and_return(
        OWN, reference, signature, lambda s, r: service.erase(s, r, now=now()), done="erased"
    )


@blueprint.post(PAGE + "/keep-private")
@public
@limiter.limit(WRITE)
def keep_private(reference: str, signature: str) -> BaseResponse:
    """Close words and photos to the public."""
    return act_and_return(
        OWN,
        reference,
        signature,
        lambda s, r: service.keep_private(s, r, now=now()),
        done="private",
    )


@blueprint.post(PAGE + "/consent/end")
@public
@limiter.limit(WRITE)
def end_consent(reference: str, signature: str) -> BaseResponse:
    """End one purpose of the contact."""
    purpose = clean_line(request.form.get("purpose", ""))

    def act(session: Session, report: Report) -> None:
        service.end_consent(session, report, purpose, now=now())

    return act_and_return(OWN, reference, signature, act, done="consent")
