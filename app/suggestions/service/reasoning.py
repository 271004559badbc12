"""Reasons for and against: one of each verified person, read by somebody before it is public.

There are no down-votes: whoever is against says why. No reason answers another.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.catalog.queries import profile
from app.core.errors import Conflict, NotFound, Rejection
from app.core.words.i18n import N_
from app.core.words.masking import mask
from app.core.words.text import clean
from app.suggestions.models import SuggestionReason
from app.suggestions.queries import is_read
from app.suggestions.service.supporting import CLOSED, may_support, persons
from app.tickets.models import Suggestion, Ticket
from app.tickets.queries import lock

SIDES = ("for", "against")
LEAST, MOST = 20, 600
SHOWN = 50
HIDDEN = "not_fit"


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
        "body": words, "public_body": public[:MOST], "written_at": now,
    }  # fmt: skip
    session.execute(insert(SuggestionReason).values(values).on_conflict_do_nothing())


def shown(session: Session, ticket: Ticket) -> Sequence[SuggestionReason]:
    """Return what everybody reads, the oldest first."""
    query = select(SuggestionReason).where(
        SuggestionReason.ticket_id == ticket.id,
        SuggestionReason.checked_at.is_not(None),
        SuggestionReason.hidden_code.is_(None),
    )
    return session.scalars(query.order_by(SuggestionReason.id).limit(SHOWN)).all()


def is_shown(session: Session, ticket: Ticket, reason: SuggestionReason) -> bool:
    """Tell whether everybody can read it now."""
    its = session.get_one(Suggestion, ticket.id)
    read = reason.checked_at is not None and reason.hidden_code is None
    return read and is_read(ticket, its)


def for_staff(session: Session, ticket: Ticket) -> Sequence[SuggestionReason]:
    """Return every reason, those that nobody has read first."""
    query = select(SuggestionReason).where(SuggestionReason.ticket_id == ticket.id)
    order = (SuggestionReason.checked_at.is_not(None), SuggestionReason.id)
    return session.scalars(query.order_by(*order).limit(SHOWN)).all()


def judge(session: Session, number: int, verb: str, *, now: datetime) -> SuggestionReason:
    """Publish a reason or hide it. Raises NotFound."""
    reason = session.get(SuggestionReason, number, with_for_update=True)
    if reason is None or verb not in ("publish", "hide"):
        raise NotFound("unknown_reason", N_("There is no such reason."))
    reason.checked_at = reason.checked_at or now
    reason.hidden_code = HIDDEN if verb == "hide" else None
    session.flush()
    return reason
