"""HTTP answers that carry a copy of a photo, and the addresses of private ones; for the surfaces.

1. Only copies are served, always as image/jpeg, never sniffed, never able to run anything.
2. A public copy may be kept, but never shown without asking whether it is still public: what
   somebody hides or erases is gone at once, from the caches too. The answer is short (304).
3. A private copy (of a private ticket, or before the check) needs a signed address: it covers
   path, audience and end, lasts ten minutes, and the answer is kept by nobody.
4. A document is saved, never shown within the site; a public one may be kept like a public photo.
5. A wrong signature looks the same as a photo that does not exist.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Response, request

from app.core.crypto import sign, signature_matches
from app.core.errors import Gone, NotFound
from app.core.words.i18n import N_
from app.media.queries import NO_PHOTO

LIFETIME = timedelta(minutes=10)
PURPOSE = "photo"
POLICY = "default-src 'none'; sandbox"
PUBLIC_CACHE = "public, no-cache"
PRIVATE_CACHE = "private, no-store"


def public_photo(file: Path) -> Response:
    """Answer with a public copy; understands `If-None-Match`."""
    response = _photo(file, PUBLIC_CACHE)
    response.set_etag(file.stem)
    return response.make_conditional(request)  # type: ignore[return-value]


def private_photo(file: Path) -> Response:
    """Answer with a copy that only the holder of a signed address may see."""
    return _photo(file, PRIVATE_CACHE)


def _photo(file: Path, cache: str) -> Response:
    response = Response(file.read_bytes(), mimetype="image/jpeg")
    _secure(response, cache)
    response.headers["Content-Disposition"] = f'inline; filename="{file.name}"'
    return response


def document(file: Path, name: str, cache: str) -> Response:
    """Answer with a PDF to be saved: no browser opens it within the site."""
    response = Response(file.read_bytes(), mimetype="application/pdf")
    _secure(response, cache)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _secure(response: Response, cache: str) -> None:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = cache


def signed(path: str, *, key: str, now: datetime, audience: str) -> str:
    """Return the path with `until` and `sig`. audience: such as `account:7` or `report:12`."""
    until = int((now + LIFETIME).timestamp())
    return f"{path}?until={until}&sig={sign(key, PURPOSE, path, until, audience)}"


def check(path: str, *, until: str, sig: str, key: str, now: datetime, audience: str) -> None:
    """Raises NotFound when the signature does not fit, Gone when its time is over."""
    if not signature_matches(sig, key, PURPOSE, path, until, audience):
        raise NotFound("unknown_photo", NO_PHOTO)
    if datetime.fromtimestamp(int(until), UTC) < now:
        raise Gone("link_expired", N_("This link has expired. Please open the page again."))
