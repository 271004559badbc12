"""What the form of a suggestion asks while somebody types its title: what is like it already."""

from flask import Response, jsonify, request

from app.core.db import current_session
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import LIVE, limiter
from app.core.words.text import clean_line
from app.residents.routes.live.place import KEPT
from app.residents.routes.root import blueprint
from app.residents.suggesting.pages import offers
from app.suggestions.alike import alike
from app.suggestions.schemas import MAX_TITLE


@blueprint.get("/suggestions/similar.json")
@public
@limiter.limit(LIVE)
def alike_suggestions() -> Response:
    """Return published suggestions, the likest first; none where there is none."""
    session = current_session()
    typed = clean_line(request.args.get("title", ""))[:MAX_TITLE]
    response = jsonify(offers(session, alike(session, typed), now()))
    response.headers["Cache-Control"] = KEPT
    return response
