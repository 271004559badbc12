"""What becomes of a suggestion's words when their author takes them back.

1. Hidden from the public: the masked copies go, the originals stay with the staff.
2. Erased: nothing of the words is left; supports and the official answer stay.
3. Where the originals are no longer needed, what is public takes their place.
"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.tickets.models import Suggestion, SuggestionText

GONE = ""


def close_words(session: Session, ticket_id: int) -> None:
    """Take the public copies away (rule 1)."""
    its = SuggestionText.ticket_id == ticket_id
    values = {"public_title": GONE, "public_body": None}
    session.execute(update(SuggestionText).where(its).values(values))
    title = update(Suggestion).where(Suggestion.ticket_id == ticket_id).values(title=GONE)
    session.execute(title)


def erase_words(session: Session, ticket_id: int, now: datetime) -> None:
    """Take every word away (rule 2)."""
    close_words(session, ticket_id)
    its = SuggestionText.ticket_id == ticket_id
    values = {"title": GONE, "body": None, "erased_at": now}
    session.execute(update(SuggestionText).where(its).values(values))


def erase_originals(session: Session, ticket_id: int) -> None:
    """Keep what is public only (rule 3)."""
    its = SuggestionText.ticket_id == ticket_id
    values = {"title": SuggestionText.public_title, "body": SuggestionText.public_body}
    session.execute(update(SuggestionText).where(its).values(values))
