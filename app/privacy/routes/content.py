"""On a ticket's public page: this shows me; this does not belong here."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.core.db import current_session, transaction
from app.core.errors import Rejection, Rejections
from app.core.time import now
from app.core.web.access import public
from app.core.web.devices import network_hash
from app.core.web.forms import sentences_by_field
from app.core.web.limits import LOOK_UP, WRITE, limiter
from app.core.words.i18n import N_, language, translate
from app.core.words.text import clean_line
from app.privacy.public_parts import parts
from app.privacy.routes.requests import sender, to_request
from app.privacy.routes.root import blueprint
from app.rights.schemas import Sender, parse_reason
from app.rights.service import flag as flag_content
from app.rights.service import object_to
from app.rights.service.flags import REASONS
from app.rights.service.shown import has_hidden_much
from app.tickets.queries import by_reference

PAGE = "/tickets/<reference>"


@blueprint.get(PAGE + "/shows-me")
@public
@limiter.limit(LOOK_UP)
def shows_me(reference: str) -> str:
    """Ask what it is that shows somebody."""
    return _choose(reference, {"what": clean_line(request.args.get("what", ""))}, {})


@blueprint.post(PAGE + "/shows-me")
@public
@limiter.limit(WRITE)
def hide_what_shows_me(reference: str) -> Response | tuple[str, int]:
    """Hide it, and let a person decide."""
    try:
        with transaction() as session:
            ticket = by_reference(session, reference)
            asker = sender()
            row = object_to(session, ticket, *_said(), asker, lang=language(), now=now())
            own = row.device_hash == asker.device
    except (Rejection, Rejections) as error:
        return _choose(reference, request.form, sentences_by_field(error)), error.status
    # The link of a request is for who made it: the answer is written to that person.
    if own:
        return to_request(row)
    state = "hidden" if row.hidden else "waiting"
    return redirect(url_for("privacy.shows_me", reference=ticket.reference, done=state), 303)


def _said() -> tuple[str, str]:
    problems: list[Rejection] = []
    what = clean_line(request.form.get("what", ""))
    text = parse_reason(request.form, "text", problems)
    if not what:
        problems.append(Rejection("missing", N_("Please choose what shows you."), field="what"))
    if problems:
        raise Rejections(problems)
    return what, text


def _choose(reference: str, body: Mapping[str, Any], errors: Mapping[str, list[str]]) -> str:
    session = current_session()
    ticket = by_reference(session, reference)
    return render_template(
        "privacy/shows_me.html",
        reference=ticket.reference,
        parts=parts(session, ticket, str(body.get("what", ""))),
        body=body,
        errors=errors,
        done=request.args.get("done", ""),
        waits=has_hidden_much(session, Sender(device=b"", network=network_hash()), now=now()),
    )


@blueprint.get(PAGE + "/flag")
@public
@limiter.limit(LOOK_UP)
def flag(reference: str) -> str:
    """Ask why it does not belong there."""
    return _why(reference, {})


@blueprint.post(PAGE + "/flag")
@public
@limiter.limit(WRITE)
def create_flag(reference: str) -> Response | tuple[str, int]:
    """Ask the content check for another look."""
    try:
        with transaction() as session:
            ticket = by_reference(session, reference)
            reason = clean_line(request.form.get("reason", ""))
            soon = flag_content(session, ticket, reason, sender(), now=now())
    except Rejection as error:
        if error.status == 404:
            raise
        return _why(reference, sentences_by_field(error)), error.status
    done = "soon" if soon else "kept"
    return redirect(url_for("privacy.flag", reference=reference, done=done), 303)


def _why(reference: str, errors: Mapping[str, list[str]]) -> str:
    ticket = by_reference(current_session(), reference)
    return render_template(
        "privacy/flag.html",
        reference=ticket.reference,
        reasons=[(code, translate(words)) for code, words in REASONS.items()],
        errors=errors,
        done=request.args.get("done", ""),
    )
