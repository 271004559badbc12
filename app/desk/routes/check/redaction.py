"""Making parts of a photo unreadable."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.db import current_session, transaction
from app.core.errors import NotFound, Rejection, Rejections
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.core.web.forms import sentences_by_field
from app.desk.acts.commands import version_of
from app.desk.check.redacting import Redacting, parse_areas, redacting_page, typed_rows
from app.desk.page import visible_ticket
from app.desk.routes.root import blueprint
from app.reports.service.redaction import redact


@blueprint.get("/check/<reference>/photos/<uuid:photo>")
@staff("coordinator", "screener")
def redacting(reference: str, photo: UUID) -> str:
    """Show a photo to draw on."""
    return _page(redacting_page(current_session(), reference, photo, current_actor(), now()))


@blueprint.post("/check/<reference>/photos/<uuid:photo>")
@staff("coordinator", "screener")
def redact_photo(reference: str, photo: UUID) -> Response | tuple[str, int]:
    """Make the rectangles unreadable for good."""
    actor, moment, rows = current_actor(), now(), typed_rows(request.form)
    try:
        with transaction() as session:
            ticket, version = visible_ticket(session, reference, actor), version_of(request.form)
            areas = parse_areas(rows)
            redact(session, ticket, photo, areas, version=version, actor=actor, now=moment)
    except NotFound:
        raise
    except (Rejection, Rejections) as refused:
        wrong = sentences_by_field(refused)
        page = redacting_page(
            current_session(), reference, photo, actor, moment, rows=rows, wrong=wrong
        )
        return _page(page), refused.status
    return redirect(url_for("desk.check_one", reference=ticket.reference, done="redact"), 303)


def _page(page: Redacting) -> str:
    return render_template("desk/redact.html", page=page)
