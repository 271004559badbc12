"""What the staff's verbs change on a suggestion besides the step.

1. The first publication freezes the threshold; the promise counts from it.
2. What was refused stays visible with its code, unless the code says that it may not be.
3. A feasible answer must be followed by a step within the pack's days.
4. Each function gets the locked ticket and returns what the event keeps.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.catalog.queries import profile
from app.core.actor import Actor
from app.core.errors import Conflict
from app.core.words.masking import mask
from app.tickets.facts import Verb
from app.tickets.models import Suggestion, SuggestionText, Ticket
from app.tickets.queries import point_of
from app.tickets.schemas import Command
from app.tickets.service import extras
from app.tickets.service.opening import public_key
from app.tickets.service.suggesting.thresholds import threshold_of
from app.tickets.tables.guards import FEASIBLE, UNLAWFUL
from app.tickets.words import REFUSALS

Extra = Callable[[Session, Ticket, Command, Actor, datetime], dict[str, Any]]


def publish(
    session: Session, ticket: Ticket, command: Command, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Show what waited for the check; the first time all counts from now."""
    extras.publish(session, ticket, command, actor, now)
    suggestion = session.get_one(Suggestion, ticket.id)
    _show_words(session, ticket, suggestion, now)
    if not suggestion.title:
        raise Conflict("not_now", REFUSALS["not_now"])  # its author keeps the words private
    if suggestion.published_at is not None:
        return {}
    suggestion.published_at = ticket.promised_from = now
    suggestion.threshold = threshold_of(session, ticket)
    category = session.get_one(Category, ticket.category_code)
    ticket.map_key = public_key(session, category, point_of(session, ticket), ticket.area_code)
    return {"threshold": suggestion.threshold} if suggestion.threshold else {}


def _show_words(session: Session, ticket: Ticket, its: Suggestion, now: datetime) -> None:
    shown = session.scalars(
        update(SuggestionText)
        .where(SuggestionText.ticket_id == ticket.id, SuggestionText.checked_at.is_(None))
        .values(checked_at=now)
        .returning(SuggestionText)
    ).all()
    versions = [row for row in shown if not row.addendum]
    if versions and ticket.supporters_count and its.published_at is not None:
        # Written before somebody supported the words that were public: they stay.
        for row in versions:
            row.addendum = True
    elif versions:
        its.title = max(versions, key=lambda row: row.number).public_title


def refuse(
    session: Session, ticket: Ticket, command: Command, _actor: Actor, now: datetime
) -> dict[str, Any]:
    """Keep the public code; the words stay visible unless they are unlawful (rule 2)."""
    suggestion = session.get_one(Suggestion, ticket.id)
    suggestion.refusal_code = command.code
    _show_words(session, ticket, suggestion, now)
    ticket.content = "hidden" if command.code in UNLAWFUL else "published"
    ticket.checked_at, ticket.checked_version = now, ticket.row_version
    return {}


def answer(
    session: Session, ticket: Ticket, command: Command, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Keep what the decision rests on, who took it, and the next date (rule 3)."""
    extras.outcome(session, ticket, command, actor, now)
    suggestion, city = session.get_one(Suggestion, ticket.id), profile(session)
    suggestion.basis = mask(command.basis or "", region=city.phone_region) or None
    suggestion.decider = command.decider
    feasible = command.code in FEASIBLE
    ticket.planned_for = command.until if feasible else None
    suggestion.step_due_at = now + timedelta(days=city.suggestions.step_days) if feasible else None
    return {}


def milestone(
    session: Session, ticket: Ticket, command: Command, _actor: Actor, _now: datetime
) -> dict[str, Any]:
    """The next step has its date; the event has its words. Without another one it expires."""
    assert command.until is not None  # its row asks for a date
    ticket.planned_for = command.until
    wait = timedelta(days=profile(session).suggestions.step_days)
    session.get_one(Suggestion, ticket.id).step_due_at = command.until + wait
    return {}


def conclude(
    session: Session, ticket: Ticket, _command: Command, _actor: Actor, _now: datetime
) -> dict[str, Any]:
    """Nothing is planned any more."""
    ticket.planned_for = None
    session.get_one(Suggestion, ticket.id).step_due_at = None
    return {}


EXTRAS: Mapping[Verb, Extra] = {
    Verb.PUBLISH: publish,
    Verb.REFUSE: refuse,
    Verb.ANSWER: answer,
    Verb.MILESTONE: milestone,
    Verb.DELIVER: conclude,
    Verb.DROP: conclude,
    Verb.REOPEN: conclude,
}
