"""The ways on which news come, in words: they stand beside the box, and so are agreed to."""

from collections.abc import Mapping

from babel.lists import format_list

from app.accounts.reach.ways import EMAIL, SMS, ZALO, named
from app.core.words.i18n import N_, language, translate

NAMES: Mapping[str, str] = {ZALO: "Zalo", SMS: "SMS", EMAIL: N_("e-mail")}


def news_by() -> str:
    """Return "Zalo, SMS or e-mail": what this installation has, in the order of choice."""
    names = [translate(NAMES[way]) for way in named()]
    return format_list(names, style="or", locale=language())
