"""What holds for every answer, whatever was asked.

1. Never 5xx; never a word of the server or its libraries; nothing that was sent runs in a page.
2. Every page carries the security headers and is in the reader's language; a refusal says why, in
   that language.
"""

import json
import re
from functools import cache

from werkzeug.test import TestResponse

from app.core.words.i18n import catalog
from tests.security.hostile.forms import read
from tests.security.hostile.values import PRODUCT

# In small letters, as they are looked for.
SERVER_WORDS = (
    "traceback", "werkzeug", "psycopg", "sqlalchemy", "jinja", "internal server error", "granian",
    "site-packages", "the browser (or proxy)", "<title>4", "<title>5", "the requested url",
    'file "/', "root:x:0:",
)  # fmt: skip
ALIVE = ("<script>alert", "<img src=x")
PAGE = re.compile(r'\s*<!doctype html>\s*<html lang="([\w-]+)"')


def named_language(path: str) -> str:
    """Return the language that an address itself names: who asks for it has no say."""
    found = re.match(r"/embed/(vi|en)/(?:map|figures)$|/map/snapshot-(vi|en)\.html$", path)
    return next(filter(None, found.groups()), "") if found else ""


def check(answer: TestResponse, *, lang: str, what: str) -> None:
    """Raises AssertionError that tells what was sent."""
    status, body = answer.status_code, answer.get_data(as_text=True)
    assert status < 500, f"{what}: {status}\n{body[-1500:]}"
    assert not told(body), f"{what}: {status} tells {told(body)}"
    headers = answer.headers
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Cache-Control"):
        assert name in headers, f"{what}: {status} without {name}"
    assert "unsafe" not in headers["Content-Security-Policy"], what
    assert "X-Evil" not in headers, f"{what}: a header of the sender's"
    assert not any("evil" in value for name, value in headers if name == "Set-Cookie"), what
    _check_location(headers.get("Location", "/"), what)
    if answer.mimetype == "text/html":
        _check_page(status, body, lang, what)
    elif status >= 400:
        assert answer.mimetype in {"application/problem+json", "application/json"}, what
        _check_problem(json.loads(body), lang, what)


def told(body: str) -> list[str]:
    """Return the words of the server and its libraries in an answer."""
    small = body.lower()
    return [word for word in SERVER_WORDS if word in small]


def _check_location(address: str, what: str) -> None:
    # Relative, or where somebody wanted to lead us?
    assert re.match(r"/(?![/\\])|http://localhost[/?]", address), f"{what}: leads to {address}"


def _check_page(status: int, body: str, lang: str, what: str) -> None:
    assert not any(word in body for word in ALIVE), f"{what}: {status} shows what was sent alive"
    assert PRODUCT not in body, f"{what}: a template was evaluated"
    if status in {301, 302, 303, 307, 308}:
        return
    page = PAGE.match(body)
    assert page, f"{what}: {status}\n{body[:300]}"
    assert page[1] == lang, f"{what}: {status} in {page[1]!r}"
    if status >= 400:
        words = read(body).words
        assert words, f"{what}: {status} without a word"
        _check_words(words, lang, what)


def _check_problem(document: dict[str, object], lang: str, what: str) -> None:
    assert document["title"], what
    errors = document["errors"]
    assert isinstance(errors, list)
    _check_words([str(document["title"]), *(str(error["detail"]) for error in errors)], lang, what)


def _check_words(words: list[str], lang: str, what: str) -> None:
    for sentence in words:
        assert "%(" not in sentence, f"{what}: {sentence!r} was not filled in"
        if lang != "en":
            assert sentence not in english(), f"{what}: {sentence!r} is not in {lang}"


@cache
def english() -> frozenset[str]:
    """English sentences that have other words in Vietnamese."""
    words = catalog("vi")._catalog  # type: ignore[attr-defined]
    return frozenset(
        str(msgid) for msgid, found in words.items() if isinstance(msgid, str) and found != msgid
    )
