"""Sends text compressed, where nobody can learn a secret from its length.

1. Who can make a browser fetch a page again and again, with words of their own in the address, and
   sees how long each answer is, finds out what else stands in it (BREACH). So pages go out as they
   are to staff, and to browsers with a cookie that opens something: a draft, my reports, a session.
   What a private link opens is as secret as the link, and whoever can fetch it has the link.
2. Files and map parts are the same for everybody, cookies or not.
3. Compressed or not it is the same page: its ETag becomes a weak one, and a proxy keeps both apart.
4. What is made piece by piece is packed piece by piece: it is never in memory as a whole.
5. gzip only: every browser has it, and Python too. Pages shrink to a quarter; with two more native
   libraries it would be a fifth.
"""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

from flask import Flask, Response, current_app, request

from app.core.web.access import ATTRIBUTE

SMALLEST_BYTES = 700  # below, the headers are the greater part
LEVEL = 6
GZIP_BITS = 31  # as zlib asks for gzip's own frame
# They open nothing: which language, and a number to count by.
HARMLESS_COOKIES = frozenset({"lang", "device"})
TEXTS = frozenset({
    "application/geo+json", "application/javascript", "application/json",
    "application/manifest+json", "application/problem+json", "image/svg+xml", "text/css",
    "text/html", "text/javascript", "text/plain",
})  # fmt: skip


IN_PIECES = TEXTS | {"text/csv"}


def install(app: Flask) -> None:
    """Compress what the application says. Installed first: what comes first here, ends last."""
    app.after_request(_compressed)


def _compressed(response: Response) -> Response:
    in_pieces = response.is_streamed and response.content_length is None
    if response.mimetype not in (IN_PIECES if in_pieces else TEXTS):
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code in {204, 206, 304} or not _may_be(response):
        return response
    if not request.accept_encodings["gzip"] or "Content-Encoding" in response.headers:
        return response
    if in_pieces:
        response.response = _in_pieces(response.iter_encoded())
        return _packed_now(response)
    content = _whole(response)
    if len(content) < SMALLEST_BYTES:
        return response
    response.set_data(_kept(content) if _is_public(response) else _packed(content))
    return _packed_now(response)


def _packed_now(response: Response) -> Response:
    """Say that it is packed (rule 3)."""
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    etag, _weak = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)
    return response


def _whole(response: Response) -> bytes:
    """Return what would be sent; a file is read, and closed at once."""
    source = response.response
    response.direct_passthrough = False
    content = response.get_data()
    if close := getattr(source, "close", None):
        close()
    return content


def _may_be(response: Response) -> bool:
    """Tell whether the length may depend on the content (rules 1, 2)."""
    if _is_public(response):
        return True
    view = current_app.view_functions.get(request.endpoint or "")
    access = getattr(view, ATTRIBUTE, None)
    return (access is None or access.open) and request.cookies.keys() <= HARMLESS_COOKIES


def _is_public(response: Response) -> bool:
    return bool(response.cache_control.public)


def _in_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(LEVEL, wbits=GZIP_BITS)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()


def _packed(content: bytes) -> bytes:
    return gzip.compress(content, LEVEL, mtime=0)


# Files change with a release only; the parts of the map within minutes.
_kept = lru_cache(maxsize=64)(_packed)
