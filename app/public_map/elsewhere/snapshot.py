"""The map of today as one file: script, styles, shapes and numbers are inside, nothing is fetched.

1. It shows what the whole map shows from far away: areas with their open and overdue reports.
2. It is sent to be kept, never opened under our own address: its script stands in the page.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.catalog.maps import still_map
from app.catalog.queries import profile, today
from app.core.web import assets
from app.core.web.templating import STATIC
from app.core.words.i18n import instant, translate
from app.public_map.serializers import areas_document, legend, numbers_document
from app.tickets.listed import Filters

STYLES = ("citymap.css", "citymap_reports.css")
SCRIPTS = ("citymap.js", "citymap_reports.js")


@dataclass(frozen=True, kw_only=True)
class File:
    """A page of its own, and a name for it."""

    name: str
    html: str


def snapshot(session: Session, filters: Filters, *, now: datetime) -> File:
    """Return the file."""
    at = translate("As of %(at)s.", at=instant(now, profile(session).zone))
    parts = still_map(
        session,
        legend(),
        areas_url=_inside(areas_document(session, fine=False)),
        numbers_url=_inside(numbers_document(session, filters, now=now)),
        at=at,
    )
    html = render_template(
        "public_map/snapshot.html",
        map=Markup(parts.html),  # noqa: S704 - built by us, every text in it escaped
        styles=Markup("\n".join([_leaflet("leaflet.css"), *map(_own, STYLES)])),  # noqa: S704 - ours
        script=Markup(  # noqa: S704 - files of ours and of the pinned package
            "\n".join([_leaflet("leaflet.js"), *map(_own, SCRIPTS), parts.script])
        ),
        at=at,
    )
    return File(name=f"map-{today(session, now).isoformat()}.html", html=html)


def _inside(document: object) -> str:
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return "data:application/json;base64," + base64.b64encode(text.encode()).decode()


def _leaflet(name: str) -> str:
    return assets.asset_path(name).read_text()


def _own(name: str) -> str:
    return (STATIC / name).read_text()
