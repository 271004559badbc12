"""The public events of each month, what they refer to, every figure; and the page about it all."""

from collections.abc import Iterator
from os import SEEK_END
from pathlib import Path
from typing import IO

from flask import Response, abort, json, render_template, request
from werkzeug.http import quote_etag
from werkzeug.wrappers import Response as BaseResponse

from app.core.db import current_session
from app.core.web.access import public
from app.core.web.limits import PAGES, read_limit
from app.core.words.text import clean_line
from app.measures.queries import periods
from app.measures.reckoning.months import Month
from app.open_data import files, reference
from app.open_data.fields import FIELDS, TICKET_FIELDS
from app.open_data.routes.root import A_MOMENT, blueprint

PIECE = 65_536
PROGRAM = Path(__file__).parents[3] / "verify" / "recompute.py"


@blueprint.get("/open-data")
@public
@read_limit("pages", PAGES)
def index() -> str:
    """Show which files there are, and what is in them."""
    session = current_session()
    found = list(reversed(periods(session)))
    return render_template(
        "open_data/index.html",
        periods=found,
        fields=FIELDS.items(),
        ticket_fields=TICKET_FIELDS.items(),
        licence=reference.licence(session),
    )


@blueprint.get("/open-data/recompute.py")
@public
@read_limit("pages", PAGES)
def program() -> BaseResponse:
    """Return the program that recomputes the figures."""
    return _short(Response(PROGRAM.read_bytes(), content_type="text/x-python; charset=utf-8"))


@blueprint.get("/open-data/reference.json")
@public
@read_limit("pages", PAGES)
def reference_file() -> BaseResponse:
    """Return what the events refer to."""
    body = json.dumps(reference.document(current_session()), ensure_ascii=False, indent=1)
    return _short(Response(body, content_type="application/json; charset=utf-8"))


@blueprint.get("/open-data/figures.csv")
@public
@read_limit("pages", PAGES)
def figures() -> BaseResponse:
    """Return the figures: of one month, dimension, key, or all."""
    session = current_session()
    arguments = {name: clean_line(value) for name, value in request.args.items()}
    month = arguments.get("month", "")
    some = [one for one in periods(session) if month in ("", str(Month(one.month)))]
    found = files.figures_file(session, some, arguments.get("dimension", ""), arguments.get("key"))
    return _file(found, "text/csv; charset=utf-8", "figures.csv")


@blueprint.get("/open-data/events-<month>.jsonl.gz")
@public
@read_limit("files", 60)
def events(month: str) -> BaseResponse:
    """Return the public events of a month."""
    session = current_session()
    try:
        wanted = Month.parse(month)
    except ValueError:
        abort(404)
    period = next((one for one in periods(session) if one.month == wanted.first), None)
    if period is None:
        abort(404)
    known = None if period.stale else period.events_sha256
    if known and request.if_none_match.contains(known):
        return Response(status=304, headers={"ETag": quote_etag(known)})
    found = files.events_file(session, period.begins_at, period.ends_at)
    response = _file(found, "application/gzip", f"events-{wanted}.jsonl.gz")
    if known:
        response.set_etag(known)
    return response


@blueprint.get("/open-data/SHA256SUMS")
@public
@read_limit("pages", PAGES)
def checksums() -> BaseResponse:
    """Return the checksums of the final months' events."""
    body = files.checksums(periods(current_session()))
    return _short(Response(body, content_type="text/plain; charset=utf-8"))


def _file(found: IO[bytes], kind: str, name: str) -> Response:
    length = found.seek(0, SEEK_END)
    found.seek(0)
    response = Response(_pieces(found), content_type=kind)
    response.content_length = length
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = A_MOMENT
    return response


def _pieces(found: IO[bytes]) -> Iterator[bytes]:
    with found:
        while piece := found.read(PIECE):
            yield piece


def _short(response: Response) -> BaseResponse:
    response.headers["Cache-Control"] = A_MOMENT
    response.add_etag()
    return response.make_conditional(request)
