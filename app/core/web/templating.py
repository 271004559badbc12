"""What every template can use, without asking for it.

1. Names: `_`, `plural`, `pick`, `day`, `number`, `lang`, `city`, `settings`, `actor`,
   `csrf_token()`, `asset(name)`, `sign(word)`, `language_links()`, `new_page(**changes)`.
   Filters: `at|moment`, `at|due`, `on|due_day` write a <time> element (`app.core.words.elements`).
2. Values that need the database or the request are looked up when a template uses them, so that
   the bare error page can be drawn without either.
3. A static file's address carries a digest of its content and may therefore be kept for ever.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel import Locale
from flask import Flask, Response, g, request, url_for
from markupsafe import Markup
from werkzeug.local import LocalProxy

from app.core.web import protection as web
from app.core.web.access import current_actor
from app.core.words import elements, i18n
from config import Settings
from geo.city_map import sign

STATIC = Path(__file__).parents[2] / "static"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600"


class City(Protocol):
    """What this module needs of the city's profile."""

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the city; the first is the default."""


@dataclass(frozen=True, kw_only=True)
class LanguageLink:
    """A language in its own name, and this page in it."""

    lang: str
    name: str
    url: str
    current: bool


def install(app: Flask, settings: Settings, city: Callable[[], City]) -> None:
    """Give the templates their names. `city` is called when a template uses it."""

    def day(value: date) -> str:
        return i18n.day(value, city().zone)

    def csrf_token() -> str:
        session = g.get("staff_session")
        return web.csrf_token(settings.secrets.secret_key, session.token_hash) if session else ""

    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        _=elements.translate,
        plural=i18n.translate_plural,
        pick=i18n.pick,
        number=i18n.number,
        day=day,
        lang=LocalProxy(i18n.language),
        city=LocalProxy(city),
        actor=LocalProxy(current_actor),
        settings=settings,
        csrf_token=csrf_token,
        asset=asset,
        sign=draw_sign,
        new_page=new_page,
        language_links=lambda: language_links(city().languages),
    )
    app.jinja_env.filters.update(elements.filters(lambda: city().zone))
    app.after_request(_keep_static)


def asset(name: str) -> str:
    """Return the address of a static file, which changes with its content."""
    return url_for("static", filename=name, v=_digest(name, (STATIC / name).stat().st_mtime_ns))


@cache
def _digest(name: str, _changed: int) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _keep_static(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code == 200:
        response.headers["Cache-Control"] = FOR_EVER if "v" in request.args else FOR_AN_HOUR
    return response


def draw_sign(word: str) -> Markup:
    """Return the sign of a map word as inline SVG (drawn by us, no text of anybody in it)."""
    return Markup(sign(word))  # noqa: S704 - a fixed drawing, chosen by a fixed word


def new_page(**changes: Any) -> str:  # noqa: ANN401 - whatever an address takes
    """Return the address of this page with other parameters; None takes one away."""
    arguments = {**request.args.to_dict(), **changes}
    query = urlencode({name: value for name, value in arguments.items() if value is not None})
    return f"{request.path}?{query}" if query else request.path


def language_links(languages: tuple[str, ...]) -> list[LanguageLink]:
    """Return this page in each language of the city."""
    return [
        LanguageLink(
            lang=lang,
            name=_own_name(lang),
            url=new_page(lang=lang),
            current=lang == i18n.language(),
        )
        for lang in languages
    ]


@cache
def _own_name(lang: str) -> str:
    name = Locale.parse(lang.replace("-", "_")).get_display_name() or lang
    return name[:1].upper() + name[1:]
