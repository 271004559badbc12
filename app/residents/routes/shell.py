"""What a phone keeps for the time without a network, and what makes the site an app.

1. Kept is the shell alone: the report page, the page of what waits, and the files they name.
   Nothing of anybody's is in it: the worker asks for these pages without cookies.
2. The worker's text changes when any of this changes; browsers ask for it at every visit.
"""

from flask import Response, json, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.catalog.queries import profile
from app.core.db import current_session
from app.core.web.access import public
from app.core.web.templating import STATIC, asset
from app.core.words.i18n import N_, language, pick, translate
from app.residents.routes.root import blueprint
from app.residents.shell import COLOUR, GROUND, ICONS, shell

REPORT, WAITING = N_("Report a problem"), N_("Waiting to be sent")


@blueprint.get("/offline")
@public
def offline() -> str:
    """Show what waits to be sent. Stands in for any page that cannot be had."""
    return render_template("residents/offline.html")


@blueprint.get("/sw.js")
@public
def service_worker() -> BaseResponse:
    """Return the worker, which must come from the root to serve the whole site."""
    kept = json.dumps(shell(current_session()))
    response = Response(f"const SHELL = {kept};\n{(STATIC / 'worker.js').read_text('utf-8')}")
    response.content_type = "text/javascript; charset=utf-8"
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/manifest.webmanifest")
@public
def manifest() -> BaseResponse:
    """Return how the site looks as an app. `?lang=`: browsers ask for it without cookies."""
    city = profile(current_session())
    name = pick(city.names)
    document = {
        "id": "/",
        "name": name,
        "short_name": city.sms_name,
        "description": pick(city.taglines),
        "lang": language(),
        "start_url": url_for("residents.home"),
        "scope": "/",
        "display": "standalone",
        "theme_color": COLOUR,
        "background_color": GROUND,
        "icons": [{**icon, "src": asset(icon["src"])} for icon in ICONS],
        "shortcuts": [
            {"name": translate(REPORT), "url": url_for("residents.report")},
            {"name": translate(WAITING), "url": url_for("residents.offline")},
        ],
    }
    response = Response(json.dumps(document), content_type="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)
