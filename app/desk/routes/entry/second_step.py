"""The second step: the page that asks for its code at sign-in, and the page where it is set up.

1. Between password and code a browser holds a one-time token in a cookie of its own. It opens
   nothing; the session begins after the code, under a new number.
2. Wrong codes are counted for the account by themselves (a known browser apart): whoever knows the
   password guesses no faster by typing that password again.
3. What a person can lose by one act — an app that is replaced, codes, the step itself — asks for a
   code. Setting it up ends every other session and gives this one a new number.
"""

from collections.abc import Callable, Mapping

from flask import g, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts import service
from app.accounts.models import Account
from app.accounts.queries import find_session
from app.accounts.rules import step_name
from app.accounts.second_step import codes
from app.accounts.second_step import service as second
from app.accounts.second_step.queries import (
    has_second_step,
    is_required,
    paper_codes_left,
    pending_secret,
)
from app.agencies.queries import actor_of
from app.catalog.queries import profile
from app.core.db import current_session, transaction
from app.core.errors import Conflict, Gone, Rejection
from app.core.installation import settings
from app.core.time import now
from app.core.web.access import newcomer, public
from app.core.web.forms import local_path, sentences_by_field
from app.core.web.limits import SIGN_IN, limiter
from app.core.words.i18n import N_, pick
from app.desk.routes.entry.sign_in import (
    MAX_TYPED,
    browser_of,
    count_attempt,
    home_of,
    refusal,
    start_session,
    succeeded,
    welcomed,
    with_cookie,
)
from app.desk.routes.root import blueprint

CHANGES: Mapping[str, Callable[[Session, Account], None]] = {
    "begin": second.begin,
    "keep": second.keep,
    "remove": second.remove,
}


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
@limiter.limit(SIGN_IN, methods=["POST"])
def sign_in_code() -> Response | str:
    """Ask for the code, or open a session."""
    wanted = local_path(request.values.get("next", ""))
    token = request.cookies.get(step_name(secure=settings().web.secure_cookies), "")
    try:
        account = service.check_link(current_session(), token, service.SECOND_STEP, now=now())
        if request.method == "GET":
            return _code_page(wanted)
        opened = _opened(account, token)
    except Gone:
        return redirect(url_for("desk.sign_in", next=wanted or None, done="late"), code=303)
    except Rejection as refused:
        return refusal(refused, _code_page(wanted, errors=sentences_by_field(refused)))
    return _without_step(welcomed(account, opened, wanted))


@blueprint.route("/account/second-step", methods=["GET", "POST"])
@newcomer
@limiter.limit(SIGN_IN, methods=["POST"])
def second_step() -> Response | str:
    """Set the second step up, replace it, make new codes, remove it."""
    if request.method == "GET":
        return _page()
    try:
        return _acted(g.staff_session.account, request.form.get("act", ""))
    except Rejection as refused:
        typed = "" if refused.field == "code" else request.form.get("code", "")[:MAX_TYPED]
        return refusal(refused, _page(errors=sentences_by_field(refused), typed=typed))


def _code_page(wanted: str, **values: object) -> str:
    return render_template("desk/sign_in_code.html", next=wanted, **values)


def _opened(account: Account, token: str) -> str:
    """Return the token of the session that a right code opens."""
    use_code(account)
    with transaction() as session:
        service.use_link(session, token, now=now())
        return start_session(session, account)


def use_code(account: Account) -> None:
    """Use up the code that was typed. Raises Rejection, TooMany."""
    counted = f"second step {account.id} {browser_of(account.email)}"
    count_attempt(account.email, counted)
    with transaction() as session:
        typed = request.form.get("code", "")[:MAX_TYPED]
        second.check_code(session, account, typed, now=now())
        succeeded(session, account.email, counted)


def _without_step(response: Response) -> Response:
    secure = settings().web.secure_cookies
    response.delete_cookie(
        step_name(secure=secure), path="/", secure=secure, httponly=True, samesite="Lax"
    )
    return response


def _acted(account: Account, act: str) -> Response | str:
    if act == "confirm":
        return _confirmed(account)
    if act == "codes":
        _check_change(account)
        with transaction() as session:
            return _codes_page(second.renew_paper_codes(session, account), "renewed")
    if act not in CHANGES:
        raise Rejection("unknown_act", N_("Please choose what to do."))
    if act == "remove" and _required():
        raise Conflict("second_step_required", N_("Your role needs the second step."))
    if act == "remove" or (act == "begin" and has_second_step(account)):
        _check_change(account)
    with transaction() as session:
        CHANGES[act](session, account)
    return redirect(url_for("desk.second_step", done=act), code=303)


def _check_change(account: Account) -> None:
    if not has_second_step(account):
        raise Conflict("no_second_step", N_("The second step is not set up."))
    use_code(account)


def _confirmed(account: Account) -> Response:
    with transaction() as session:
        typed = request.form.get("code", "")[:MAX_TYPED]
        written = second.confirm(session, account, typed, now=now())
        service.end_other_sessions(session, g.staff_session, now=now())
        token = start_session(session, account)
    g.actor = actor_of(current_session(), account, now())
    g.staff_session = find_session(current_session(), token, now())
    page = Response(_codes_page(written, "set_up"), content_type="text/html; charset=utf-8")
    return with_cookie(page, token)


def _codes_page(written: list[str], done: str) -> str:
    home = home_of(g.staff_session.account)
    return render_template("desk/second_step_codes.html", codes=written, done=done, home=home)


def _required() -> bool:
    account = g.staff_session.account
    roles = actor_of(current_session(), account, now()).roles
    return is_required(role for role, _agency in roles)


def _page(**values: object) -> str:
    account: Account = g.staff_session.account
    secret = pending_secret(account)
    issuer = pick(profile(current_session()).names)
    address = secret and codes.address_of(secret, email=account.email, issuer=issuer)
    return render_template(
        "desk/second_step.html",
        account=account,
        holds=has_second_step(account),
        required=_required(),
        left=paper_codes_left(current_session(), account),
        secret=secret,
        address=address,
        picture=Markup(codes.picture_of(address)) if address else "",  # noqa: S704 - our own
        done=request.args.get("done", ""),
        **values,
    )
