"""What a resident suggests, checked for shape. All problems at once.

1. A title and a text are needed; no place means the whole city.
2. Existence of codes is checked by the verb.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.core.errors import Rejection, Rejections
from app.core.words.i18n import N_
from app.core.words.text import clean, clean_line
from app.reports.legal import LegalKind
from app.reports.schemas import SubmitReport, parse_report

MAX_TITLE, LEAST_TITLE = 120, 8
MAX_TEXT, LEAST_TEXT = 4_000, 20
CHANNEL = "web"
# What a suggestion takes of the report's form.
OF_THE_PLACE = ("category", "stated_area", "lat", "lon", "accuracy_m")


@dataclass(frozen=True, kw_only=True)
class SubmitSuggestion:
    """A suggestion to submit: its words, and the rest as any report has it."""

    title: str
    text: str
    report: SubmitReport


@dataclass(frozen=True, kw_only=True)
class Written:
    """Words of a suggestion: a new version, or an addendum without a title."""

    title: str
    text: str


def parse_suggestion(
    body: Mapping[str, Any], *, key: object, lang: str, device: bytes | None
) -> SubmitSuggestion:
    """Check the shape of the form. Raises Rejections."""
    problems: list[Rejection] = []
    words = _words(body, problems)
    try:
        report = parse_report(
            {name: body[name] for name in OF_THE_PLACE if name in body} | {"text": words.text},
            key=key, lang=lang, channel=CHANNEL, photos_expected=True,
        )  # fmt: skip
    except Rejections as wrong:
        # The words were judged above, by what is said of a suggestion.
        problems += [one for one in wrong.items if one.field != "text"]
    if problems:
        raise Rejections(problems)
    report = replace(report, legal_kind=LegalKind.ORDINARY, device=device)
    return SubmitSuggestion(title=words.title, text=words.text, report=report)


def parse_words(body: Mapping[str, Any], *, titled: bool) -> Written:
    """Check new words of a suggestion that is there. Raises Rejections."""
    problems: list[Rejection] = []
    words = _words(body, problems)
    if not titled:
        problems = [one for one in problems if one.field != "title"]
    if problems:
        raise Rejections(problems)
    return words


def parse_before(typed: str) -> int:
    """Read below which number a list goes on; 0 for the first page, and for anything else."""
    good = typed.isascii() and typed.isdecimal() and len(typed) < 19
    return int(typed) if good else 0


def _words(body: Mapping[str, Any], problems: list[Rejection]) -> Written:
    title, text = clean_line(str(body.get("title", ""))), clean(str(body.get("text", "")))
    _check("title", title, LEAST_TITLE, MAX_TITLE, problems)
    _check("text", text, LEAST_TEXT, MAX_TEXT, problems)
    return Written(title=title, text=text)


def _check(name: str, value: str, least: int, most: int, problems: list[Rejection]) -> None:
    if len(value) > most:
        message = N_("This is too long: %(length)s characters, at most %(limit)s.")
        params = {"length": len(value), "limit": most}
        problems.append(Rejection("too_long", message, field=name, params=params))
    elif len(value) < least:
        message = N_("Please write at least %(limit)s characters.")
        problems.append(Rejection("too_short", message, field=name, params={"limit": least}))
