"""The coordinator's list of tickets that nobody is responsible for yet."""

from flask import render_template, request

from app.core.db import current_session
from app.core.time import now
from app.core.web.access import staff
from app.desk.routes.root import blueprint
from app.desk.routes.ticket import notice
from app.desk.schemas import parse_cursor
from app.desk.worklists import triage_page


@blueprint.get("/triage")
@staff("coordinator")
def triage() -> str:
    """Show what waits, oldest first."""
    after = parse_cursor(request.args.get("after", ""))
    page = triage_page(current_session(), after, now=now())
    return render_template("desk/triage.html", page=page, notice=notice())
