"""A browser, told apart by a random token of its own; nothing of it is measured.

1. The token is made when a browser sends something for the first time, and serves to count only:
   how often this browser reported here, flagged that, hid something.
2. Stored is a keyed digest, which is forgotten after days. Without the cookie a browser is new; so
   what is counted makes somebody look twice and turns nobody away.
"""

import re
import secrets

from flask import Flask, Response, request

from app.core.crypto import sign
from app.core.installation import settings
from app.core.web.limits import client_network

COOKIE = "device"
MADE = "hoi_am.new_device"
AGE_S = 180 * 86_400
_TOKEN = re.compile(r"[\w-]{22}", re.ASCII)


def device_hash() -> bytes:
    """Return the digest of this browser's token; a browser without one gets one."""
    token = request.cookies.get(COOKIE, "")
    if not _TOKEN.fullmatch(token):
        token = request.environ.setdefault(MADE, secrets.token_urlsafe(16))
    return _digest("device", token)


def network_hash() -> bytes:
    """Return the digest of the network that a request comes from."""
    return _digest("network", client_network())


def _digest(purpose: str, value: str) -> bytes:
    return sign(settings().secrets.secret_key, purpose, value).encode()


def install(app: Flask) -> None:
    """Set the cookie where a token was made."""

    def after(response: Response) -> Response:
        token = request.environ.get(MADE)
        if token:
            response.set_cookie(
                COOKIE,
                token,
                max_age=AGE_S,
                samesite="Lax",
                secure=settings().web.secure_cookies,
                httponly=True,
            )
        return response

    app.after_request(after)
