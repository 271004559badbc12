"""What everybody reads of suggestions: the list, a page, what came of them."""

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core.db import current_session
from app.core.errors import NotFound
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import LOOK_UP, PAGES, limiter, read_limit
from app.core.words.text import clean_line
from app.residents.mine import current
from app.residents.routes.root import blueprint
from app.residents.suggesting.choices import choices
from app.residents.suggesting.pages import list_page, rows_of, suggestion_page
from app.suggestions.queries import Wanted, by_code, followed_up, parse_cursor
from app.suggestions.schemas import parse_before
from app.suggestions.service.reasoning import SIDES
from app.tickets.queries import by_reference
from app.tickets.tables import SUGGESTION

MAX_CODE = 64
MOST = 100


@blueprint.get("/suggestions")
@public
@read_limit("pages", PAGES)
def suggestion_list() -> str:
    """Show one page of the suggestions, the most supported first."""
    session = current_session()
    wanted = Wanted(
        **{name: clean_line(request.args.get(name, ""))[:MAX_CODE]
           for name in ("state", "category", "area", "agency")}
    )  # fmt: skip
    after = parse_cursor(request.args.get("after", ""))
    page = list_page(session, wanted, after, now=now())
    return render_template(
        "suggestions/list.html", page=page, wanted=wanted, choices=choices(session)
    )


@blueprint.get("/suggestions/done")
@public
@read_limit("pages", PAGES)
def suggestions_done() -> str:
    """Show what was accepted, and what came of it."""
    session = current_session()
    return render_template(
        "suggestions/done.html", rows=rows_of(session, followed_up(session, MOST), now())
    )


@blueprint.get("/suggestions/<reference>")
@public
@limiter.limit(LOOK_UP)
def suggestion(reference: str) -> str | Response:
    """Show what is public of a suggestion; the code of a report leads to its own page."""
    session = current_session()
    try:
        found = by_code(session, reference)
    except NotFound:
        ticket = by_reference(session, reference)
        assert ticket.kind != SUGGESTION
        return redirect(url_for("public_map.ticket", reference=ticket.reference), 302)
    return shown(session, found[0].reference, {})


def shown(session: Session, reference: str, errors: dict[str, list[str]]) -> str:
    """Return the page, with what is wrong about the address that was typed."""
    found = by_code(session, reference)
    before = {side: parse_before(request.args.get(side, "")) for side in SIDES}
    page = suggestion_page(session, found, current(session, request), before, now=now())
    return render_template(
        "suggestions/suggestion.html", page=page, errors=errors, body=request.form,
        done=request.args.get("done", ""),
    )  # fmt: skip
