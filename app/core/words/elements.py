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


def filters(zone: Callable[[], ZoneInfo]) -> dict[str, Callable[..., Markup]]:
    """Return the filters of the templates. `zone` is called when a template uses one."""

    def moment(value: datetime, words: str = "") -> Markup:
        here = zone()
        return _element(value, words or dates.moment(value, here, now()), here)

    def due(value: datetime) -> Markup:
        here = zone()
        return _element(value, dates.due(value, here, now()), here)

    def due_day(value: date) -> Markup:
        here = zone()
        return _element(value, dates.due_day(value, here, now()), here)

    return {"moment": moment, "due": due, "due_day": due_day}


def translate(msgid: str, **params: object) -> str:
    """Translate as `i18n.translate` does; with elements among the parameters, into markup."""
    if not any(isinstance(value, Markup) for value in params.values()):
        return i18n.translate(msgid, **params)
    return escape(i18n.translate(msgid)) % params


def _element(value: date, words: str, zone: ZoneInfo) -> Markup:
    exact = dates.exact(value, zone) if isinstance(value, datetime) else i18n.day(value, zone)
    # Put together here: a page of a list has hundreds, and `Markup.format` costs ten times as much.
    title, said = escape(exact), escape(words)
    return Markup(f'<time datetime="{value.isoformat()}" title="{title}">{said}</time>')  # noqa: S704
