"""What single verbs change besides the step: dates, codes, photos.

Each function gets the locked ticket, checks what the lifecycle cannot know (codes of the pack,
other rows) and returns the parameters that the event keeps.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.agencies.queries import in_force, works_for
from app.catalog.models import Category, Code
from app.catalog.queries import today
from app.core.actor import Actor
from app.core.errors import Rejection
from app.core.words.i18n import N_
from app.media.models import Photo
from app.tickets.models import Ticket, TicketPhoto
from app.tickets.queries import gathered, point_of
from app.tickets.schemas import Command
from app.tickets.service.opening import public_key, recheck

CODE_KINDS = {
    "pause": "pause",
    "resolve": "outcome",
    "answer": "outcome",
    "decline": "refusal",
    "hide": "hide",
    "return": "return",
    "help_return": "return",
}


def known_agency(session: Session, code: str, now: datetime) -> Agency:
    """Return an agency that exists today. Raises Rejection."""
    agency = session.get(Agency, code)
    if agency is None or not in_force(agency, today(session, now)):
        raise Rejection("unknown_agency", N_("This agency does not exist."), field="agency")
    return agency


def check_code(session: Session, verb: str, code: str | None) -> None:
    """Refuse a reason that the pack does not know. Raises Rejection."""
    if code is None or verb not in CODE_KINDS:
        return
    found = session.get(Code, (CODE_KINDS[verb], code))
    if found is None or not found.active:
        raise Rejection("unknown_code", N_("Please choose one of the reasons."), field="code")


def check_photos(session: Session, command: Command) -> None:
    """Refuse photos that nobody stored. Raises Rejection."""
    found = set(session.scalars(select(Photo.id).where(Photo.id.in_(command.photo_ids))))
    if found != set(command.photo_ids):
        raise Rejection("unknown_photo", N_("One of the photos is missing."), field="photos")


def pause(
    _session: Session, ticket: Ticket, command: Command, _actor: Actor, _now: datetime
) -> dict[str, Any]:
    """Note until when, and why."""
    ticket.pause_code = command.code
    ticket.paused_until = command.until
    return {}


def outcome(
    session: Session, ticket: Ticket, command: Command, _actor: Actor, now: datetime
) -> dict[str, Any]:
    """Keep the planned date and the proof."""
    ticket.planned_for = command.until if command.code == "planned" else None
    check_photos(session, command)
    if command.photo_ids:
        rows = [
            {"ticket_id": ticket.id, "photo_id": number, "role": "proof", "added_at": now}
            for number in command.photo_ids
        ]
        session.execute(upsert(TicketPhoto).on_conflict_do_nothing(), rows)
    return {}


def plan(
    _session: Session, ticket: Ticket, command: Command, _actor: Actor, _now: datetime
) -> dict[str, Any]:
    """Note the day of the work; on it the ticket comes back (`watch.reasons.planned`)."""
    ticket.planned_for = command.until
    return {}


def extend(
    _session: Session, ticket: Ticket, command: Command, _actor: Actor, _now: datetime
) -> dict[str, Any]:
    """A new date beside the frozen one, which stays."""
    ticket.extended_to = command.until
    return {}


def changes(ticket: Ticket, command: Command) -> bool:
    """Tell whether a correction changes anything."""
    other_category = command.category_code not in (None, ticket.category_code)
    return other_category or command.place is not None


def correct(
    session: Session, ticket: Ticket, command: Command, _actor: Actor, _now: datetime
) -> dict[str, Any]:
    """Correct category or place; the router looks again."""
    params: dict[str, Any] = {}
    if command.category_code is not None and command.category_code != ticket.category_code:
        category = session.get(Category, command.category_code)
        if category is None or not category.active or category.kind != ticket.kind:
            raise Rejection(
                "unknown_category", N_("This category does not exist."), field="category"
            )
        params["category"] = [ticket.category_code, category.code]
        ticket.category_code = category.code
        ticket.severity_code = category.severity_code
        if category.privacy == "restricted":
            _make_private(session, ticket)
    if command.place is not None:
        params["place"] = True
        ticket.place = command.place.element()
        ticket.accuracy_m = None
    category = session.get_one(Category, ticket.category_code)
    if ticket.checked_at is None:
        recheck(ticket, category)
    place = None if ticket.coarse else command.place or point_of(session, ticket)
    ticket.map_key = (
        None if ticket.private else public_key(session, category, place, ticket.area_code)
    )
    return params


def _make_private(session: Session, ticket: Ticket) -> None:
    """Close the ticket to the public, with all that was merged into it: their pages name it."""
    ticket.private, ticket.map_key = True, None
    for joined in session.scalars(select(Ticket).where(Ticket.merged_into_id == ticket.id)):
        joined.row_version += 1
        _make_private(session, joined)


def entrust(
    session: Session, ticket: Ticket, command: Command, _actor: Actor, now: datetime
) -> dict[str, Any]:
    """Put it into the hands of somebody who works for the agency, or into nobody's."""
    number, before = command.account_id, ticket.officer_id
    if number is not None and not works_for(session, number, ticket.agency_code or "", now):
        raise Rejection(
            "unknown_person", N_("Please choose somebody of your agency."), field="person"
        )
    ticket.officer_id = number
    return {"account": number, "before": before}


def accept(
    _session: Session, ticket: Ticket, _command: Command, actor: Actor, _now: datetime
) -> dict[str, Any]:
    """An officer who accepts what is in nobody's hands takes it into the own ones."""
    mine = ("officer", ticket.agency_code) in actor.roles
    if not mine or ticket.officer_id is not None:
        return {}
    ticket.officer_id = actor.account_id
    return {"account": actor.account_id}


def publish(
    session: Session, ticket: Ticket, command: Command, _actor: Actor, now: datetime
) -> dict[str, Any]:
    """The check: words and photos may be shown, those of what was merged into it as well."""
    if command.part is not None:
        return {}  # what joined, by itself: see `reports.service.parts`
    ticket.hidden_code = None
    ticket.flagged_at = None
    for seen in (ticket, *_merged(session, ticket, Ticket.content != "hidden")):
        seen.content = "published"
        seen.checked_at = seen.checked_at or now
        seen.checked_version = seen.row_version
    return {}


def _merged(session: Session, ticket: Ticket, such: ColumnElement[bool]) -> Sequence[Ticket]:
    """Lock what was merged into it. What somebody adds to right now is left out: it comes again."""
    parts = (
        select(Ticket)
        .where(Ticket.id.in_(gathered(session, ticket)[1:]), such)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(parts).all()


def hide(
    session: Session, ticket: Ticket, command: Command, _actor: Actor, now: datetime
) -> dict[str, Any]:
    """The check: words and photos stay closed, with a public code; those merged into it as well."""
    if command.part is not None:
        return {}
    ticket.flagged_at = None
    for seen in (ticket, *_merged(session, ticket, Ticket.content != "hidden")):
        seen.content = "hidden"
        seen.hidden_code = command.code
        seen.checked_at = seen.checked_at or now
    return {}


def take_back(
    session: Session, ticket: Ticket, _command: Command, _actor: Actor, _now: datetime
) -> dict[str, Any]:
    """Take a verdict back: nothing is shown until somebody has looked again."""
    for seen in (ticket, *_merged(session, ticket, Ticket.content != "pending")):
        seen.content = "pending"
        seen.hidden_code = seen.checked_at = None
    return {}
