"""Reasons for and against: one of each verified person, read by somebody before it is public.

1. There are no down-votes: whoever is against says why. No reason answers another.
2. Each side has its own list, the newest first: many on one side do not shut out the other.
3. What is kept is the masked copy. A reason that is taken away, or shown again, is an event for the
   staff: it says who did it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.catalog.queries import profile
from app.core.actor import Actor
from app.core.errors import Conflict, NotFound, Rejection
from app.core.words.i18n import N_
from app.core.words.masking import mask
from app.core.words.text import clean
from app.suggestions.models import SuggestionReason
from app.suggestions.queries import is_read
from app.suggestions.service.supporting import CLOSED, may_support, persons
from app.tickets.facts import Role, Verb
from app.tickets.models import Suggestion, Ticket
from app.tickets.policy import roles_on
from app.tickets.queries import lock
from app.tickets.service.step.record import Line, append

SIDES = ("for", "against")
LEAST, MOST = 20, 600
UNREAD, EACH = 50, 20
HIDDEN = "not_fit"
VERDICTS = {"publish": Verb.PUBLISH, "hide": Verb.HIDE}


def say(
    session: Session, ticket: Ticket, keys: Collection[bytes], side: str, typed: str, *,
    now: datetime,
) -> None:  # fmt: skip
    """Take a reason. keys: what was proved. Raises Rejection, Conflict."""
    words = clean(typed)
    if side not in SIDES:
        message = N_("Please say whether it is for or against.")
        raise Rejection("unknown_code", message, field="side")
    if not LEAST <= len(words) <= MOST:
        raise Rejection(
            "wrong_length", N_("Please write between %(least)s and %(most)s characters."),
            field="reason", params={"least": LEAST, "most": MOST},
        )  # fmt: skip
    ticket = lock(session, ticket.id)
    if not keys or not may_support(session, ticket):
        raise CLOSED
    people = persons(session, ticket, keys)
    said = select(SuggestionReason.id).where(
        SuggestionReason.ticket_id == ticket.id, SuggestionReason.person.in_(people)
    )
    if session.scalar(said) is not None:
        raise Conflict("said_already", N_("You have given a reason already."), field="reason")
    public = mask(words, region=profile(session).phone_region)
    values = {
        "ticket_id": ticket.id, "person": people[0], "side": side,
        "public_body": public[:MOST], "written_at": now,
    }  # fmt: skip
    session.execute(insert(SuggestionReason).values(values).on_conflict_do_nothing())


@dataclass(frozen=True, kw_only=True)
class Reasons:
    """Some of them. count: how many there are. more: they go on below this number; 0: they end."""

    rows: Sequence[SuggestionReason]
    count: int
    more: int


def shown(
    session: Session, ticket: Ticket, before: Mapping[str, int] = MappingProxyType({})
) -> dict[str, Reasons]:
    """Return what everybody reads of each side, below a number."""
    public = (
        SuggestionReason.ticket_id == ticket.id,
        SuggestionReason.checked_at.is_not(None),
        SuggestionReason.hidden_code.is_(None),
    )
    return {
        side: _page(session, (*public, SuggestionReason.side == side), before.get(side, 0))
        for side in SIDES
    }


def _page(session: Session, such: Sequence[ColumnElement[bool]], before: int) -> Reasons:
    query = select(SuggestionReason).where(*such)
    if before:
        query = query.where(SuggestionReason.id < before)
    rows = session.scalars(query.order_by(SuggestionReason.id.desc()).limit(EACH + 1)).all()
    return Reasons(
        rows=rows[:EACH],
        count=session.scalar(select(func.count()).where(*such)) or 0,
        more=rows[EACH - 1].id if len(rows) > EACH else 0,
    )


def is_shown(session: Session, ticket: Ticket, reason: SuggestionReason) -> bool:
    """Tell whether everybody can read it now."""
    its = session.get_one(Suggestion, ticket.id)
    read = reason.checked_at is not None and reason.hidden_code is None
    return read and is_read(ticket, its)


def for_staff(session: Session, ticket: Ticket, before: int) -> Reasons:
    """Return those that nobody has read, then the others below a number, the newest first."""
    its, read = SuggestionReason.ticket_id == ticket.id, SuggestionReason.checked_at.is_not(None)
    fresh = select(SuggestionReason).where(its, ~read).order_by(SuggestionReason.id).limit(UNREAD)
    found = _page(session, (its, read), before)
    first = () if before else session.scalars(fresh).all()
    return replace(found, rows=[*first, *found.rows])


def judge(
    session: Session, number: int, verb: str, *, actor: Actor, now: datetime
) -> SuggestionReason:
    """Publish a reason or hide it. Raises NotFound."""
    found = session.get(SuggestionReason, number)
    if found is None or verb not in VERDICTS:
        raise NotFound("unknown_reason", N_("There is no such reason."))
    ticket = lock(session, found.ticket_id)
    session.refresh(found, with_for_update=True)
    hidden = HIDDEN if verb == "hide" else None
    if hidden or found.hidden_code:
        screens = Role.SCREENER in roles_on(session, ticket, actor)
        role = Role.SCREENER if screens else Role.COORDINATOR
        line = Line(
            verb=VERDICTS[verb], from_status=ticket.status, params={"reason_of": found.side},
            public=False, role=role,
        )  # fmt: skip
        append(session, ticket, line, actor=actor, now=now)
    found.checked_at = found.checked_at or now
    found.hidden_code = hidden
    session.flush()
    return found
