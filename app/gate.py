"""Before and after every request: language, person, origin, headers.

1. The language is `?lang=` (remembered in a cookie), the cookie, Accept-Language, the default.
2. A view without a declared access is refused: nothing is open by accident.
3. Staff who are not signed in are sent to the sign-in page (GET) or refused (anything else). A form
   that comes too late is shown again with what was typed, ready to be sent once they are back.
4. Whose role asks for a second step that is not set up has no role until it is, and is led there.
5. What does much harm in wrong hands is opened only shortly after password and code.
6. A session in use is prolonged, at most every few minutes: not every page writes.
"""

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.queries import SignedIn, find_session
from app.accounts.rules import SEEN_STEP, cookie_name, is_proved, may_be_sent
from app.accounts.second_step.queries import has_second_step, is_required
from app.accounts.service import note_seen
from app.agencies.queries import actor_of
from app.catalog.queries import profile
from app.core.db import current_session, transaction
from app.core.errors import Forbidden
from app.core.time import now
from app.core.web import protection as web
from app.core.web.access import ATTRIBUTE, Access
from app.core.web.ingress import REFUSED
from app.core.web.templating import STATIC
from app.core.words.i18n import N_, SOURCE_LANGUAGE, language, set_language, translate
from config import Settings

LANGUAGE_COOKIE = "lang"
PROVE_AGAIN = N_(
    "For this we must be sure that it is you. Please open the page again and confirm with your"
    " password."
)
NO_CITY_NEEDED = frozenset({"public_map.healthz", "public_map.readyz"})


def install(app: Flask, settings: Settings) -> None:
    """Register the hooks."""
    hosts = _image_hosts(settings)
    policy = web.content_security_policy(hosts)
    framed_policy = web.content_security_policy(hosts, "*")

    def before() -> BaseResponse | None:
        set_language(SOURCE_LANGUAGE)
        if request.endpoint == "static" and _is_there((request.view_args or {})["filename"]):
            return None  # a file has no language; the page that says there is none has one
        if request.endpoint not in NO_CITY_NEEDED:
            _choose_language()
        web.limit_form(request)
        if refused := request.environ.get(REFUSED):
            abort(refused)
        if request.endpoint in {None, "static"}:
            return None  # there is nothing to let anybody into
        return _let_in(settings)

    def after(response: Response) -> Response:
        chosen = g.get("chosen_language")
        if chosen:
            response.set_cookie(
                LANGUAGE_COOKIE,
                chosen,
                max_age=31_536_000,
                samesite="Lax",
                secure=settings.web.secure_cookies,
                httponly=True,
            )
        response.headers.setdefault("Content-Language", language())
        fits = framed_policy if request.environ.get(web.FRAMED) else policy
        return web.add_headers(response, policy=fits, secure=settings.web.secure_cookies)

    app.before_request(before)
    app.after_request(after)


def _image_hosts(settings: Settings) -> tuple[str, ...]:
    if settings.basemap.kind == "osm":
        return ("https://tile.openstreetmap.org",)
    if settings.basemap.kind == "url":
        parts = urlsplit(settings.basemap.url)
        return (f"{parts.scheme}://{parts.netloc}",)
    return ()


def _is_there(name: str) -> bool:
    path = safe_join(str(STATIC), name)
    try:
        return path is not None and Path(path).is_file()
    except OSError:  # a name that no file can have
        return False


def _choose_language() -> None:
    languages = profile(current_session()).languages
    asked = request.args.get("lang", "")
    if asked in languages:
        g.chosen_language = asked
        set_language(asked)
        return
    remembered = request.cookies.get(LANGUAGE_COOKIE, "")
    if remembered in languages:
        set_language(remembered)
        return
    set_language(request.accept_languages.best_match(languages) or languages[0])


def _let_in(settings: Settings) -> BaseResponse | None:
    view = current_app.view_functions[request.endpoint or ""]
    access: Access | None = getattr(view, ATTRIBUTE, None)
    if access is None:
        raise Forbidden("no_access_declared", N_("You may not open this page."))
    token = request.cookies.get(cookie_name(secure=settings.web.secure_cookies), "")
    signed_in = find_session(current_session(), token, now()) if token else None
    web.check_origin(request, has_session=signed_in is not None)
    if signed_in is not None:
        _welcome(signed_in)
    if access.open:
        return None
    if request.method not in web.SAFE_METHODS and (late := _late(signed_in, settings)):
        return _shown_again(late, access)
    if signed_in is None:
        return redirect(url_for("desk.sign_in", next=request.full_path.rstrip("?")))
    if g.owes_second_step and not access.early:
        if request.method in web.SAFE_METHODS:
            return redirect(url_for("desk.second_step"))
        raise Forbidden("second_step", N_("Please set up the second step of your sign-in first."))
    if access.roles and not access.roles & {role for role, _agency in g.actor.roles}:
        raise Forbidden("not_your_role", N_("You may not open this page."))
    return _ask_again(signed_in) if access.proved else None


def _late(signed_in: SignedIn | None, settings: Settings) -> Forbidden | None:
    """Return why a form may not be taken: it is of no session, or of another one."""
    if signed_in is None:
        return Forbidden("signed_out", N_("You are signed out. Please sign in again."))
    sent = request.form.get(web.CSRF_FIELD) or request.headers.get("X-CSRF-Token", "")
    try:
        web.check_csrf(settings.secrets.secret_key, signed_in.token_hash, sent)
    except Forbidden as stale:
        return stale
    return None


def _shown_again(late: Forbidden, access: Access) -> BaseResponse:
    """Show what was typed, on a page of ours (`check_origin`). Raises what a script reads.

    What proves who somebody is (`early` views, passwords) is not shown, and files cannot be.
    """
    typed = [pair for pair in request.form.items(multi=True) if pair[0] != web.CSRF_FIELD]
    wanted = request.accept_mimetypes.best_match(["text/html", "application/json"])
    secret = any("password" in name for name, _value in typed)
    if access.early or secret or not typed or wanted == "application/json":
        raise late
    page = render_template(
        "desk/late.html",
        sentence=translate(late.message),
        action=request.full_path.rstrip("?"),
        typed=typed,
        files=any(file.filename for file in request.files.values()),
    )
    return Response(page, late.status)


def _ask_again(signed_in: SignedIn) -> BaseResponse | None:
    """Lead to the proof, unless it was given a moment ago (`accounts.rules`)."""
    if request.method in web.SAFE_METHODS:
        if not is_proved(signed_in.created_at, now()):
            return redirect(url_for("desk.prove", next=request.full_path.rstrip("?")))
    elif not may_be_sent(signed_in.created_at, now()):
        raise Forbidden("prove_again", PROVE_AGAIN)
    return None


def _welcome(signed_in: SignedIn) -> None:
    actor, account = actor_of(current_session(), signed_in.account, now()), signed_in.account
    required = is_required(role for role, _agency in actor.roles)
    g.owes_second_step = required and not has_second_step(account)
    g.actor = replace(actor, roles=frozenset()) if g.owes_second_step else actor
    g.staff_session = signed_in
    if now() - signed_in.last_seen_at > SEEN_STEP:
        with transaction() as session:
            note_seen(session, signed_in, now=now())
