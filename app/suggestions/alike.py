"""Published suggestions that are like the title that somebody types.

1. Candidates come from an index over the titles, without accents and case: first those that are
   close, then those that are a little alike, at most `EACH` at a time. What is typed may be
   unfinished: how much of it stands in a title counts.
2. Which of them are offered is decided by `similarity.likeness`, by which reports are compared too.
3. Offered is what everybody may read: nothing that waits, was refused, hidden, withdrawn or merged.
4. People go on without it: the statements are broken off after `PATIENCE_MS`.
"""

from sqlalchemy import func, literal, select, text
from sqlalchemy.orm import Session

from app.core.db import TookTooLong, at_most
from app.core.words.text import plain
from app.reports.similarity import likeness
from app.suggestions.queries import Both
from app.tickets.models import Suggestion, Ticket
from app.tickets.tables import SUGGESTION
from app.tickets.tables.publication import PUBLISHED

OFFERED, EACH = 5, 100
STEPS = (0.6, 0.4, 0.25)
LEAST = 0.38
LEAST_LETTERS = 4
PATIENCE_MS = 500


def alike(session: Session, typed: str) -> list[Both]:
    """Return at most five that say nearly the same, the likest first."""
    if sum(ch.isalnum() for ch in plain(typed)) < LEAST_LETTERS:
        return []
    try:
        with at_most(session, PATIENCE_MS):
            return _loaded(session, _likest(session, typed))
    except TookTooLong:
        return []


def _likest(session: Session, typed: str) -> list[int]:
    scores: dict[int, float] = {}
    for step in STEPS:
        for number, title in _candidates(session, typed, step):
            if number not in scores:
                scores[number] = likeness(typed, title)
        good = [number for number, score in scores.items() if score >= LEAST]
        if len(good) >= OFFERED:
            break
    return sorted(good, key=lambda number: (-scores[number], -number))[:OFFERED]


def _candidates(session: Session, typed: str, least: float) -> list[tuple[int, str]]:
    """Return ids and titles that the index finds from this likeness on (rule 1)."""
    bound = text("SELECT set_config('pg_trgm.word_similarity_threshold', :least, true)")
    session.execute(bound, {"least": str(least)})
    words = func.plain_words(Suggestion.title).op("%>", is_comparison=True)
    query = (
        select(Suggestion.ticket_id, Suggestion.title)
        .where(Suggestion.publication == PUBLISHED, words(func.plain_words(literal(typed))))
        .limit(EACH)
    )
    return [(number, title) for number, title in session.execute(query)]


def _loaded(session: Session, numbers: list[int]) -> list[Both]:
    if not numbers:
        return []
    query = (
        select(Ticket, Suggestion)
        .join(Suggestion, Suggestion.ticket_id == Ticket.id)
        .where(Ticket.id.in_(numbers), Ticket.kind == SUGGESTION)
        .where(~Ticket.private, Ticket.status != "merged")
    )
    found = {ticket.id: (ticket, its) for ticket, its in session.execute(query)}
    return [found[number] for number in numbers if number in found]
