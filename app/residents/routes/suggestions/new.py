"""A new suggestion: written, compared with what is there, sent.

1. What others have suggested already is shown once, before it is sent; nothing is lost by that.
2. The form has a key: sent twice, it is one suggestion.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.core.db import current_session, transaction
from app.core.errors import Rejection, Rejections
from app.core.time import now
from app.core.web.access import public
from app.core.web.devices import device_hash
from app.core.web.limits import LOOK_UP, SUBMIT, limiter
from app.core.words.i18n import language
from app.residents.forms import by_field, form_key, opened_now, signs
from app.residents.place import read_place
from app.residents.routes.root import blueprint
from app.residents.suggesting.choices import choices
from app.residents.suggesting.pages import Row, rows_of
from app.suggestions.alike import alike
from app.suggestions.schemas import SubmitSuggestion, parse_suggestion
from app.suggestions.service import submit

SEEN = "seen"


@blueprint.get("/suggestions/new")
@public
@limiter.limit(LOOK_UP)
def new_suggestion() -> str:
    """Show the form."""
    return _form({"key": str(uuid.uuid4())}, {})


@blueprint.post("/suggestions/new")
@public
@limiter.limit(SUBMIT)
def send_suggestion() -> Response | tuple[str, int] | str:
    """Take the suggestion in, or show first what is like it."""
    body = dict(request.form)
    try:
        command = _parsed(body)
        others = [] if body.get(SEEN) else _others(command)
        if others:
            return _form(body, {}, others)
        with transaction() as session:
            done = submit(session, command, now=now())
    except (Rejection, Rejections) as error:
        body["key"] = str(form_key(body, error))
        return _form(body, by_field(error)), error.status
    return redirect(
        url_for("residents.follow", reference=done.ticket.reference, signature=done.signature,
                done="suggested"), 303,
    )  # fmt: skip


def _parsed(body: Mapping[str, Any]) -> SubmitSuggestion:
    """Read the form; a position that is typed or pasted beats the area. Raises Rejections."""
    place = read_place(current_session(), body)
    placed = {**body, **place.fields}
    try:
        command = parse_suggestion(
            placed, key=body.get("key"), lang=language(), device=device_hash()
        )
    except Rejections as wrong:
        raise Rejections([*wrong.items, *place.problems]) from None
    if place.problems:
        raise Rejections(place.problems)
    return replace(command, report=replace(command.report, signals=signs(body)))


def _others(command: SubmitSuggestion) -> list[Row]:
    session = current_session()
    return rows_of(session, alike(session, command.title), now())


def _form(
    body: Mapping[str, str], errors: dict[str, list[str]], others: list[Row] | None = None
) -> str:
    return render_template(
        "suggestions/new.html", body=body, errors=errors, alike=others or [],
        choices=choices(current_session()), opened=body.get("opened") or opened_now(),
    )  # fmt: skip
