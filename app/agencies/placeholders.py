"""The gaps of a reply template, such as {due}, and how a ticket fills them. Pure.

1. Only known names are gaps; a template with another one is refused when it is kept.
2. A template is filled whole or not at all: a ticket without a due date is offered none that
   names one.
"""

import re
from collections.abc import Mapping
from typing import Final

NAMES: Final = ("reference", "category", "area", "agency", "due")
_GAP: Final = re.compile(r"\{([^{}\s]{1,30})\}")


def gaps(text: str) -> set[str]:
    """Return the names that stand in braces."""
    return set(_GAP.findall(text))


def unknown(text: str) -> list[str]:
    """Return the names in braces that are no gaps of ours."""
    return sorted(gaps(text) - set(NAMES))


def fits(text: str, values: Mapping[str, str]) -> bool:
    """Return whether every gap of a text has a value."""
    return all(values.get(name) for name in gaps(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its gaps filled. Raises KeyError for one without a value."""
    return _GAP.sub(lambda found: values[found[1]], text)
