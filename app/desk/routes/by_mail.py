"""What an agency without users does by mailed links (`tickets.mail_links`): look, then act."""

from uuid import NAMESPACE_URL, uuid5

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.db import current_session, transaction
from app.core.errors import Gone, NotFound, Rejection, Rejections
from app.core.time import now
from app.core.web.access import public
from app.core.web.forms import sentences_by_field
from app.core.web.limits import LOOK_UP, WRITE, limiter
from app.core.words.i18n import N_
from app.desk.acts.by_mail import by_mail_verb, mail_page
from app.desk.acts.commands import parse_command
from app.desk.acts.done import DONE
from app.desk.acts.forms import Refused
from app.desk.routes.root import blueprint
from app.tickets.facts import Verb
from app.tickets.mail_links import check_seal, opened
from app.tickets.service import perform

MAX_KEPT = 10_000


@blueprint.get("/by-mail/<mail_code>")
@public
@limiter.limit(LOOK_UP)
def by_mail(mail_code: str) -> str:
    """Show the report and the forms. Nothing changes."""
    ticket, actor = opened(current_session(), mail_code, now())
    page = mail_page(current_session(), ticket, actor, now=now())
    done = DONE.get(request.args.get("done", ""), "")
    return render_template("desk/by_mail.html", page=page, code=mail_code, notice=done)


@blueprint.post("/by-mail/<mail_code>/<mail_verb>")
@public
@limiter.limit(WRITE)
def act_by_mail(mail_code: str, mail_verb: str) -> Response | tuple[str, int]:
    """Carry out a verb: 303 on success, the page again with what is wrong otherwise."""
    verb = by_mail_verb(mail_verb)
    if verb is None:
        raise NotFound("unknown_act", N_("This act does not exist."))
    opened(current_session(), mail_code, now())
    try:
        _perform(mail_code, verb)
    except (Rejection, Rejections) as refused:
        return _again(mail_code, verb, refused)
    return redirect(_next_address(mail_code, verb), 303)


@blueprint.get("/by-mail/<mail_code>/<mail_verb>")
@public
def leave_act_by_mail(mail_code: str, mail_verb: str) -> Response:
    """Lead from the address of a refused form to the page."""
    verb = by_mail_verb(mail_verb)
    if verb is None:
        raise NotFound("unknown_act", N_("This act does not exist."))
    return redirect(url_for("desk.by_mail", mail_code=mail_code), 302)


@blueprint.get("/by-mail")
@public
def done_by_mail() -> str:
    """Thank for what was done; the report is not with the agency any more."""
    return render_template("desk/by_mail_done.html")


def _perform(code: str, verb: Verb) -> None:
    key = uuid5(NAMESPACE_URL, f"by-mail/{code}/{verb.value}")
    with transaction() as session:
        ticket, actor = opened(session, code, now())
        check_seal(ticket, verb, request.form.get("seal", ""))
        command = parse_command(
            session, ticket, verb, request.form, request.files, key=key, now=now()
        )
        perform(session, command, actor=actor, now=now())


def _next_address(code: str, verb: Verb) -> str:
    try:
        opened(current_session(), code, now())
    except Gone:
        return url_for("desk.done_by_mail")
    return url_for("desk.by_mail", mail_code=code, done=verb.value)


def _again(code: str, verb: Verb, error: Rejection | Rejections) -> tuple[str, int]:
    session = current_session()
    ticket, actor = opened(session, code, now())
    typed = {name: value[:MAX_KEPT] for name, value in request.form.items()}
    refused = Refused(verb=verb, typed=typed, sentences=sentences_by_field(error))
    page = mail_page(session, ticket, actor, now=now(), refused=refused)
    shown = render_template("desk/by_mail.html", page=page, code=code, notice="")
    return shown, error.status
