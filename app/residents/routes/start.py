"""Start page, look-up by reference, legal pages."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.catalog import queries as catalog
from app.core.db import current_session
from app.core.errors import NotFound
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import LOOK_UP, limiter
from app.core.words.i18n import language, translate
from app.residents.routes.root import blueprint
from app.residents.words.how import how_page
from app.tickets.queries import by_reference


@blueprint.get("/")
@public
def home() -> str:
    """Show the start page."""
    return render_template(
        "residents/home.html",
    )


@blueprint.get("/how-it-works")
@public
def how_it_works() -> str:
    """Say in plain words what happens to a report."""
    page = how_page(current_session(), now=now())
    return render_template("residents/how.html", page=page)


@blueprint.get("/lookup")
@public
@limiter.limit(LOOK_UP)
def lookup() -> Response | str | tuple[str, int]:
    """Lead to the ticket with a typed reference."""
    typed = request.args.get("reference", "").strip()
    if not typed:
        return render_template("residents/lookup.html", typed="", errors={})
    try:
        found = by_reference(current_session(), typed)
    except NotFound as error:
        errors = {"reference": [translate(error.message)]}
        return render_template("residents/lookup.html", typed=typed, errors=errors), 404
    return redirect(url_for("public_map.ticket", reference=found.reference))


@blueprint.get("/pages/<slug>")
@public
def page(slug: str) -> str:
    """Show a legal page of the city pack."""
    found = catalog.page(current_session(), slug, language())
    return render_template("residents/page.html", document=found.document, lang_of=found.lang)
