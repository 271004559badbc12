"""Does a suggestion's publication follow from its own history? For `tickets.verify`."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy.orm import Session

from app.tickets.lifecycle import Role, Verb, is_legal
from app.tickets.models import Suggestion, Ticket, TicketEvent
from app.tickets.tables import PUBLICATION_TABLE, SUGGESTION
from app.tickets.tables.publication import SUBMITTED


def wrong_publication(
    session: Session, ticket: Ticket, events: Iterable[TicketEvent]
) -> Iterator[str]:
    """Yield what does not fit: every change stands in an event and is a row of the table."""
    suggestion = session.get(Suggestion, ticket.id)
    if ticket.kind != SUGGESTION:
        if suggestion is not None:
            yield "is no suggestion, but has a publication"
        return
    if suggestion is None:
        yield "is a suggestion without a publication"
        return
    present, late = SUBMITTED, False
    for event in events:
        if event.kind == Verb.CONVERT:
            present, late = SUBMITTED, False  # another life begins
            continue
        before, after = event.params.get("publication", (present, present))
        lawful = before == after or is_legal(
            PUBLICATION_TABLE, Verb(event.kind), before, after, Role(event.actor_role)
        )
        if before != present or not lawful:
            yield f"event {event.seq} leads its publication from {before} to {after}"
        present = after
        late = late or event.kind == Verb.SCREEN_OVERDUE
    if present != suggestion.publication:
        yield f"is {suggestion.publication}, but its history ends with {present}"
    if late != (suggestion.screen_overdue_at is not None):
        yield f"its reading was late: {not late}, its history says {late}"


def kinds_of(kind: str, events: Sequence[TicketEvent]) -> list[str]:
    """Return of which kind the ticket was at each event; a conversion belongs to the former."""
    turns = [event.params["kind"] for event in events if event.kind == Verb.CONVERT]
    present = turns[0][0] if turns else kind
    found = []
    for event in events:
        found.append(present)
        if event.kind == Verb.CONVERT:
            present = event.params["kind"][1]
    return found
