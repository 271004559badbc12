"""One act on several tickets: what would be done with each, what was done, and one way back.

1. Only what needs no words or choice of each ticket's own is done on several at once.
2. Each ticket is acted on by the verb itself, with the version that the list showed: what somebody
   changed meanwhile is left out and named, and stops no other.
3. Each is a transaction of its own, noted under the form's key: sending the form again goes on
   where it stopped and repeats nothing.
4. What lies in other hands can go back to where it lay, by who did it and for a few minutes, where
   nobody has changed the ticket since. The other acts have no way back: the history keeps them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Conflict, NotFound, Rejection
from app.core.words.i18n import N_
from app.core.words.text import clean
from app.desk.acts.choices import NOBODY
from app.tickets.facts import Verb
from app.tickets.models import BulkAct, BulkTicket, Ticket
from app.tickets.policy import may_see
from app.tickets.queries import by_reference
from app.tickets.schemas import Command
from app.tickets.service import perform, roles_now

BULK = (Verb.ACCEPT, Verb.ENTRUST, Verb.NOTE)
MOST, MAX_TEXT = 100, 4_000
UNDO_FOR = timedelta(minutes=10)
NOT_NOW = N_("This cannot be done in the ticket's present state.")
CHANGED = N_("Somebody else changed this ticket meanwhile.")
NOT_SEEN = N_("There is no report with this code.")


@dataclass(frozen=True)
class Mark:
    """A ticket as the list showed it."""

    reference: str
    version: int

    def __str__(self) -> str:
        return f"{self.reference} {self.version}"


@dataclass(frozen=True, kw_only=True)
class Bulk:
    """What somebody wants to do. key: of the form. person: whose hands; None: nobody's."""

    key: UUID
    verb: Verb
    marks: tuple[Mark, ...]
    person: int | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """ready: what will be done; left_out: (code, msgid of the reason)."""

    bulk: Bulk
    ready: list[Mark]
    left_out: list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was done. until: by when it can be undone; None: not at all, or not any more."""

    key: UUID
    verb: str
    references: list[str]
    until: datetime | None


def parse_bulk(form: Mapping[str, str], marks: Sequence[str]) -> Bulk:
    """Read a form. Raises Rejection."""
    verbs = {verb.value: verb for verb in BULK}
    verb = verbs.get(form.get("verb", ""))
    if verb is None:
        raise Rejection("unknown_act", N_("Please choose what to do."), field="verb")
    found = tuple(dict.fromkeys(filter(None, map(_mark, marks))))[:MOST]
    if not found:
        raise Rejection("nothing_marked", N_("Nothing was marked."), field="ticket")
    text = clean(form.get("text", ""))
    if verb is Verb.NOTE and not text:
        raise Rejection("text_missing", N_("Please write the note."), field="text")
    if len(text) > MAX_TEXT:
        raise Rejection(
            "too_long",
            N_("This is too long: %(length)s characters, at most %(limit)s."),
            field="text",
            params={"length": len(text), "limit": MAX_TEXT},
        )
    person = _person(form.get("person", "")) if verb is Verb.ENTRUST else None
    return Bulk(
        key=_key(form.get("key", "")), verb=verb, marks=found, person=person,
        text=text if verb is Verb.NOTE else "",
    )  # fmt: skip


def _mark(typed: str) -> Mark | None:
    reference, _, version = typed.partition(" ")
    good = version.isascii() and version.isdigit() and len(version) < 10
    return Mark(reference[:64], int(version)) if good and reference else None


def _person(typed: str) -> int | None:
    if typed == NOBODY:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 19):
        raise Rejection(
            "unknown_person", N_("Please choose somebody of your agency."), field="person"
        )
    return int(typed)


def _key(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        return uuid4()


def preview(session: Session, bulk: Bulk, actor: Actor, now: datetime) -> Preview:
    """Tell what would be done and what not, without doing it."""
    ready, left_out = [], []
    for mark in bulk.marks:
        reason = _hindrance(session, mark, bulk.verb, actor, now)
        if reason:
            left_out.append((mark.reference, reason))
        else:
            ready.append(mark)
    return Preview(bulk=replace(bulk, marks=tuple(ready)), ready=ready, left_out=left_out)


def _hindrance(session: Session, mark: Mark, verb: Verb, actor: Actor, now: datetime) -> str:
    try:
        ticket = by_reference(session, mark.reference)
    except NotFound:
        return NOT_SEEN
    if not may_see(session, ticket, actor):
        return NOT_SEEN
    if ticket.row_version != mark.version:
        return CHANGED
    return "" if verb in roles_now(session, ticket, actor, now) else NOT_NOW


def act_on(session: Session, bulk: Bulk, mark: Mark, *, actor: Actor, now: datetime) -> None:
    """Do it on one ticket, unless it was done under this key. Raises Rejection and its kin."""
    _begin(session, bulk, actor, now)
    ticket = by_reference(session, mark.reference)
    if session.get(BulkTicket, (bulk.key, ticket.id)) is not None:
        return
    before = ticket.officer_id
    command = Command(
        reference=mark.reference, verb=bulk.verb.value, expected_version=mark.version,
        text=bulk.text or None, account_id=bulk.person,
    )  # fmt: skip
    ticket = perform(session, command, actor=actor, now=now)
    session.add(
        BulkTicket(
            bulk_key=bulk.key, ticket_id=ticket.id, version=ticket.row_version,
            officer_before=before,
        )
    )  # fmt: skip
    session.flush()


def _begin(session: Session, bulk: Bulk, actor: Actor, now: datetime) -> None:
    """Note the key; who sends the same form twice at once waits here. Raises Conflict."""
    values = {
        "key": bulk.key, "account_id": actor.account_id, "verb": bulk.verb.value, "begun_at": now,
    }  # fmt: skip
    session.execute(upsert(BulkAct).values(**values).on_conflict_do_nothing())
    row = session.get_one(BulkAct, bulk.key, with_for_update=True, populate_existing=True)
    if (row.account_id, row.verb) != (actor.account_id, bulk.verb.value):
        raise Conflict("other_form", N_("This form was used for something else."))


def done(session: Session, key: UUID, actor: Actor, now: datetime) -> Done:
    """Return what was done under a key. Raises NotFound, also for somebody else's."""
    row = _own(session, key, actor)
    references = session.scalars(
        select(Ticket.reference)
        .join(BulkTicket, BulkTicket.ticket_id == Ticket.id)
        .where(BulkTicket.bulk_key == key)
        .order_by(Ticket.id)
    )
    until = row.begun_at + UNDO_FOR
    open_ = row.verb == Verb.ENTRUST and row.undone_at is None and now < until
    return Done(key=key, verb=row.verb, references=list(references), until=until if open_ else None)


