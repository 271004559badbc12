"""What happened to a suggestion that counts, read off its public events alone.

1. Promise, first reply, owner and clock are those of every ticket (`history`); what is counted goes
   by words of its own, so that no figure of problems knows of suggestions.
2. It is received when it came in, published once; its promise counts from the publication.
3. Every answer counts by its decision, the one after a review, too. What was accepted is followed
   up to its end: delivered, dropped or expired. What was taken up again has another end.
"""

from collections.abc import Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from app.measures.reckoning.events import History, Line, What
from app.measures.reckoning.history import Life, Terms

OF_SUGGESTIONS: Final = MappingProxyType(
    {
        What.RECEIVED: What.SUGGESTED,
        What.ANSWERED: What.SUGGESTION_ANSWERED,
        What.REPLY_DUE: What.SUGGESTION_REPLY_DUE,
        What.OUTCOME_DUE: What.SUGGESTION_ANSWER_DUE,
        What.OPEN: What.SUGGESTION_OPEN,
    }
)
"""What is counted of every ticket, in the words for suggestions; nothing else of it is."""
DECISIONS: Final = MappingProxyType(
    {
        "accepted": What.SUGGESTION_ACCEPTED,
        "accepted_in_part": What.SUGGESTION_ACCEPTED_IN_PART,
        "not_accepted": What.SUGGESTION_NOT_ACCEPTED,
        "already_planned": What.SUGGESTION_ALREADY_PLANNED,
        "handed_over": What.SUGGESTION_HANDED_OVER,
    }
)
ENDS: Final = frozenset({"deliver", "drop", "expire"})
OWN: Final = frozenset(
    {
        What.SUGGESTION_PUBLISHED, What.SUGGESTION_REFUSED, What.SUGGESTION_FOLLOWED,
        *DECISIONS.values(),
    }
)  # fmt: skip


class SuggestionLife(Life):
    """A suggestion's life, event by event."""

    published = False

    def take(self, line: Line) -> None:
        """Note one event, and what only a suggestion has."""
        super().take(line)
        match line.event:
            case "publish" if not self.published:
                self.published = True
                self.count(What.SUGGESTION_PUBLISHED, line.at)
            case "refuse":
                self.count(What.SUGGESTION_REFUSED, line.at)
            case "answer" if line.code in DECISIONS:
                self.count(DECISIONS[line.code], line.at)
            case ended if ended in ENDS:
                self.count(What.SUGGESTION_FOLLOWED, line.at, flag=ended == "deliver")

    def count(
        self, what: What, at: datetime, *, flag: bool = False, minutes: int | None = None
    ) -> None:
        """Note one thing in the words for suggestions, or not at all."""
        own = what if what in OWN else OF_SUGGESTIONS.get(what)
        if own is not None:
            super().count(own, at, flag=flag, minutes=minutes)


LIVES: Final = MappingProxyType({"problem": Life, "suggestion": SuggestionLife})


def read(
    lines: Sequence[Line], terms: Terms, stocks: Sequence[datetime], as_of: datetime
) -> History:
    """Read a ticket's public events up to `as_of`, by its kind."""
    life = LIVES[lines[0].kind]
    return life(terms, [at for at in stocks if at <= as_of]).read(lines, as_of)
