"""The shell that phones keep: which pages and scripts, and a version that changes with them."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.catalog.profile import Profile
from app.catalog.queries import categories, profile
from app.core.web.templating import STATIC, asset

APP = STATIC.parent
FOLDERS = (STATIC, APP / "templates", APP / "translations")
COLOUR, GROUND = "#0c4a63", "#f4f6f5"
ICONS = (
    {"src": "icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
    {"src": "icon-192.png", "sizes": "192x192", "type": "image/png", "purpose": "any"},
    {"src": "icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any"},
    {"src": "icon-maskable-512.png", "sizes": "512x512", "type": "image/png",
     "purpose": "maskable"},
)  # fmt: skip


def shell(session: Session) -> dict[str, Any]:
    """Return what the worker is to keep."""
    city = profile(session)
    return {
        "version": _version(session, city),
        "languages": city.languages,
        "report": url_for("residents.report"),
        "offline": url_for("residents.offline"),
        "pages": [page for lang in city.languages for page in _pages(lang)],
        "scripts": [asset("outbox.js"), asset("photos.js"), asset("push_worker.js")],
        # Named by the sheet, not by the pages.
        "files": [url_for("static", filename="icon.svg")],
    }


def _pages(lang: str) -> list[str]:
    return [
        url_for("residents.report", lang=lang),
        url_for("residents.offline", lang=lang),
    ]


def _version(session: Session, city: Profile) -> str:
    """Return a digest of all that the pages are made of: files, and rows of the pack."""
    rows = [(row.code, row.names, row.questions) for row in categories(session)]
    content = repr((_files(), city, rows))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


@cache
def _files() -> str:
    """Return the digest of our files, which do not change while we run."""
    digest = hashlib.sha256()
    for folder in FOLDERS:
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
