"""What happened to a suggestion that counts, read off its public events alone.

1. Promise, first reply, owner and clock are those of every ticket (`history`); what is counted goes
   by words of its own, so that no figure of problems knows of suggestions.
2. It is received when it came in, published once; its promise counts from the publication.
3. Every answer counts by its decision, the one after a review, too. What was accepted is followed
   up to its end: delivered, dropped or expired. What was taken up again has another end.
4. What became of another kind has two histories: each is received when it became what it is.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from typing import Final

from app.measures.reckoning.events import History, Line, What
from app.measures.reckoning.history import Life, Terms
from app.measures.reckoning.months import INSTANT

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
) -> Iterator[History]:
    """Read a ticket's public events up to `as_of`: a history for each kind that it had in turn."""
    told = [line for line in lines if line.at <= as_of]
    lives = [list(run) for _, run in groupby(told, key=lambda line: line.kind)]
    ends = [*(life[0].at for life in lives[1:]), as_of + INSTANT]
    for life, end in zip(lives, ends, strict=True):
        looks = [at for at in stocks if at < end]
        yield LIVES[life[0].kind](terms, looks).read(life, end)
