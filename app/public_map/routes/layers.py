"""What maps load: scripts, Leaflet, areas, tiles of counts, tiles of streets.

Everything here may be kept by browsers and proxies: addresses hold a digest or a version, and
tiles of counts live for seconds.
"""

import hashlib

from flask import Response, abort, json, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from app.catalog import maps
from app.catalog.queries import profile
from app.core.db import current_session, one_read
from app.core.installation import settings
from app.core.time import now
from app.core.web import assets
from app.core.web.access import public
from app.core.web.limits import TILES, read_limit
from app.core.web.templating import FOR_EVER
from app.core.words.i18n import use_language
from app.public_map.routes.root import blueprint
from app.public_map.serializers import areas_document, legend, numbers_document, tile_document
from app.public_map.tiles import read_tile
from app.tickets.listed import parse_filters
from geo.morton import is_tile

TILE_SECONDS = 10
AREAS_SECONDS = 86_400
STREETS_SECONDS = 604_800


@blueprint.get("/map/<any(reports, desk, pin, ticket):kind>-<lang>.<digest>.js")
@public
def map_script(kind: str, lang: str, digest: str) -> Response:
    """Return the script of a map; an old digest gets the present script, kept shortly."""
    _check_language(lang)
    with use_language(lang):
        parts = maps.script(current_session(), kind, legend())
    response = Response(parts.script, content_type="text/javascript; charset=utf-8")
    known = digest == parts.digest
    response.headers["Cache-Control"] = FOR_EVER if known else "no-store"
    return response


@blueprint.get("/assets/leaflet/<version>/<path:name>")
@public
def leaflet(version: str, name: str) -> BaseResponse:
    """Return a file of the pinned Leaflet package."""
    if name not in assets.FILES or version != assets.version():
        abort(404)
    response = send_file(assets.asset_path(name), mimetype=assets.FILES[name].partition(";")[0])
    response.headers["Cache-Control"] = FOR_EVER
    return response


@blueprint.get("/map/areas-<lang>.json")
@public
@read_limit("tiles", TILES)
def areas(lang: str) -> BaseResponse:
    """Return the units' shapes with their names."""
    _check_language(lang)
    with use_language(lang):
        document = areas_document(current_session(), fine=request.args.get("fine") == "1")
    return _json(document, AREAS_SECONDS)


@blueprint.get("/map/tiles/<lang>/<int:z>/<int:x>/<int:y>.json")
@public
@read_limit("tiles", TILES)
def tile(lang: str, z: int, x: int, y: int) -> BaseResponse:
    """Return counts of one tile."""
    if not is_tile(z, x, y):
        abort(404)
    _check_language(lang)
    with use_language(lang), one_read() as session:
        filters = parse_filters(request.args)
        found = tile_document(session, (z, x, y), filters, now=now())
    return _json(found, TILE_SECONDS)


@blueprint.get("/map/numbers-<lang>.json")
@public
def numbers(lang: str) -> BaseResponse:
    """Return the numbers of whole areas."""
    _check_language(lang)
    with use_language(lang):
        found = numbers_document(current_session(), parse_filters(request.args), now=now())
    return _json(found, TILE_SECONDS)


def _check_language(lang: str) -> None:
    """What is kept for each language must not grow with what strangers ask for."""
    if lang not in profile(current_session()).languages:
        abort(404)


def _json(document: object, seconds: int) -> BaseResponse:
    body = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    response = Response(body, content_type="application/json; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:16])
    return response.make_conditional(request)


@blueprint.get("/basemap/<int:z>/<int:x>/<int:y>")
@public
@read_limit("tiles", TILES)
def basemap(z: int, x: int, y: int) -> BaseResponse:
    """Return a tile of the operator's street map archive."""
    archive = settings().basemap.mbtiles
    if archive is None or not is_tile(z, x, y):
        abort(404)
    found = read_tile(archive, z, x, y)
    if found is None:
        abort(404)
    image, kind = found
    response = Response(image, mimetype=kind)
    response.headers["Cache-Control"] = f"public, max-age={STREETS_SECONDS}"
    return response
