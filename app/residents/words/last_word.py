"""What a reporter has said about the outcome, and what another word would lead to."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.words.i18n import translate
from app.reports.models import Rating, Report
from app.tickets.models import Ticket
from app.tickets.problem_table import RESTING
from app.tickets.problem_table.guards import LAST_DISPUTE
from app.tickets.queries import last_outcome
from app.tickets.words import RATINGS

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class LastWord:
    """rating: what the reporter has said of this outcome. ratings: what can be said.

    goes_up: one more dispute would not reopen it, but go to the agency above. is_up: it is there.
    """

    rating: str
    ratings: Pairs
    goes_up: bool
    is_up: bool


def last_word(session: Session, report: Report, ticket: Ticket) -> LastWord:
    """Return the last word of a report; `ticket` is where the work went on."""
    outcome = last_outcome(session, ticket.id)
    said = session.get(Rating, (report.id, outcome.id)) if outcome is not None else None
    return LastWord(
        rating=said.value if said is not None else "",
        ratings=[(value, translate(text)) for value, text in RATINGS.items()],
        goes_up=ticket.disputes + 1 >= LAST_DISPUTE,
        is_up=ticket.disputed_outcome and (ticket.status in RESTING or ticket.confirmed),
    )