def to_undo(session: Session, key: UUID, actor: Actor, now: datetime) -> list[BulkTicket]:
    """Return what is to go back, once. Raises NotFound, Conflict."""
    row = _own(session, key, actor)
    if row.verb != Verb.ENTRUST or row.undone_at is not None or now >= row.begun_at + UNDO_FOR:
        raise Conflict("too_late", N_("This cannot be undone any more."))
    row.undone_at = now
    session.flush()
    return list(session.scalars(select(BulkTicket).where(BulkTicket.bulk_key == key)))


def undo(session: Session, part: BulkTicket, *, actor: Actor, now: datetime) -> None:
    """Put one ticket back into the hands that it lay in. Raises Conflict, Rejection."""
    ticket = session.get_one(Ticket, part.ticket_id)
    command = Command(
        reference=ticket.reference, verb=Verb.ENTRUST.value, expected_version=part.version,
        account_id=part.officer_before,
    )  # fmt: skip
    perform(session, command, actor=actor, now=now)


def reference_of(session: Session, part: BulkTicket) -> str:
    """Return the code of a ticket that it was done on."""
    return session.get_one(Ticket, part.ticket_id).reference


def _own(session: Session, key: UUID, actor: Actor) -> BulkAct:
    row = session.get(BulkAct, key, with_for_update=True)
    if row is None or row.account_id != actor.account_id:
        raise NotFound("unknown_page", N_("There is nothing at this address."))
    return row
