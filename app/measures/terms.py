"""Which promise and which working hours an event names; the city's own hours."""

from sqlalchemy.orm import Session

from app.catalog.queries import profile
from app.measures.reckoning.events import Promised
from app.measures.reckoning.history import Terms
from app.tickets.clock import WorkingClock
from app.tickets.due import Promises, clock_for, promises_for, timetable_id_for


def terms_of(session: Session) -> Terms:
    """Return the look-up of promises; what was looked up is kept."""

    def terms(promised: Promised) -> tuple[WorkingClock, Promises]:
        clock = clock_for(session, promised.timetable, promised.calendar)
        return clock, promises_for(session, promised.target)

    return terms


def city_clock(session: Session) -> WorkingClock:
    """Return the city's own hours under its present calendar."""
    return clock_for(session, timetable_id_for(session, ""), profile(session).calendar_version)
