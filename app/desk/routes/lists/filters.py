"""Filters that an agency keeps: named where they are used, dropped there too."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.agencies.filters import drop_filter, save_filter
from app.core.db import current_session, transaction
from app.core.errors import Rejection
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.core.web.forms import sentences_by_field
from app.desk.inbox.saved import KEEPERS, parse_name, query_of
from app.desk.queries import scope_of
from app.desk.routes.lists.inbox import list_page
from app.desk.routes.root import blueprint
from app.desk.schemas import parse_view

MAX_TYPED = 1_000


@blueprint.post("/filters")
@staff(*KEEPERS)
def keep_filter() -> Response | tuple[str, int]:
    """Keep the view that the page showed, for everybody of the agency."""
    view, actor = parse_view(request.form), current_actor()
    try:
        with transaction() as session:
            own = min(scope_of(session, actor).own)
            name = parse_name(request.form.get("name", ""))
            save_filter(
                session, own, name, query_of(view), account_id=actor.account_id or 0, now=now()
            )
    except Rejection as refused:
        typed = request.form.get("name", "")[:MAX_TYPED]
        return list_page(view, sentences_by_field(refused), typed), refused.status
    return redirect(url_for("desk.inbox", **query_of(view), done="filter"), 303)


@blueprint.post("/filters/<int:number>/drop")
@staff(*KEEPERS)
def forget_filter(number: int) -> Response:
    """Drop one."""
    own = scope_of(current_session(), current_actor()).own
    with transaction() as session:
        drop_filter(session, number, own)
    return redirect(url_for("desk.inbox", done="filter_gone"), 303)
