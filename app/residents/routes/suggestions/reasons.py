"""A reason for or against, by somebody who has proved an address in this browser."""

from flask import request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.core.db import current_session, transaction
from app.core.errors import Rejection
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import WRITE, limiter
from app.core.words.text import clean_line
from app.residents.forms import by_field
from app.residents.mine import current
from app.residents.routes.root import blueprint
from app.residents.routes.suggestions.public import shown
from app.suggestions.queries import by_code
from app.suggestions.service import reasoning


@blueprint.post("/suggestions/<reference>/reasons")
@public
@limiter.limit(WRITE)
def give_reason(reference: str) -> Response | tuple[str, int]:
    """Take a reason; it is shown once somebody has read it."""
    side, typed = clean_line(request.form.get("side", ""))[:8], request.form.get("reason", "")
    try:
        with transaction() as session:
            ticket, _ = by_code(session, reference)
            found = current(session, request)
            keys = found.proven if found else ()
            reasoning.say(session, ticket, keys, side, typed, now=now())
    except Rejection as error:
        if error.status == 404:
            raise
        return shown(current_session(), reference, by_field(error)), error.status
    address = url_for("residents.suggestion", reference=ticket.reference, done="reason")
    return redirect(address, 303)
