"""Reports and tickets as residents make them, and acts on them; typed functions that flush.

Nothing here commits. `MONDAY` is a working morning far from any holiday.
"""

import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from app.accounts.service import add_account
from app.agencies.queries import actor_of
from app.agencies.queries import coordinator as the_coordinator
from app.agencies.service import give_role
from app.core.actor import Actor
from app.media.models import Photo
from app.reports.models import Report
from app.reports.schemas import SubmitReport
from app.reports.service import Submitted, submit
from app.routing.service import route_pending
from app.tickets.models import Ticket, TicketEvent
from app.tickets.schemas import Command
from app.tickets.service import perform
from app.tickets.verify import Checked, problems
from geo.point import LonLat

MONDAY = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)  # 09:00 in the city
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# Places of the home pack with its approximate shapes: deep inside a unit, and elsewhere.
IN_WARD = LonLat(lon=107.08, lat=20.951)
WARD, WARD_AREA = "UBND-06685", "06685"
IN_NEXT_WARD = LonLat(lon=107.36, lat=21.03)
NEXT_WARD = "UBND-06781"
ON_BAY = LonLat(lon=107.10, lat=20.80)
BAY = "BQLVHL"
ACROSS_BORDER = LonLat(lon=107.98, lat=21.60)
IN_NEXT_CITY = LonLat(lon=106.65, lat=20.80)


def command(**changes: Any) -> SubmitReport:
    """What a resident sends: waste, with words and a place in a ward."""
    values = {
        "idempotency_key": uuid.uuid4(),
        "category": "waste",
        "text": "Rác chất đống ba ngày",
        "place": IN_WARD,
        "lang": "vi",
        **changes,
    }
    return SubmitReport(**values)


def submitted(session: Session, *, at: datetime = MONDAY, **changes: Any) -> Submitted:
    """A report that was just taken in; its ticket is not routed."""
    return submit(session, command(**changes), now=at)


def report(session: Session, *, at: datetime = MONDAY, **changes: Any) -> Report:
    """Like `submitted`, the report alone."""
    return submitted(session, at=at, **changes).report


def routed_ticket(session: Session, *, at: datetime = MONDAY, **changes: Any) -> Ticket:
    """A ticket that the router has seen: assigned, or in triage."""
    found = submitted(session, at=at, **changes).ticket
    while route_pending(session, now=at):
        pass
    return found


def triage_ticket(session: Session, *, at: datetime = MONDAY, **changes: Any) -> Ticket:
    """A ticket that a person at the coordinator has to place."""
    return routed_ticket(session, at=at, category="other", **changes)


def accepted_ticket(session: Session, *, at: datetime = MONDAY, **changes: Any) -> Ticket:
    """A ticket in progress."""
    ticket = routed_ticket(session, at=at, **changes)
    return act(session, ticket, "accept", officer(session, ticket.agency_code or ""), at=at)


def report_of(session: Session, ticket: Ticket) -> Report:
    """The first report of a ticket."""
    query = select(Report).where(Report.ticket_id == ticket.id).order_by(Report.id)
    return session.scalars(query.limit(1)).one()


def photo(session: Session, *, state: str = "ready", at: datetime = MONDAY) -> Photo:
    """A photo's row, without files."""
    row = Photo(id=uuid.uuid4(), state=state, sha256=b"x" * 32, bytes_in=1, created_at=at)
    session.add(row)
    session.flush()
    return row


def staff(session: Session, role: str, agency: str | None = None) -> Actor:
    """A new member of staff with one role."""
    at = MONDAY - 30 * DAY
    email = f"{uuid.uuid4().hex}@example.invalid"
    account = add_account(session, email, full_name="Trần Thị Lan", lang="vi", now=at)
    give_role(session, account, role, agency, now=at)
    return actor_of(session, account, MONDAY)


def officer(session: Session, agency: str = WARD) -> Actor:
    """An officer of an agency."""
    return staff(session, "officer", agency)


def manager(session: Session, agency: str = WARD) -> Actor:
    """A manager of an agency."""
    return staff(session, "manager", agency)


def coordinator(session: Session) -> Actor:
    """Somebody of the coordinating office."""
    return staff(session, "coordinator", the_coordinator(session).code)


def act(
    session: Session,
    ticket: Ticket,
    verb: str,
    actor: Actor,
    *,
    at: datetime = MONDAY,
    **brings: Any,
) -> Ticket:
    """One act at the desk, on the version that the ticket has now."""
    values: Mapping[str, Any] = {"expected_version": ticket.row_version, **brings}
    done = Command(reference=ticket.reference, verb=verb, **values)
    return perform(session, done, actor=actor, now=at)


def resolve(session: Session, ticket: Ticket, *, at: datetime = MONDAY + HOUR) -> Ticket:
    """The owner's manager resolves it, with a proof."""
    by = manager(session, ticket.agency_code or "")
    proof = [photo(session, at=at).id]
    return act(session, ticket, "resolve", by, at=at, code="fixed", photo_ids=proof)


def ask_help(session: Session, ticket: Ticket, agency: str = NEXT_WARD, **brings: Any) -> Ticket:
    """Let the agency in the lead ask another one to help."""
    by = officer(session, ticket.agency_code or "")
    return act(session, ticket, "cooperate", by, agency_code=agency, text="Xe nâng", **brings)


def due(ticket: Ticket) -> datetime:
    """Return by when the outcome is promised."""
    assert ticket.outcome_due_at is not None
    return ticket.outcome_due_at


def events(session: Session, ticket: Ticket) -> list[TicketEvent]:
    """The history in order."""
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id)
    return list(session.scalars(query.order_by(TicketEvent.seq)))


def kinds(session: Session, ticket: Ticket) -> list[str]:
    """What happened, in order."""
    return [event.kind for event in events(session, ticket)]


def count(session: Session, table: type) -> int:
    """How many rows a table has."""
    return session.scalar(select(func.count()).select_from(table)) or 0


def wrong(session: Session, at: datetime = MONDAY) -> list[str]:
    """What `verify` finds."""
    session.flush()
    found = [f"{p.reference} {p.what}" for p in problems(session, at, Checked())]
    return found


@contextmanager
def statements() -> Iterator[list[str]]:
    """Everything that goes to the database meanwhile, except the fixture's savepoints."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        # The fixture's own, and the city's profile, which is read anew every few seconds.
        if not re.search(r"SAVEPOINT|FROM city\b", statement):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
