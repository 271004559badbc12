"""The desk's list of suggestions."""

from flask import render_template

from app.core.db import current_session
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.desk.routes.root import blueprint
from app.desk.routes.ticket import notice
from app.desk.suggesting.queue import queue


@blueprint.get("/suggestions")
@staff("officer", "manager", "coordinator", "screener")
def suggestions() -> str:
    """Show what is to be read and what is to be answered."""
    found = queue(current_session(), current_actor(), now())
    return render_template("desk/suggestions.html", queue=found, notice=notice())
