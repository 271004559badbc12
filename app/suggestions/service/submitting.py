"""Taking a suggestion in: a report of a suggestion's category, and its second axis.

1. It is a report like any other: the same key, place, contact, private link, erasure.
2. The first version of its words is the copy that is checked; nothing is public before.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from app.catalog.queries import profile
from app.core.words.masking import mask
from app.reports.service import Submitted
from app.reports.service import submit as take_in
from app.suggestions.schemas import SubmitSuggestion, Written
from app.suggestions.service.writing import write
from app.tickets.service.suggesting import begin
from app.tickets.tables import SUGGESTION


def submit(session: Session, command: SubmitSuggestion, *, now: datetime) -> Submitted:
    """Take a suggestion in. Raises Rejection (unknown code, outside), Conflict (key used)."""
    done = take_in(session, command.report, now=now, kind=SUGGESTION)
    if done.repeated:
        return done
    title = mask(command.title, region=profile(session).phone_region)
    begin(session, done.ticket, title, now=now)
    write(session, done.ticket, Written(title=command.title, text=command.text), now=now)
    return done
