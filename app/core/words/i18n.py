"""Words in the person's language.

1. msgids are English; every other language has one folder `app/translations/<lang>/*.po`, one file
   for each surface, merged at the first use. There is no compile step and no compiled file.
2. Text is translated when it is shown, never when it is stored: events and errors keep codes.
3. The language of the current request or message is set by `use_language`; outside it is the
   city's default.
4. Words of the city pack come as {lang: text}: `pick` chooses one, falling back to the default.
"""

import io
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

TRANSLATIONS = Path(__file__).parents[2] / "translations"
SOURCE_LANGUAGE = "en"
WRITTEN = 10_000  # how many instants and numbers are remembered as they are written

_language: ContextVar[str] = ContextVar("language", default=SOURCE_LANGUAGE)


def N_(msgid: str) -> str:  # noqa: N802 - the customary name of the extraction marker
    """Mark a msgid for extraction without translating it now."""
    return msgid


@cache
def catalog(lang: str) -> NullTranslations:
    """Return the merged translations of a language (empty for the source language)."""
    merged = Catalog(locale=lang.replace("-", "_"))
    for path in sorted((TRANSLATIONS / lang).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=lang.replace("-", "_")):
                if message.id and message.string:
                    merged.add(message.id, message.string)
    if not len(merged):
        return NullTranslations()
    buffer = io.BytesIO()
    write_mo(buffer, merged)
    buffer.seek(0)
    return GNUTranslations(buffer)


def language() -> str:
    """Return the language of the current context."""
    return _language.get()


def set_language(lang: str) -> None:
    """Set the language of the current context (a request's start)."""
    _language.set(lang)


@contextmanager
def use_language(lang: str) -> Iterator[None]:
    """Translate into `lang` within the block."""
    token = _language.set(lang)
    try:
        yield
    finally:
        _language.reset(token)


def translate(msgid: str, **params: object) -> str:
    """Translate into the current language and fill `%(name)s` placeholders."""
    text = catalog(language()).gettext(msgid) if msgid else ""
    return text % params if params else text


def translate_plural(one: str, many: str, n: float, **params: object) -> str:
    """Translate a counted phrase; `%(num)s` is the count in local notation."""
    text = catalog(language()).ngettext(one, many, math.ceil(n))
    return text % {"num": number(n), **params}


def pick(words: Mapping[str, str] | None, lang: str | None = None) -> str:
    """Choose from pack words the asked (or current) language, else any, else an empty text."""
    if not words:
        return ""
    return words.get(lang or language()) or next(iter(words.values()))


def number(value: float) -> str:
    """Format a number as the current language writes it."""
    return _number(value, language())


def instant(value: datetime, zone: ZoneInfo) -> str:
    """Format date and time in the city's zone, 24 h."""
    pattern = "HH:mm, dd/MM/yyyy" if language() == "vi" else "d MMM yyyy, HH:mm"
    return written(value, zone, pattern, language())


@cache
def locale_of(lang: str) -> Locale:
    """Return what is known about how a language writes numbers and dates."""
    return Locale.parse(lang.replace("-", "_"))


@lru_cache(maxsize=WRITTEN)
def written(value: datetime, zone: ZoneInfo, pattern: str, lang: str) -> str:
    """Write an instant by a pattern. Lists say the same instants again and again."""
    return str(format_datetime(value.astimezone(zone), pattern, locale=locale_of(lang)))


@lru_cache(maxsize=WRITTEN)
def _number(value: float, lang: str) -> str:
    return format_decimal(value, locale=locale_of(lang))


def day(value: date, zone: ZoneInfo) -> str:
    """Format a date, or the date of an instant in the city's zone."""
    local = value.astimezone(zone).date() if isinstance(value, datetime) else value
    pattern = "dd/MM/yyyy" if language() == "vi" else "d MMM yyyy"
    return format_date(local, pattern, locale=locale_of(language()))
