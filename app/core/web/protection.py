"""What every answer and every unsafe request must satisfy.

1. Content-Security-Policy without nonce or unsafe-*; only our own origin (and the tile host that
   the operator configured, for images).
2. An unsafe request must come from our own pages: `Sec-Fetch-Site` same-origin or none, else
   `Origin` equal to our host, else (neither sent: not a browser) no session cookie.
3. A staff form also carries a token bound to its session (`csrf_token`).
4. A form without files is read in one piece: it may weigh no more than the text parts of others.
5. Where we stand behind proxies, exactly `proxy_hops` of them are believed.
"""

from urllib.parse import urlsplit

from flask import Request, Response

from app.core.crypto import sign, signature_matches
from app.core.errors import Forbidden
from app.core.words.i18n import N_

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_BYTES = 200_000
CSRF_FIELD = "csrf_token"
FRAMED = "hoi_am.framed"


def content_security_policy(image_hosts: tuple[str, ...], frame_ancestors: str = "'none'") -> str:
    """Return the policy of a page. `image_hosts` are origins of map tiles."""
    images = " ".join(("'self'", "data:", "blob:", *image_hosts))
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src {images}",
            "connect-src 'self'",
            "font-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {frame_ancestors}",
        )
    )


def allow_frames(request: Request) -> None:
    """Let other sites put the answer into a frame: never a page that knows somebody."""
    request.environ[FRAMED] = True


def add_headers(response: Response, *, policy: str, secure: bool) -> Response:
    """Add the security headers; a view may have set a policy of its own before."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault(
        "Permissions-Policy", "geolocation=(self), camera=(self), microphone=(), payment=()"
    )
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    return response


def limit_form(request: Request) -> None:
    """Limit a form without files, which is read in one piece."""
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = FORM_BYTES


def check_origin(request: Request, *, has_session: bool) -> None:
    """Refuse a cross-site post. Raises Forbidden."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        good = site in {"same-origin", "none"}
    elif origin is not None:
        good = _host_of(origin) == request.host
    else:
        good = not has_session
    if not good:
        raise Forbidden("cross_site", N_("This form was sent from another site. Please try again."))


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def csrf_token(secret: str, session_token_hash: bytes) -> str:
    """Return the token of a staff session's forms."""
    return sign(secret, "csrf", session_token_hash.hex())


def check_csrf(secret: str, session_token_hash: bytes, sent: str) -> None:
    """Raises Forbidden when the token does not belong to the session."""
    if not signature_matches(sent, secret, "csrf", session_token_hash.hex()):
        raise Forbidden(
            "stale_form", N_("This page was open for too long. Reload it and send again.")
        )
