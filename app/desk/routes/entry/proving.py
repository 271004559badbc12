"""Showing again that it is really you: password and code, before what does much harm.

A session under a new number begins, as at a sign-in: how fresh a proof is follows from its age.
"""

from flask import g, redirect, render_template, request
from werkzeug.wrappers import Response

from app.accounts.models import Account
from app.accounts.second_step.queries import has_second_step
from app.core.db import transaction
from app.core.errors import Rejection
from app.core.web.access import staff
from app.core.web.forms import local_path, sentences_by_field
from app.core.web.limits import SIGN_IN, limiter
from app.desk.routes.entry.second_step import use_code
from app.desk.routes.entry.sign_in import (
    MAX_TYPED,
    count_attempt,
    home_of,
    recognised,
    refusal,
    start_session,
    with_cookie,
)
from app.desk.routes.root import blueprint


@blueprint.route("/prove", methods=["GET", "POST"])
@staff()
@limiter.limit(SIGN_IN, methods=["POST"])
def prove() -> Response | str:
    """Ask for password and code, or lead on to what was wanted."""
    wanted, account = local_path(request.values.get("next", "")), g.staff_session.account
    if request.method == "GET":
        return _page(wanted)
    try:
        token = _proved(account)
    except Rejection as refused:
        typed = "" if refused.field == "code" else request.form.get("code", "")[:MAX_TYPED]
        return refusal(refused, _page(wanted, errors=sentences_by_field(refused), typed=typed))
    return with_cookie(redirect(wanted or home_of(account), code=303), token)


def _proved(account: Account) -> str:
    """Return the token of the session that begins. Raises Rejection, TooMany."""
    count_attempt(account.email)
    with transaction() as session:
        recognised(session, account.email, request.form.get("password", "")[:MAX_TYPED])
    if has_second_step(account):
        use_code(account)
    with transaction() as session:
        return start_session(session, account)


def _page(wanted: str, **values: object) -> str:
    asked = has_second_step(g.staff_session.account)
    return render_template("desk/prove.html", next=wanted, asks_code=asked, **values)
