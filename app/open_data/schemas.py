"""From when on changes are asked for."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.core.errors import Rejection
from app.core.words.i18n import N_
from app.core.words.text import clean_line

NOT_AN_INSTANT = N_("“since” must be a date or an instant, for example 2026-10-05T02:00:00Z.")


def parse_since(typed: str, zone: ZoneInfo) -> datetime | None:
    """Read an instant; one without a zone is the city's. None if nothing was asked.

    Raises Rejection.
    """
    text = clean_line(typed)
    if not text:
        return None
    clock, blank, shift = text.rpartition(" ")  # a plus in an address means a space
    if blank and "T" in clock and ":" in shift:
        text = f"{clock}+{shift}"
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Rejection("not_an_instant", NOT_AN_INSTANT, field="since") from None
