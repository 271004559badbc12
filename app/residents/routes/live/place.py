"""What the place step asks while somebody fills it in: names of places, and the outlook.

1. Public and read-only, a handful of statements each; nothing of the answer is about a person.
2. A browser may keep an answer for a minute, nobody else may: the address holds a position.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request
from sqlalchemy.orm import Session

from app.catalog.queries import place_names
from app.core.db import current_session
from app.core.errors import Rejections
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import LIVE, limiter
from app.core.words.text import clean_line
from app.residents.forms import body_of
from app.residents.outlook import outlook_words, question_of
from app.residents.place import meanings, read_place
from app.residents.routes.root import blueprint
from app.routing.outlook import Question

KEPT = "private, max-age=60"


@blueprint.get("/report/outlook")
@public
@limiter.limit(LIVE)
def outlook() -> Response:
    """Return where it is, who would get it and by when."""
    session = current_session()
    pin, question = _asked(session, body_of(request.args))
    found = outlook_words(session, question, now=now()).document()
    return _said({**found, "pin": pin})


def _asked(session: Session, body: Mapping[str, Any]) -> tuple[Mapping[str, str] | None, Question]:
    """Return the position, as it was understood, and the question. Raises Rejection, Rejections."""
    answer = read_place(session, body)
    if answer.problems:
        raise Rejections(answer.problems)
    question = question_of(session, {**body, **answer.fields})
    at = question.place
    return {"lat": f"{at.lat:.6f}", "lon": f"{at.lon:.6f}"} if at else None, question


@blueprint.get("/report/places")
@public
@limiter.limit(LIVE)
def places() -> Response:
    """Return what a name means: the unit if that is sure, else the meanings; and suggestions."""
    session = current_session()
    typed, names = clean_line(request.args.get("q", "")), place_names(session)
    found = names.find(typed)
    document = {
        "sure": found.sure,
        "meanings": [known.document() for known in meanings(session, found.meanings)],
        "suggestions": [k.document() for k in meanings(session, names.suggest(typed))],
    }
    return _said(document)


def _said(document: dict[str, Any]) -> Response:
    response = jsonify(document)
    response.headers["Cache-Control"] = KEPT
    return response
