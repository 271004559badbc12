"""A password that was forgotten, and the links that come by e-mail.

1. Whoever asks for a link gets the same answer at the same time: it leaves before the address is
   looked up.
2. A link's secret is in its address: these pages send no Referer, and no log writes the path.
"""

import logging
from functools import partial

from flask import (
    copy_current_request_context,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from app.accounts.rules import MIN_PASSWORD
from app.accounts.service import check_link, end_wait, redeem_link
from app.core.db import current_session, transaction
from app.core.errors import Gone, Rejection
from app.core.installation import settings
from app.core.time import now
from app.core.web.access import public
from app.core.web.forms import Sentences, sentences_by_field
from app.core.web.limits import SIGN_IN, limiter
from app.core.words.i18n import N_
from app.core.words.text import clean_line
from app.desk.routes.root import blueprint
from app.notifications.service import INVITATION, RESET, send_reset

log = logging.getLogger(__name__)

MAX_TYPED = 1_000


@blueprint.route("/password/forgotten", methods=["GET", "POST"])
@public
@limiter.limit(SIGN_IN, methods=["POST"])
def forgotten() -> Response | str:
    """Ask for a link to choose a new password."""
    if request.method == "GET":
        return render_template("desk/forgotten.html", asked=False)
    email = clean_line(request.form.get("email", ""))[:MAX_TYPED]
    response = make_response(render_template("desk/forgotten.html", asked=True))
    response.call_on_close(copy_current_request_context(partial(_send_reset, email)))
    return response


@blueprint.route("/password/reset/<token>", methods=["GET", "POST"])
@public
@limiter.limit(SIGN_IN, methods=["POST"])
def reset(token: str) -> Response:
    """Replace a forgotten password."""
    return _choose(token, RESET)


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@public
@limiter.limit(SIGN_IN, methods=["POST"])
def invitation(token: str) -> Response:
    """Choose the first password."""
    return _choose(token, INVITATION)


def check_repeated(password: str, again: str) -> None:
    """Raises Rejection when the two fields differ."""
    if password != again:
        raise Rejection(
            "passwords_differ", N_("The two passwords are not the same."), field="again"
        )


def _send_reset(email: str) -> None:
    try:
        with transaction() as session:
            send_reset(session, email, now=now())
    except Exception:
        # The answer is gone already; nobody but the log can be told.
        log.exception("a link for a forgotten password could not be made")


def _choose(token: str, purpose: str) -> Response:
    try:
        if request.method == "GET":
            check_link(current_session(), token, purpose, now=now())
            return _page(purpose, 200, {})
        _redeem(token, purpose)
    except Gone as gone:
        return _page(purpose, gone.status, sentences_by_field(gone), gone=True)
    except Rejection as refused:
        return _page(purpose, refused.status, sentences_by_field(refused))
    return _guarded(redirect(url_for("desk.sign_in", done="password"), code=303))


def _redeem(token: str, purpose: str) -> None:
    password = request.form.get("password", "")[:MAX_TYPED]
    with transaction() as session:
        check_repeated(password, request.form.get("again", "")[:MAX_TYPED])
        account = redeem_link(session, token, purpose, password, now=now())
        end_wait(session, settings().secrets.secret_key, account.email)


def _page(purpose: str, status: int, errors: Sentences, *, gone: bool = False) -> Response:
    page = render_template(
        "desk/choose_password.html", purpose=purpose, errors=errors, gone=gone, least=MIN_PASSWORD
    )
    return _guarded(Response(page, status, content_type="text/html; charset=utf-8"))


def _guarded(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
