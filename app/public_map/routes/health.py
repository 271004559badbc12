"""`/healthz` and `/readyz`, for machines."""

from flask import jsonify
from werkzeug.wrappers import Response

from app.core.db import current_session
from app.core.time import now
from app.core.web.access import public
from app.public_map.health import checks
from app.public_map.routes.root import blueprint


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """Say that this process answers."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
@public
def readyz() -> Response:
    """Say whether the installation does its work; 503 if not."""
    found = checks(current_session(), now())
    ready = all(check.good or not check.needed for check in found)
    document = {
        check.name: {"good": check.good, **({"age": check.detail} if check.detail else {})}
        for check in found
    }
    response = jsonify({"status": "ok" if ready else "unready", "checks": document})
    response.status_code = 200 if ready else 503
    return response
