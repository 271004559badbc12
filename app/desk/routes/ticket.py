"""One ticket: its page, and the photos on it."""

from uuid import UUID

from flask import Response, render_template, request

from app.core.db import current_session
from app.core.errors import NotFound
from app.core.installation import settings
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.desk.acts.done import DONE, DONE_IN_GENERAL
from app.desk.content import audience
from app.desk.page import AS_RESIDENTS, EVERYTHING, ticket_page, visible_ticket
from app.desk.routes.root import blueprint
from app.media.documents.service import NO_DOCUMENT
from app.media.documents.service import path as document_path
from app.media.queries import path
from app.media.serving import PRIVATE_CACHE, document, private_photo
from app.media.serving import check as check_address
from app.suggestions.schemas import parse_before
from app.tickets.queries import replies_of


def notice() -> str:
    """Return the msgid of what was just done, or nothing."""
    done = request.args.get("done", "")
    return DONE.get(done, DONE_IN_GENERAL) if done else ""


@blueprint.get("/tickets/<reference>")
@staff()
def show_ticket(reference: str) -> str:
    """Show the ticket with the acts that are possible now."""
    shown = AS_RESIDENTS if request.args.get("history") == AS_RESIDENTS else EVERYTHING
    page = ticket_page(
        current_session(), reference, current_actor(), now=now(), history=shown,
        reasons=parse_before(request.args.get("reasons", "")),
    )  # fmt: skip
    return render_template("desk/ticket.html", page=page, notice=notice())


@blueprint.get("/tickets/<reference>/reply-<int:number>.pdf")
@staff()
def official_reply(reference: str, number: int) -> Response:
    """Answer with any version of the official reply of a ticket that the reader may see."""
    session = current_session()
    ticket = visible_ticket(session, reference, current_actor())
    for reply in replies_of(session, ticket.id):
        if reply.version == number:
            name = f"{ticket.reference}-{number}.pdf"
            return document(document_path(reply.document_id), name, PRIVATE_CACHE)
    raise NotFound("unknown_document", NO_DOCUMENT)


@blueprint.get("/photos/<uuid:photo>-<variant>.jpg")
@staff()
def photo(photo: UUID, variant: str) -> Response:
    """Answer with a copy, for the account that the address was signed for."""
    check_address(
        request.path,
        until=request.args.get("until", ""),
        sig=request.args.get("sig", ""),
        key=settings().secrets.secret_key,
        now=now(),
        audience=audience(current_actor()),
    )
    return private_photo(path(settings().media.folder, photo, variant))
