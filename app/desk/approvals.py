"""What waits for the reader's approval, in full: nobody approves what they have not seen.

The oldest stands first; one page at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.agencies.models import Membership
from app.agencies.queries import deputies, lasting_manager, members_of
from app.agencies.service import Deputising
from app.catalog.queries import profile
from app.core.actor import Actor
from app.core.errors import Rejection
from app.core.words.i18n import N_, translate
from app.desk.acts.asks.suggestion import ask_for
from app.desk.acts.next_step import age
from app.desk.content import PhotoShown, proof_photos
from app.desk.lists import Option, Row, rows_of
from app.tickets.facts import Verb
from app.tickets.models import OfficialReply, Proposal, Ticket
from app.tickets.queries import OPEN_STATUSES, unread_replies
from app.tickets.schemas import Command
from app.tickets.service import perform
from app.tickets.words.names import Names
from app.tickets.words.suggestion import DECISIONS

PAGE = 30


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """An act that waits for a manager. late: longer than it may."""

    label: str
    reason: str
    text: str
    basis: str
    decider: str
    until: datetime | None
    at: datetime
    waits: str
    late: bool
    photos: list[PhotoShown]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A ticket with the act that waits. mark: what the form sends to approve just this."""

    row: Row
    version: int
    proposed: Proposed
    mark: str


@dataclass(frozen=True, kw_only=True)
class Deputy:
    """Somebody who approves in the manager's place for a time."""

    number: int
    name: str
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Approvals:
    """One page. replies: official ones that nobody has read for the public yet.

    names: whether the reader may name deputies, people: whom.
    """

    entries: list[Entry]
    more: bool
    replies: list[tuple[Ticket, OfficialReply]]
    deputies: list[Deputy]
    names: bool
    people: list[Option]


def approvals_page(session: Session, actor: Actor, now: datetime) -> Approvals:
    """Read what waits for this manager."""
    agencies = managed(actor)
    query = (
        select(Ticket, Proposal)
        .join(Proposal, Proposal.ticket_id == Ticket.id)
        .where(Proposal.decided_at.is_(None), Ticket.status.in_(OPEN_STATUSES))
        .where(Ticket.agency_code.in_(agencies))
        .order_by(Proposal.proposed_at, Proposal.id)
        .limit(PAGE + 1)
    )
    found = list(session.execute(query))
    rows = rows_of(session, [ticket for ticket, _proposal in found[:PAGE]], now)
    named = deputies(session, agencies, now)
    lasting = lasting_manager(session, actor.account_id or 0, now)
    return Approvals(
        entries=[
            Entry(
                row=row,
                version=ticket.row_version,
                proposed=proposed(session, proposal, actor, now),
                mark=f"{ticket.reference} {ticket.row_version}",
            )
            for (ticket, proposal), row in zip(found, rows, strict=False)
        ],
        more=len(found) > PAGE,
        replies=unread_replies(session, agencies, PAGE),
        deputies=[_deputy(session, row) for row in named],
        names=bool(lasting),
        people=[
            Option(str(account.id), account.full_name)
            for account in members_of(session, lasting, now)
            if account.id != actor.account_id
        ],
    )


def managed(actor: Actor) -> frozenset[str]:
    """Return the agencies whose manager somebody is."""
    return frozenset(code for role, code in actor.roles if role == "manager" and code is not None)


def _deputy(session: Session, row: Membership) -> Deputy:
    assert row.until is not None
    name = session.get_one(Account, row.account_id).full_name
    last = row.until - timedelta(seconds=1)  # it holds until the end of that day
    return Deputy(number=row.id, name=name, since=row.since, until=last)


def proposed(session: Session, proposal: Proposal, actor: Actor, now: datetime) -> Proposed:
    """Return an act that waits, in words."""
    ticket = session.get_one(Ticket, proposal.ticket_id)
    ask, params = ask_for(Verb(proposal.verb), ticket.kind), proposal.params
    until = params.get("until")
    return Proposed(
        label=translate(ask.label),
        reason=_reason(session, ask.kind, params.get("code")),
        basis=params.get("basis") or "",
        decider=params.get("decider") or "",
        text=proposal.body or "",
        until=datetime.fromisoformat(until) if until else None,
        at=proposal.proposed_at,
        waits=age(proposal.proposed_at, now),
        late=proposal.due_at is not None and proposal.due_at < now,
        photos=proof_photos(
            session,
            ticket,
            [UUID(one) for one in params.get("photos", ())],
            actor,
            now,
        ),
    )


def _reason(session: Session, kind: str, code: str | None) -> str:
    if code is not None and code in DECISIONS:
        return translate(DECISIONS[code])
    return Names.load(session).code(kind, code)


def parse_deputy(
    session: Session, form: Mapping[str, str], actor: Actor, now: datetime
) -> Deputising:
    """Read who stands in from when until when: whole local days. Raises Rejection."""
    zone, agencies = profile(session).zone, managed(actor)
    first, last = (_day(form, name) for name in ("since", "until"))
    typed = form.get("person", "")
    known = {str(account.id): account for account in members_of(session, agencies, now)}
    if typed not in known:
        raise Rejection("unknown_person", N_("Please choose somebody of your agency."),
                        field="person")  # fmt: skip
    return Deputising(
        by=actor.account_id or 0,
        account=known[typed],
        agencies=agencies,
        since=datetime.combine(first, time.min, zone),
        until=datetime.combine(last + timedelta(days=1), time.min, zone),
    )


def _day(form: Mapping[str, str], name: str) -> date:
    try:
        found = date.fromisoformat(form.get(name, "").strip())
    except ValueError:
        found = date.min
    if not 2000 <= found.year <= 2200:
        raise Rejection("bad_date", N_("This is not a date."), field=name)
    return found


def approve(session: Session, mark: str, actor: Actor, now: datetime) -> None:
    """Approve what a mark names, as it was seen. Raises NotFound, Conflict."""
    reference, _, version = mark.partition(" ")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    verb = Verb.APPROVE.value
    command = Command(reference=reference, verb=verb, expected_version=seen)
    perform(session, command, actor=actor, now=now)
