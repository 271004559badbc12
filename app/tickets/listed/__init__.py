"""Which tickets everybody sees: in lists, on maps, in feeds and files; and the filters of all."""

from app.tickets.listed.filters import PERIODS, Filters, parse_filters
from app.tickets.listed.rows import filtered, late, matching, nowhere, word_of

__all__ = [
    "PERIODS",
    "Filters",
    "filtered",
    "late",
    "matching",
    "nowhere",
    "parse_filters",
    "word_of",
]
