"""The check of words and photos before they become public: one ticket, then the next."""

from flask import render_template, request

from app.core.db import current_session
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.desk.routes.root import blueprint
from app.desk.routes.ticket import notice
from app.desk.schemas import parse_cursor
from app.desk.worklists import check_page, next_unchecked


@blueprint.get("/check")
@staff("coordinator", "screener")
def check() -> str:
    """Show the oldest that nobody has looked at, after those that were left for later."""
    session = current_session()
    after = parse_cursor(request.args.get("after", ""))
    ticket = next_unchecked(session, after, current_actor())
    page = check_page(session, ticket, current_actor(), now=now()) if ticket else None
    return render_template("desk/check.html", page=page, notice=notice(), after=after or "")
