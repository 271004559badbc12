"""Signing in and out.

1. An attempt is counted before any hashing, in a transaction of its own: a failure stays counted.
2. `next` leads to a path of this site or nowhere.
3. The cookie is for this host only, not for scripts, and ends with the browser. A second one,
   which opens nothing, marks the browser as known to the account (`accounts.devices`).
4. Whoever has a second step gets no session here, only the way to it (`entry.second_step`).
"""

from flask import g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts import service
from app.accounts.devices import device_words, known_number, new_mark
from app.accounts.models import Account
from app.accounts.rules import KNOWN_FOR, SECOND_STEP_LIFE, cookie_name, mark_name, step_name
from app.accounts.second_step.queries import has_second_step
from app.agencies.queries import actor_of
from app.core.db import current_session, transaction
from app.core.errors import Rejection, TooMany
from app.core.installation import settings
from app.core.time import now
from app.core.web.access import newcomer, public
from app.core.web.forms import local_path, sentences_by_field
from app.core.web.limits import SIGN_IN, client_network, limiter
from app.core.words.text import clean_line
from app.desk.routes.root import blueprint

HOME = "/desk"
ADMINISTRATION = "/admin"
MAX_TYPED = 1_000


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit(SIGN_IN, methods=["POST"])
def sign_in() -> Response | str:
    """Show the form, or open a session."""
    if request.method == "GET":
        if g.get("staff_session"):
            return redirect(local_path(request.args.get("next", "")) or HOME)
        return _form()
    email = clean_line(request.form.get("email", ""))[:MAX_TYPED]
    wanted = local_path(request.form.get("next", ""))
    try:
        account, token = _opened(email, request.form.get("password", "")[:MAX_TYPED])
    except Rejection as refused:
        return refusal(refused, _form(errors=sentences_by_field(refused), email=email))
    if has_second_step(account):
        return _to_second_step(token, wanted)
    return welcomed(account, token, wanted)


@blueprint.post("/sign-out")
@newcomer
def sign_out() -> Response:
    """End this session."""
    with transaction() as session:
        service.sign_out(session, g.staff_session, now=now())
    response = redirect(url_for("desk.sign_in", done="signed-out"), code=303)
    # A browser takes a __Host- cookie back only by a cookie that is as strict.
    secure = settings().web.secure_cookies
    response.delete_cookie(
        cookie_name(secure=secure), path="/", secure=secure, httponly=True, samesite="Lax"
    )
    return response


def count_attempt(email: str, counted: str = "") -> None:
    """Count a sign-in as failed, and for good. Raises TooMany while somebody has to wait.

    counted: what the attempt counts for, if not for the browser, or the account and the address.
    """
    secret, address, at = settings().secrets.secret_key, client_network(), now()
    browser = counted or browser_of(email)
    with transaction() as session:
        service.check_wait(session, secret, email, address, now=at, browser=browser)
        service.note_failure(session, secret, email, address, now=at, browser=browser)


def succeeded(session: Session, email: str, counted: str = "") -> None:
    """Take back the attempt that `count_attempt` counted."""
    secret, browser = settings().secrets.secret_key, counted or browser_of(email)
    service.forget_failures(session, secret, email, client_network(), now=now(), browser=browser)


def recognised(session: Session, email: str, password: str) -> Account:
    """Return who this is, and take the counted attempt back. Raises Rejection."""
    account = service.recognise(session, email, password)
    succeeded(session, email)
    return account


def start_session(session: Session, account: Account) -> str:
    """Return the token of a session of this browser; the one it had before ends."""
    former = g.get("staff_session")
    if former is not None:
        service.sign_out(session, former, now=now())
    device = device_words(request.headers.get("User-Agent", ""))
    return service.start_session(session, account, device=device, now=now())


def with_cookie(response: Response, token: str) -> Response:
    """Give the browser its session."""
    secure = settings().web.secure_cookies
    response.set_cookie(
        cookie_name(secure=secure), token, path="/", secure=secure, httponly=True, samesite="Lax"
    )
    return response


def browser_of(email: str) -> str:
    """Return the number of this browser if the account signed in here before."""
    mark = request.cookies.get(mark_name(secure=settings().web.secure_cookies), "")
    return known_number(settings().secrets.secret_key, email, mark)


def welcomed(account: Account, token: str, wanted: str) -> Response:
    """Let somebody in whose session has begun."""
    return _with_mark(with_cookie(redirect(wanted or home_of(account), code=303), token), account)


def _to_second_step(token: str, wanted: str) -> Response:
    response = redirect(url_for("desk.sign_in_code", next=wanted or None), code=303)
    secure = settings().web.secure_cookies
    response.set_cookie(
        step_name(secure=secure),
        token,
        max_age=SECOND_STEP_LIFE,
        path="/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _with_mark(response: Response, account: Account) -> Response:
    secure = settings().web.secure_cookies
    response.set_cookie(
        mark_name(secure=secure),
        new_mark(settings().secrets.secret_key, account.email),
        max_age=KNOWN_FOR,
        path="/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _opened(email: str, password: str) -> tuple[Account, str]:
    """Return who this is with the token of a session, or of the way to the second step."""
    count_attempt(email)
    with transaction() as session:
        account = recognised(session, email, password)
        if has_second_step(account):
            return account, service.issue_link(session, account, service.SECOND_STEP, now=now())
        return account, start_session(session, account)


def home_of(account: Account) -> str:
    """Return where somebody starts: an administrator without another role has no inbox."""
    roles = {role for role, _agency in actor_of(current_session(), account, now()).roles}
    return ADMINISTRATION if roles == {"administrator"} else HOME


def _form(**values: object) -> str:
    wanted = local_path(request.values.get("next", ""))
    done = request.args.get("done", "")
    return render_template("desk/sign_in.html", next=wanted, done=done, **values)


def refusal(refused: Rejection, page: str) -> Response:
    """Answer with a page that says what was wrong, and when to come again."""
    response = Response(page, refused.status, content_type="text/html; charset=utf-8")
    if isinstance(refused, TooMany):
        response.headers["Retry-After"] = str(refused.retry_after)
    return response
