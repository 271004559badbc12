"""A browser, told apart by a random token of its own; nothing of it is measured.

1. The token is made when a browser sends something for the first time, and serves to count only:
   how often this browser reported here, flagged that, said "me too". No page depends on it.
2. Stored is a keyed digest, which is forgotten after days. Without the cookie a browser is new; so
   what is counted makes somebody look twice and turns nobody away.
"""

import re
import secrets

from flask import Flask, Response, request

from app.core.crypto import sign
from app.core.installation import settings
from app.core.web.limits import wide_network

COOKIE = "device"
MADE = "hoi_am.new_device"
AGE_S = 180 * 86_400
_TOKEN = re.compile(r"[\w-]{22}", re.ASCII)


def known_device() -> str:
    """Return this browser's token, or nothing if it has none."""
    token = request.cookies.get(COOKIE, "")
    return token if _TOKEN.fullmatch(token) else ""


def some_device() -> str:
    """Return this browser's token; a browser without one gets one."""
    known = known_device()
    return known or str(request.environ.setdefault(MADE, secrets.token_urlsafe(16)))


def device_hash() -> bytes:
    """Return the digest of this browser's token."""
    return _digest("device", some_device())


def network_hash() -> bytes:
    """Return the digest of the network that a request comes from, as wide as a sender's may be."""
    return _digest("network", wide_network())


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
