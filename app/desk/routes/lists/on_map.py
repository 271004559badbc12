"""The map twin of the inbox, and the tiles that it asks for."""

from dataclasses import replace
from urllib.parse import urlencode

from flask import Response, abort, jsonify, render_template, request

from app.catalog.maps import desk_map
from app.core.db import current_session
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.core.words.i18n import translate
from app.desk.inbox.on_map import tile_document
from app.desk.inbox.saved import query_of
from app.desk.lists import LABELS
from app.desk.routes.root import blueprint
from app.desk.schemas import ListView, parse_view
from app.tickets.words import MAP_LABELS
from geo.morton import is_tile


@blueprint.get("/map")
@staff()
def inbox_map() -> str:
    """Show a list on a map."""
    view = _view()
    words = {word: translate(label) for word, label in MAP_LABELS.items()}
    query = query_of(view)
    return render_template(
        "desk/map.html",
        map=desk_map(current_session(), words, urlencode(query)),
        query=query,
        shown=translate(LABELS[view.tab]),
        tabs=[(name, translate(label), {**query, "tab": name}) for name, label in LABELS.items()],
        tab=view.tab,
    )


@blueprint.get("/map/tiles/<int:z>/<int:x>/<int:y>.json")
@staff()
def desk_tile(z: int, x: int, y: int) -> Response:
    """Return counts of one tile of a list."""
    if not is_tile(z, x, y):
        abort(404)
    found = tile_document(current_session(), current_actor(), _view(), (z, x, y), now=now())
    answer = jsonify(found)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _view() -> ListView:
    """Return the list that was asked for; a search has no map."""
    return replace(parse_view(request.args), sought="", after=None)
