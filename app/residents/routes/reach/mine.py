"""My reports: on this device, by a link in an e-mail, or by a code on the phone. No password.

1. Whatever address is given, the answer is the same; so nobody learns whose reports are here.
2. A link is opened by a button: programs that look into mails use nothing up.
3. A phone can also be proved on the way of a report whose category asks for it (`next`).
"""

from typing import Any

from flask import make_response, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.accounts.reach import e_id, proofs
from app.accounts.reach.asking import USED_UP
from app.core.db import current_session, transaction
from app.core.errors import NotFound, Rejection, TooMany
from app.core.installation import settings
from app.core.time import now
from app.core.web.access import public
from app.core.web.forms import report_path
from app.core.web.limits import ASK_CODE, LOOK_UP, WRITE, limiter
from app.core.words.i18n import N_, translate
from app.core.words.text import clean_line
from app.core.work.heartbeat import beat
from app.residents.mine import (
    Waiting,
    ask,
    by_phone,
    current,
    forget,
    my_reports,
    prove_phone,
    remember,
)
from app.residents.routes.root import blueprint

WRONG_CODE = N_("This code is not right, or not any more. You can ask for a new one.")
NO_LINK = N_("This link has been used, or is too old. Please ask for a new one.")


@blueprint.get("/my-reports")
@public
@limiter.limit(LOOK_UP)
def mine() -> Response:
    """Show the reports of a proved address, or the way to prove one."""
    found = current(current_session(), request)
    reports = my_reports(current_session(), found) if found else None
    return _page(200, reports=reports)


@blueprint.post("/my-reports")
@public
@limiter.limit(ASK_CODE)
def ask_proof() -> Response:
    """Send a code or a link to the given address."""
    for_report = _next() != ""
    try:
        with transaction() as session:
            waiting = ask(
                session, request.form.get("address", ""), known_only=not for_report, field="address"
            )
    except Rejection as error:
        if error.code == USED_UP:
            with transaction() as session:
                beat(session, USED_UP, now())
        return _refused(error)
    return _page(200, waiting=waiting)


def _refused(error: Rejection) -> Response:
    page = _page(error.status, errors={"address": [translate(error.message, **error.params)]})
    if isinstance(error, TooMany):
        page.headers["Retry-After"] = str(error.retry_after)
    return page


@blueprint.post("/my-reports/code")
@public
@limiter.limit(WRITE)
def check_code() -> Response:
    """Take the code that was sent to a phone."""
    form = request.form
    phone, proof = clean_line(form.get("phone", ""))[:20], form.get("proof", "")
    with transaction() as session:
        former = current(session, request)
        token = prove_phone(session, former, proof, phone, form.get("code", "")[:40])
    if token is None:
        waiting = Waiting(address=phone, by_phone=True, proof=proof)
        return _page(422, waiting=waiting, errors={"code": [translate(WRONG_CODE)]})
    return remember(redirect(_next() or url_for("residents.mine"), 303), token)


@blueprint.get("/my-reports/open/<proof_token>")
@public
@limiter.limit(LOOK_UP)
def show_link(proof_token: str) -> Response:
    """Show the button that opens the list."""
    with transaction() as session:
        if proofs.find_link(session, proof_token, now=now()) is None:
            raise NotFound("no_link", NO_LINK)
    return _private(make_response(render_template("residents/open_mine.html", token=proof_token)))


@blueprint.post("/my-reports/open/<proof_token>")
@public
@limiter.limit(WRITE)
def use_link(proof_token: str) -> Response:
    """Open the list by the link of an e-mail."""
    with transaction() as session:
        found = proofs.use_link(session, proof_token, now=now())
        if found is None:
            raise NotFound("no_link", NO_LINK)
        former = current(session, request)
        opened = proofs.open_session(session, [found.contact_key], former, now=now())
    return remember(redirect(url_for("residents.mine"), 303), opened)


@blueprint.post("/my-reports/end")
@public
@limiter.limit(WRITE)
def end_session() -> Response:
    """Forget what this browser has proved."""
    with transaction() as session:
        found = current(session, request)
        if found is not None:
            session.delete(found)
    return forget(redirect(url_for("residents.mine"), 303))


def _next() -> str:
    return report_path(request.values.get("next", ""))


def _page(status: int, **parts: Any) -> Response:  # noqa: ANN401 - what the template takes
    page = render_template(
        "residents/mine.html",
        **{"reports": None, "waiting": None, "errors": {}, **parts},
        typed=clean_line(request.form.get("address", ""))[:254],
        phones=by_phone() is not None,
        e_id=settings().open_id.names if e_id.is_on() else "",
        next=_next(),
    )
    return _private(make_response(page, status))


def _private(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
