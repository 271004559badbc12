"""All public tickets, or those that match, or what changed: CSV and GeoJSON, sent as they are made.

1. `Link: rel="next"` says where to go on: what changes from the end of this answer.
2. What cannot be the same at another moment without a ticket having changed has an ETag.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote, urlencode

from flask import Response, json, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.catalog.queries import profile
from app.core.db import current_session
from app.core.installation import settings
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import PAGES, read_limit
from app.core.words.i18n import pick
from app.open_data import reference
from app.open_data.describing import SCHEMA, description
from app.open_data.routes.root import A_MOMENT, blueprint
from app.open_data.schemas import parse_since
from app.open_data.tickets import Asked, batches, newest, openness
from app.open_data.writing import as_csv, as_geojson
from app.tickets.listed import Filters, parse_filters

TYPES = {"csv": "text/csv; charset=utf-8; header=present", "geojson": "application/geo+json"}


@blueprint.get("/open-data/tickets.<any(csv,geojson):form>")
@public
@read_limit("files", 60)
def tickets(form: str) -> BaseResponse:
    """Return the tickets that match; `since`: those that changed."""
    asked = _asked()
    response = Response(_written(form, asked), content_type=TYPES[form])
    response.implicit_sequence_conversion = False  # or its length would be asked for
    response.headers["Content-Disposition"] = f'attachment; filename="tickets.{form}"'
    response.headers["Cache-Control"] = A_MOMENT
    response.headers["Link"] = ", ".join(_links(form, asked))
    if asked.filters.days:
        return response
    session = current_session()
    changed = newest(session, asked)
    named = f"{SCHEMA} {changed} {openness(session)} {request.query_string!r}"
    response.set_etag(hashlib.sha256(named.encode()).hexdigest()[:16], weak=True)
    response.last_modified = changed
    return response.make_conditional(request)


@blueprint.get("/open-data/tickets.csv-metadata.json")
@public
@read_limit("pages", PAGES)
def ticket_columns() -> Response:
    """Describe the columns of the CSV file."""
    session = current_session()
    changed = newest(session, Asked(filters=Filters(), since=None, now=now()))
    licence, languages = reference.licence(session), profile(session).languages
    body = json.dumps(description("tickets.csv", licence, changed, languages), ensure_ascii=False)
    response = Response(body, content_type="application/csvm+json; charset=utf-8")
    response.headers["Cache-Control"] = A_MOMENT
    return response


def _asked() -> Asked:
    since = parse_since(request.args.get("since", ""), profile(current_session()).zone)
    return Asked(filters=parse_filters(request.args), since=since, now=now())


def _written(form: str, asked: Asked) -> Iterator[bytes]:
    session = current_session()
    rows = batches(session.get_bind(), asked)
    if form == "csv":
        return as_csv(rows)
    licence = reference.licence(session)
    about = {
        "schema": SCHEMA,
        "generated_at": asked.now.isoformat(),
        "licence": {**licence.get("names", {}), "url": licence.get("url", "")},
        "next": _next(form, asked),
    }
    return as_geojson(rows, about)


def _links(form: str, asked: Asked) -> Iterator[str]:
    yield f'<{_next(form, asked)}>; rel="next"'
    page = partial(_outside, url_for("open_data.index"))
    licence = reference.licence(current_session())
    named = quote(pick(licence.get("names", {})))
    yield f"<{licence.get('url') or page()}>; rel=\"license\"; title*=UTF-8''{named}"
    described = _outside(url_for("open_data.ticket_columns"))
    yield f'<{described}>; rel="describedby"; type="application/csvm+json"'


def _next(form: str, asked: Asked) -> str:
    until = max(asked.until, asked.since or asked.until).astimezone(UTC)
    query = {**asked.filters.query(), "since": _short(until)}
    return _outside(f"{url_for('open_data.tickets', form=form)}?{urlencode(query)}")


def _short(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def _outside(path: str) -> str:
    return settings().web.base_url + path
