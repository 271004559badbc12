"""The duty roster: who is called to urgent claims, and in which order."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.agencies.service import add_shift, drop_shift
from app.core.db import current_session, transaction
from app.core.errors import NotFound, Rejection
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.core.web.forms import Sentences, sentences_by_field
from app.desk.roster import kept_by, parse_shift, roster_page
from app.desk.routes.root import blueprint
from app.desk.routes.ticket import notice


@blueprint.get("/duty")
@staff("manager", "coordinator")
def duty() -> str:
    """Show the roster."""
    return _page({})


@blueprint.post("/duty")
@staff("manager", "coordinator")
def put_on_duty() -> Response | tuple[str, int]:
    """Add a shift."""
    actor, moment = current_actor(), now()
    try:
        with transaction() as session:
            shift = parse_shift(session, request.form, kept_by(actor), moment)
            add_shift(session, shift, now=moment)
    except Rejection as refused:
        status = 422 if isinstance(refused, NotFound) else refused.status
        return _page(sentences_by_field(refused)), status
    return redirect(url_for("desk.duty", done="duty"), 303)


@blueprint.post("/duty/<int:shift>/drop")
@staff("manager", "coordinator")
def take_off_duty(shift: int) -> Response:
    """Remove a shift."""
    with transaction() as session:
        drop_shift(session, shift, kept_by(current_actor()))
    return redirect(url_for("desk.duty", done="duty"), 303)


def _page(wrong: Sentences) -> str:
    page = roster_page(current_session(), current_actor(), now())
    return render_template(
        "desk/duty.html", page=page, notice=notice(), wrong=wrong, typed=request.form
    )
