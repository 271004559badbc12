"""The lists that officers work off.

1. A code in the look-up leads to its ticket, or says that there is none to be seen.
2. Who has no agency of their own is led to the list that is theirs.
"""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.db import current_session
from app.core.errors import NotFound
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.desk.lists import inbox_page
from app.desk.routes.root import blueprint
from app.desk.routes.ticket import notice
from app.desk.schemas import ListView, parse_view
from app.tickets.policy import may_see
from app.tickets.queries import by_reference


@blueprint.get("")
@staff()
def inbox() -> str | Response:
    """Show one list."""
    view, actor = parse_view(request.args), current_actor()
    roles = {role for role, _agency in actor.roles}
    if roles == {"screener"}:
        return redirect(url_for("desk.check"), 302)
    found = _looked_up(view)
    if found is not None:
        return redirect(url_for("desk.show_ticket", reference=found), 302)
    page = inbox_page(current_session(), actor, view, now())
    return render_template("desk/inbox.html", page=page, roles=roles, notice=notice())


def _looked_up(view: ListView) -> str | None:
    """Return the code of the ticket that was looked for, if it may be seen."""
    if not view.reference:
        return None
    session = current_session()
    try:
        ticket = by_reference(session, view.reference)
    except NotFound:
        return None
    return ticket.reference if may_see(session, ticket, current_actor()) else None
