"""One ticket: its page, and the photos on it."""

from uuid import UUID

from flask import Response, render_template, request

from app.core.db import current_session
from app.core.installation import settings
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.desk.acts.done import DONE, DONE_IN_GENERAL
from app.desk.content import audience
from app.desk.page import ticket_page
from app.desk.routes.root import blueprint
from app.media.queries import path
from app.media.serving import check as check_address
from app.media.serving import private_photo


def notice() -> str:
    """Return the msgid of what was just done, or nothing."""
    done = request.args.get("done", "")
    return DONE.get(done, DONE_IN_GENERAL) if done else ""


@blueprint.get("/tickets/<reference>")
@staff()
def show_ticket(reference: str) -> str:
    """Show the ticket with the acts that are possible now."""
    page = ticket_page(current_session(), reference, current_actor(), now=now())
    return render_template("desk/ticket.html", page=page, notice=notice())


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
