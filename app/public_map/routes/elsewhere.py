"""What is used outside our pages: the feed, the map in a frame, a file of the map, a QR code.

1. The only page that other sites may put into a frame is the one made for it; it knows nobody and
   sends nothing.
2. The language is in the address: what is kept by others does not depend on who asked.
"""

import hashlib
from urllib.parse import urlencode

from flask import Response, abort, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.catalog.maps import reports_map
from app.catalog.queries import profile
from app.core.db import current_session
from app.core.installation import settings
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import PAGES, read_limit
from app.core.web.protection import allow_frames
from app.core.words.i18n import use_language
from app.public_map.elsewhere.feed import CONTENT_TYPE, atom
from app.public_map.elsewhere.qr import drawing
from app.public_map.elsewhere.snapshot import snapshot
from app.public_map.routes.root import blueprint
from app.public_map.serializers import legend
from app.tickets.listed import Filters, parse_filters
from app.tickets.queries import by_reference

FEED_SECONDS = 300
QR_SECONDS = 86_400


@blueprint.get("/feeds/<lang>/reports.atom")
@public
@read_limit("pages", PAGES)
def feed(lang: str) -> BaseResponse:
    """Return the newest reports that match the filters, for feed readers."""
    filters = parse_filters(request.args)
    with use_language(_known(lang)):
        body = atom(
            current_session(),
            filters,
            address=_outside(_with(filters, url_for("public_map.feed", lang=lang))),
            page_address=_outside(_with(filters, url_for("public_map.ticket_list"))),
            address_of=lambda code: _outside(url_for("public_map.ticket", reference=code)),
            now=now(),
        )
    response = Response(body, content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = f"public, max-age={FEED_SECONDS}"
    response.set_etag(hashlib.sha256(body).hexdigest()[:16])
    return response.make_conditional(request)


@blueprint.get("/embed/<lang>/map")
@public
@read_limit("pages", PAGES)
def embedded_map(lang: str) -> str:
    """Show the map alone, for frames in other sites."""
    filters = parse_filters(request.args)
    with use_language(_known(lang)):
        session = current_session()
        allow_frames(request)
        return render_template(
            "public_map/embed.html",
            map=reports_map(session, legend(), urlencode(filters.query())),
            filters=filters,
        )


@blueprint.get("/map/snapshot-<lang>.html")
@public
@read_limit("pages", PAGES)
def map_file(lang: str) -> Response:
    """Return today's map as one file that needs no network, to keep or to show."""
    with use_language(_known(lang)):
        file = snapshot(current_session(), parse_filters(request.args), now=now())
    response = Response(file.html, content_type="text/html; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


@blueprint.get("/tickets/<reference>/qr.svg")
@public
@read_limit("pages", PAGES)
def qr(reference: str) -> Response:
    """Return the address of a ticket's page as a QR code."""
    found = by_reference(current_session(), reference)
    address = _outside(url_for("public_map.ticket", reference=found.reference))
    response = Response(drawing(address), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = f"public, max-age={QR_SECONDS}"
    return response


def _known(lang: str) -> str:
    if lang not in profile(current_session()).languages:
        abort(404)
    return lang


def _with(filters: Filters, path: str) -> str:
    query = urlencode(filters.query())
    return f"{path}?{query}" if query else path


def _outside(path: str) -> str:
    return settings().web.base_url + path
