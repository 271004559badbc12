"""What acts on a suggestion change besides the step, and how its second axis begins."""

from app.tickets.service.suggesting.acts import EXTRAS
from app.tickets.service.suggesting.beginning import begin, unchecked
from app.tickets.service.suggesting.checking import kinds_of, wrong_publication
from app.tickets.service.suggesting.crossing import note_support
from app.tickets.service.suggesting.expiring import expire
from app.tickets.service.suggesting.lateness import mark_screen_due
from app.tickets.service.suggesting.leaving import close_words, erase_originals, erase_words
from app.tickets.service.suggesting.objecting import hide_words, show_words

__all__ = [
    "EXTRAS", "begin", "close_words", "erase_originals", "erase_words", "expire", "hide_words",
    "kinds_of", "mark_screen_due", "note_support", "show_words", "unchecked", "wrong_publication",
]  # fmt: skip
