"""Answers to what went wrong: a page for people, problem+json (RFC 9457) for programs.

1. A rejection shows its own words in the reader's language; everything else shows a general
   sentence and a request id that is also in the log. No server text ever leaves.
2. Views catch rejections themselves only where a form must be shown again with what was typed.
"""

import errno
import logging
import uuid

from flask import Flask, Response, json, render_template, request
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from app.core.db import start_again
from app.core.errors import Later, Rejection, Rejections
from app.core.words.i18n import N_, translate

log = logging.getLogger(__name__)

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

GENERAL = N_("Something went wrong on our side. Please try again in a minute.")
HTTP_WORDS = {
    400: N_("The request could not be understood."),
    403: N_("You may not open this page."),
    404: N_("There is nothing at this address."),
    405: N_("This address does not accept that."),
    408: N_("Sending took too long. Please try again, with smaller photos perhaps."),
    413: N_("That is too large."),
    415: N_("This content type is not accepted here."),
    429: N_("Too many requests. Please wait a little."),
}


def install(app: Flask) -> None:
    """Register the error handlers."""
    app.register_error_handler(Rejection, _rejected)
    app.register_error_handler(Rejections, _rejected)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DataError, _impossible)
    app.register_error_handler(OperationalError, _unavailable)
    app.register_error_handler(Exception, _unexpected)


def wants_json() -> bool:
    """Tell whether a program or a page's script asks, who read no page."""
    wanted = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.startswith(("/api/", "/send/")) or wanted == "application/json"


def _rejected(error: Rejection | Rejections) -> BaseResponse:
    items = error.items if isinstance(error, Rejections) else (error,)
    sentences = [translate(item.message, **item.params) for item in items]
    errors: list[dict[str, object]] = [
        {"code": item.code, "field": item.field, "detail": sentence}
        for item, sentence in zip(items, sentences, strict=True)
    ]
    response = _answer(error.status, sentences, errors)
    if isinstance(error, Later):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    response = _answer(status, [translate(HTTP_WORDS.get(status, GENERAL))], [])
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _unavailable(error: OperationalError) -> BaseResponse:
    log.error("database unavailable: %s", type(error.orig).__name__)
    return _later()


def _later() -> BaseResponse:
    """Say that the same request may succeed soon."""
    response = _answer(503, [translate(GENERAL)], [])
    response.headers["Retry-After"] = "5"
    return response


def _impossible(error: DataError) -> BaseResponse:
    """Answer a value that no column can hold (a NUL character, a huge number)."""
    log.warning("impossible value: %s %s", type(error.orig).__name__, request.endpoint)
    start_again()
    return _answer(400, [translate(HTTP_WORDS[400])], [])


def _unexpected(error: Exception) -> BaseResponse:
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        log.error("no room on the disk: %s %s", request.method, request.endpoint)
        return _later()
    number = uuid.uuid4().hex[:12]
    log.error("request %s failed: %s %s", number, request.method, request.endpoint, exc_info=error)
    return _answer(500, [translate(GENERAL), number], [])


def _answer(status: int, sentences: list[str], errors: list[dict[str, object]]) -> BaseResponse:
    if wants_json():
        document = {
            "type": "about:blank",
            "title": sentences[0],
            "status": status,
            "errors": errors,
        }
        body = json.dumps(document)
        return Response(body, status, content_type="application/problem+json")
    try:
        page = render_template("error.html", status=status, sentences=sentences)
    except OperationalError:
        # The page itself needs the database, which is missing at this moment.
        page = render_template("bare_error.html", status=status, sentences=sentences)
    except Exception:
        log.exception("the error page could not be drawn")
        page = render_template("bare_error.html", status=status, sentences=sentences)
    return Response(page, status, content_type="text/html; charset=utf-8")
