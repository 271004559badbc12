"""What the desk's page of a ticket shows besides, where it is a suggestion."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.words.i18n import translate
from app.desk.suggesting.queue import READERS
from app.rights.queries import reasons_of
from app.rights.service.flags import REASONS
from app.suggestions.queries import texts_of
from app.suggestions.service import reasoning
from app.suggestions.service.reasoning import Reasons
from app.suggestions.signals import Signals, signals
from app.tickets.models import Suggestion, SuggestionText, Ticket
from app.tickets.tables import SUGGESTION
from app.tickets.tables.publication import WAITING
from app.tickets.words.suggestion import PUBLICATION


@dataclass(frozen=True, kw_only=True)
class SuggestionShown:
    """Both axes, and every version of the words: what becomes public is the masked copy.

    flags: (reason, how many) of people who find that it does not belong there.
    """

    title: str
    said: str
    waits: bool
    screen_due_at: datetime
    screen_late: bool
    texts: Sequence[SuggestionText]
    supports: int
    threshold: int | None
    crossed_at: datetime | None
    basis: str
    decider: str
    reasons: Reasons
    flags: list[tuple[str, int]]
    signals: Signals | None


def suggestion_shown(
    session: Session, ticket: Ticket, actor: Actor, reasons: int
) -> SuggestionShown | None:
    """Return it; None for a problem. Signals of stuffing are for those who screen.

    reasons: those for and against it below this number; 0: from the first.
    """
    if ticket.kind != SUGGESTION:
        return None
    its = session.get_one(Suggestion, ticket.id)
    return SuggestionShown(
        title=its.title,
        said=translate(PUBLICATION[its.publication]),
        waits=its.publication in WAITING,
        screen_due_at=its.screen_due_at,
        screen_late=its.screen_overdue_at is not None,
        texts=[row for row in texts_of(session, ticket.id) if row.erased_at is None],
        supports=ticket.supporters_count,
        threshold=its.threshold,
        crossed_at=its.crossed_at,
        basis=its.basis or "",
        decider=its.decider or "",
        reasons=reasoning.for_staff(session, ticket, reasons),
        flags=[
            (translate(REASONS[code]), count)
            for code, count in reasons_of(session, ticket.id, ticket.flagged_at).items()
        ],
        signals=signals(session, ticket.id) if _screens(actor) else None,
    )


def _screens(actor: Actor) -> bool:
    return any(role in READERS for role, _agency in actor.roles)
