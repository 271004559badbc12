"""The list twin of the map, ticket pages and their photos."""

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.db import current_session
from app.core.installation import settings
from app.core.time import now
from app.core.web.access import public
from app.core.web.devices import known_device
from app.core.web.limits import LOOK_UP, PAGES, PHOTOS, limiter, read_limit
from app.media.documents.service import path as document_path
from app.media.queries import path
from app.media.serving import PUBLIC_CACHE, document, public_photo
from app.public_map import pages
from app.public_map.choices import choices, known_incidents
from app.public_map.routes.root import blueprint
from app.public_map.schemas import parse_cursor
from app.tickets.listed import parse_filters
from app.tickets.queries import by_reference
from app.tickets.tables import SUGGESTION


@blueprint.get("/tickets")
@public
@read_limit("pages", PAGES)
def ticket_list() -> str:
    """Show one page of the list."""
    session = current_session()
    filters = parse_filters(request.args)
    after = parse_cursor(request.args.get("after", ""))
    return render_template(
        "public_map/list.html",
        page=pages.list_page(session, filters, after, now=now()),
        filters=filters,
        choices=choices(session, filters.kind),
        notices=known_incidents(session, filters, now()),
    )


@blueprint.get("/tickets/<reference>")
@public
@limiter.limit(LOOK_UP)
def ticket(reference: str) -> str | Response:
    """Show what is public of a ticket."""
    session = current_session()
    found = by_reference(session, reference)
    if found.kind == SUGGESTION:
        return redirect(url_for("residents.suggestion", reference=found.reference), 302)
    page = pages.ticket_page(session, found, now=now(), device=known_device())
    return render_template("public_map/ticket.html", page=page, done=request.args.get("done", ""))


@blueprint.get("/tickets/<reference>/reply-<int:number>.pdf")
@public
@read_limit("photos", PHOTOS)
def official_reply(reference: str, number: int) -> Response:
    """Return the official reply, if this version of it is public."""
    session = current_session()
    found = by_reference(session, reference)
    file = document_path(pages.public_reply(session, found, number).document_id)
    response = document(file, f"{found.reference}-{number}.pdf", PUBLIC_CACHE)
    response.set_etag(file.stem)
    return response.make_conditional(request)


@blueprint.get("/photos/<reference>/<uuid:photo>-<variant>.jpg")
@public
@read_limit("photos", PHOTOS)
def photo(reference: str, photo: uuid.UUID, variant: str) -> Response:
    """Return a public copy of a photo."""
    session = current_session()
    pages.check_public_photo(session, by_reference(session, reference), photo)
    return public_photo(path(settings().media.folder, photo, variant))
