"""How pages write instants and days: one <time> element for each.

1. The words are those of `app.core.words.dates`; `datetime` is for programs, and `title` tells the
   exact local time to whoever asks for it.
2. A sentence takes such an element as a parameter: `translate` escapes the sentence around it.
"""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from app.core.time import now
from app.core.words import dates, i18n

ELEMENT = Markup('<time datetime="{0}" title="{1}">{2}</time>')


def filters(zone: Callable[[], ZoneInfo]) -> dict[str, Callable[..., Markup]]:
    """Return the filters of the templates. `zone` is called when a template uses one."""

    def moment(value: datetime, words: str = "") -> Markup:
        return _element(value, words or dates.moment(value, zone(), now()), zone())

    def due(value: datetime) -> Markup:
        return _element(value, dates.due(value, zone(), now()), zone())

    def due_day(value: date) -> Markup:
        return _element(value, dates.due_day(value, zone(), now()), zone())

    return {"moment": moment, "due": due, "due_day": due_day}


def translate(msgid: str, **params: object) -> str:
    """Translate as `i18n.translate` does; with elements among the parameters, into markup."""
    if not any(isinstance(value, Markup) for value in params.values()):
        return i18n.translate(msgid, **params)
    return escape(i18n.translate(msgid)) % params


def _element(value: date, words: str, zone: ZoneInfo) -> Markup:
    exact = dates.exact(value, zone) if isinstance(value, datetime) else i18n.day(value, zone)
    return ELEMENT.format(value.isoformat(), exact, words)
