"""Bodies and tokens that programs and scripts send: read with limits, refused in words."""

import json
from io import BytesIO
from typing import IO, Any

from flask import Request

from app.core.errors import Rejection, TooLarge
from app.core.installation import settings
from app.core.words.i18n import N_

MAX_BODY = 65_536


class UnsupportedType(Rejection):
    """Not the content type that this end point takes."""

    status = 415


class Malformed(Rejection):
    """Not readable at all."""

    status = 400


def json_object(request: Request) -> dict[str, Any]:
    """Return the body as a JSON object. Raises UnsupportedType, TooLarge, Malformed."""
    if request.mimetype != "application/json":
        raise UnsupportedType("not_json", N_("Send the report as application/json."))
    raw = request.stream.read(MAX_BODY + 1)
    if len(raw) > MAX_BODY:
        raise TooLarge("too_large", N_("This report is too large. Send photos one by one."))
    try:
        body = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Malformed("bad_json", N_("This is not valid JSON in UTF-8.")) from None
    if not isinstance(body, dict):
        raise Malformed("not_an_object", N_("Send one JSON object."))
    return body


def photo_bytes(request: Request) -> IO[bytes]:
    """Read a photo that comes in, one byte more than allowed at most.

    A slow sender keeps no transaction waiting: the whole of it is here before one begins.
    """
    return BytesIO(request.stream.read(settings().media.max_file_bytes + 1))


def follow_token(request: Request) -> str:
    """Return the token of a report's private link, which is no part of any address here."""
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ").strip()
    token = request.headers.get("X-Follow-Token", "")
    if not token:
        raise Malformed("no_token", N_("Send the follow token of the report."))
    return token
