"""Taking back what was just decided, where the lifecycle has a way back.

A verdict of the check is taken back by `recheck`, a merge by `unmerge`. What an agency has been
told of (it was assigned, it was declined) has no way back: the agency returns it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFound
from app.tickets.facts import Verb
from app.tickets.policy import may_see
from app.tickets.queries import by_reference, last_event
from app.tickets.service import roles_now

BACK: Mapping[str, Verb] = {
    Verb.PUBLISH: Verb.RECHECK,
    Verb.HIDE: Verb.RECHECK,
    Verb.MERGE: Verb.UNMERGE,
}


@dataclass(frozen=True, kw_only=True)
class Undo:
    """The act that takes something back. version: of the ticket as it is now."""

    reference: str
    verb: str
    version: int


def undo_of(session: Session, typed: str, actor: Actor, now: datetime) -> Undo | None:
    """Return how to take back the last act on a ticket (its code), if it was the reader's own."""
    try:
        ticket = by_reference(session, typed)
    except NotFound:
        return None
    event = last_event(session, ticket.id)
    back = BACK.get(event.kind)
    own = event.actor_account_id == actor.account_id
    if back is None or not own or not may_see(session, ticket, actor):
        return None
    if back not in roles_now(session, ticket, actor, now):
        return None
    return Undo(reference=ticket.reference, verb=back.value, version=ticket.row_version)
