"""The lists that officers work off.

1. A whole code in the search box leads to its ticket.
2. Who has no agency of their own is led to the list that is theirs.
3. `news` is asked every few seconds: it says what the first page would show now, and costs one
   statement; who has it already is told only that nothing changed.
"""

from flask import Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.core.db import current_session
from app.core.errors import NotFound
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.core.web.forms import Sentences
from app.desk.lists import inbox_page, news_of
from app.desk.routes.root import blueprint
from app.desk.routes.ticket import notice
from app.desk.schemas import ListView, parse_view
from app.tickets.policy import may_see
from app.tickets.queries import by_reference

LEAST_OF_REFERENCE = 8  # letters: no shorter text is a whole code


@blueprint.get("")
@staff()
def inbox() -> str | BaseResponse:
    """Show one list."""
    view = parse_view(request.args)
    if {role for role, _agency in current_actor().roles} == {"screener"}:
        return redirect(url_for("desk.check"), 302)
    found = _looked_up(view)
    if found is not None:
        return redirect(url_for("desk.show_ticket", reference=found), 302)
    return list_page(view)


def list_page(view: ListView, wrong: Sentences | None = None, typed: str = "") -> str:
    """Return a list as a page. wrong, typed: a name for its filter that was refused."""
    page = inbox_page(current_session(), current_actor(), view, now())
    return render_template(
        "desk/inbox.html", page=page, notice=notice(), wrong=wrong or {}, typed=typed
    )


@blueprint.get("/news")
@staff()
def news() -> Response:
    """Say which tickets the first page of a list would show now."""
    found = news_of(current_session(), current_actor(), parse_view(request.args), now())
    answer = jsonify(found)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _looked_up(view: ListView) -> str | None:
    """Return the code of the ticket that was typed as a whole, if it may be seen."""
    if len(view.sought) < LEAST_OF_REFERENCE:
        return None
    session = current_session()
    try:
        ticket = by_reference(session, view.sought)
    except NotFound:
        return None
    return ticket.reference if may_see(session, ticket, current_actor()) else None
