"""Which month is asked for, and which one beside it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.measures.reckoning.months import Month


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Months, where they were named; what is no month is as if nothing was said."""

    month: Month | None
    beside: Month | None


def parse_asked(arguments: Mapping[str, str]) -> Asked:
    """Read both from an address."""
    return Asked(month=_month(arguments.get("month", "")), beside=_month(arguments.get("with", "")))


def _month(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except ValueError:
        return None
