"""The map page."""

from urllib.parse import urlencode

from flask import render_template, request

from app.catalog.maps import reports_map
from app.core.db import current_session
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import PAGES, read_limit
from app.public_map.choices import choices, known_incidents
from app.public_map.routes.root import blueprint
from app.public_map.serializers import legend
from app.tickets.listed import parse_filters


@blueprint.get("/map")
@public
@read_limit("pages", PAGES)
def city_map() -> str:
    """Show the map of reports."""
    session = current_session()
    filters = parse_filters(request.args)
    return render_template(
        "public_map/map.html",
        map=reports_map(session, legend(), urlencode(filters.query())),
        filters=filters,
        choices=choices(session, filters.kind),
        notices=known_incidents(session, filters, now()),
    )
