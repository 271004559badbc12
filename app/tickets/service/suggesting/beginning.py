"""The second axis of a new suggestion: from the draft to what waits for the screening."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.agencies.queries import coordinator
from app.catalog.queries import profile
from app.tickets.clock import closing_after
from app.tickets.due import clock_for, timetable_id_for
from app.tickets.facts import Act, Facts, Role, Verb
from app.tickets.lifecycle import step
from app.tickets.models import Suggestion, SuggestionText, Ticket
from app.tickets.tables import PUBLICATION_TABLE, SUGGESTION


def begin(session: Session, ticket: Ticket, title: str, *, now: datetime) -> Suggestion:
    """Send the draft: it is submitted, and read within the pack's working days."""
    act = Act(verb=Verb.SUBMIT, role=Role.REPORTER, now=now)
    draft = Facts(status=PUBLICATION_TABLE.initial, kind=SUGGESTION)
    suggestion = Suggestion(
        ticket_id=ticket.id,
        publication=step(PUBLICATION_TABLE, draft, act).target,
        title=title,
        screen_due_at=_screened_by(session, now),
    )
    session.add(suggestion)
    session.flush()
    return suggestion


def _screened_by(session: Session, now: datetime) -> datetime:
    city, office = profile(session), coordinator(session)
    clock = clock_for(session, timetable_id_for(session, office.code), city.calendar_version)
    return closing_after(clock, now, city.suggestions.screening_days)


def unchecked(session: Session, ticket: Ticket) -> bool:
    """Tell whether words of it wait for the check."""
    waits = (SuggestionText.ticket_id == ticket.id, SuggestionText.checked_at.is_(None))
    return bool(session.scalar(select(exists().where(*waits, SuggestionText.erased_at.is_(None)))))
