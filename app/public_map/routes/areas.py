"""The pages of wards and communes."""

from flask import render_template

from app.core.db import current_session
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import PAGES, read_limit
from app.public_map.area_pages import LATELY, all_areas, area_page
from app.public_map.routes.root import blueprint


@blueprint.get("/areas")
@public
@read_limit("pages", PAGES)
def area_list() -> str:
    """List all wards and communes with what is open there."""
    return render_template("public_map/areas.html", rows=all_areas(current_session(), now=now()))


@blueprint.get("/areas/<code>")
@public
@read_limit("pages", PAGES)
def area(code: str) -> str:
    """Show one ward or commune."""
    page = area_page(current_session(), code, now=now())
    return render_template("public_map/area.html", page=page, lately_days=LATELY.days)
