"""One's own account: language of messages, password, sessions.

Changing the password asks for the present one, counts wrong ones as sign-ins do, and ends every
other session.
"""

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import service
from app.accounts.queries import sessions_of
from app.accounts.rules import MIN_PASSWORD, check_password
from app.agencies.queries import watches
from app.catalog.queries import profile
from app.core.db import current_session, transaction
from app.core.errors import Rejection
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.core.web.forms import sentences_by_field
from app.core.web.limits import SIGN_IN, limiter
from app.core.words.i18n import N_
from app.desk.routes.entry.passwords import MAX_TYPED, check_repeated
from app.desk.routes.entry.sign_in import count_attempt, recognised, start_session, with_cookie
from app.desk.routes.root import blueprint


@blueprint.get("/account")
@staff()
def account() -> str:
    """Show one's account."""
    return _page()


@blueprint.post("/account/language")
@staff()
def choose_language() -> Response:
    """Choose the language of pages and messages."""
    lang = request.form.get("lang", "")
    if lang not in profile(current_session()).languages:
        raise Rejection("unknown_language", N_("This language is not offered."), field="lang")
    with transaction() as session:
        service.set_language(session, g.staff_session.account, lang)
    return redirect(url_for("desk.account", done="language", lang=lang), code=303)


@blueprint.route("/account/password", methods=["GET", "POST"])
@staff()
@limiter.limit(SIGN_IN, methods=["POST"])
def change_password() -> Response | tuple[str, int]:
    """Replace one's password; this browser stays signed in, all others do not."""
    if request.method == "GET":  # a refused form, read in the other language or reloaded
        return redirect(url_for("desk.account"))
    typed = {name: request.form.get(name, "")[:MAX_TYPED] for name in ("present", "password")}
    try:
        check_repeated(typed["password"], request.form.get("again", "")[:MAX_TYPED])
        return with_cookie(_back("password"), _replaced(typed["present"], typed["password"]))
    except Rejection as refused:
        return _page(errors=sentences_by_field(_about_present(refused))), refused.status


@blueprint.post("/account/sessions/end")
@staff()
def end_sessions() -> Response:
    """End one other session, or all others."""
    chosen = request.form.get("session", "")
    with transaction() as session:
        if not chosen:
            service.end_other_sessions(session, g.staff_session, now=now())
        elif chosen.isdecimal() and len(chosen) < 19:
            owner = g.staff_session.account.id
            service.end_session(session, owner, int(chosen), now=now())
    return _back("sessions")


def _about_present(refused: Rejection) -> Rejection:
    if refused.code != "wrong_sign_in":
        return refused
    return Rejection("wrong_present", N_("This is not your present password."), field="present")


def _replaced(present: str, password: str) -> str:
    """Return the token of the session that replaces all others."""
    owner = g.staff_session.account
    check_password(password, owner.email)
    count_attempt(owner.email)
    with transaction() as session:
        recognised(session, owner.email, present)
        service.set_password(session, owner, password, now=now())
        return start_session(session, owner)


def _page(**values: object) -> str:
    owner = g.staff_session.account
    return render_template(
        "desk/account.html",
        account=owner,
        sessions=sessions_of(current_session(), owner.id, now()),
        here=g.staff_session.id,
        least=MIN_PASSWORD,
        watches=watches(current_session(), current_actor()),
        done=request.args.get("done", ""),
        **values,
    )


def _back(done: str) -> Response:
    return redirect(url_for("desk.account", done=done), code=303)
