"""The coordinator's triage as a list: what nobody is responsible for yet, oldest first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.agencies.queries import coordinator
from app.desk import queries
from app.desk.acts.asks.suggestion import ask_for
from app.desk.acts.choices import Choices, read_choices
from app.desk.acts.forms import FormShown, form_for
from app.desk.likely import Likely, likely_agencies
from app.desk.lists import Row, bounded, excerpt, rows_of
from app.desk.schemas import Cursor
from app.tickets.facts import Role, Verb
from app.tickets.models import Ticket
from app.tickets.problem_table.guards import LAST_TRANSFER

PAGE = 10
EXCERPT = 280
TRIAGE_VERBS = (Verb.ANSWER, Verb.DECLINE)


@dataclass(frozen=True, kw_only=True)
class TriageEntry:
    """A ticket with the agencies that come into question. movable: one click assigns it."""

    row: Row
    version: int
    excerpt: str
    reason: str
    likely: list[Likely]
    movable: bool
    forms: tuple[FormShown, ...]


@dataclass(frozen=True, kw_only=True)
class Triage:
    """One page of the coordinator's list."""

    entries: list[TriageEntry]
    after: Cursor | None
    count: str


def triage_page(session: Session, after: Cursor | None, *, now: datetime) -> Triage:
    """Read what waits for a responsible agency."""
    page = queries.oldest_first(session, queries.IN_TRIAGE, after, PAGE)
    tickets = page.tickets
    rows = rows_of(session, tickets, now)
    likely = likely_agencies(session, tickets, now)
    reasons = queries.reasons(session, tickets)
    approval = coordinator(session).approval
    choices = {ticket.id: _choices(session, ticket, now) for ticket in tickets[:1]}
    offered = next(iter(choices.values()), None)
    entries = [
        TriageEntry(
            row=row,
            version=ticket.row_version,
            excerpt=excerpt(row.text, EXCERPT),
            reason=reasons.get(ticket.id, ""),
            likely=likely[ticket.id],
            movable=ticket.transfers + 1 < LAST_TRANSFER,
            forms=_forms(offered, ticket, approval) if offered and not row.proposed else (),
        )
        for ticket, row in zip(tickets, rows, strict=True)
    ]
    found = queries.counts(session, {"triage": [queries.IN_TRIAGE]})
    return Triage(entries=entries, after=page.after, count=bounded(found["triage"]))


def _choices(session: Session, ticket: Ticket, now: datetime) -> Choices:
    """Read the reasons once: they are the same for every ticket of the page."""
    return read_choices(
        session,
        ticket,
        {verb: ask_for(verb, ticket.kind) for verb in TRIAGE_VERBS},
        roles=dict.fromkeys(TRIAGE_VERBS, Role.COORDINATOR),
        suggested=(),
        now=now,
    )


def _forms(choices: Choices, ticket: Ticket, approval: str) -> tuple[FormShown, ...]:
    possible = [verb for verb in TRIAGE_VERBS if verb is not Verb.DECLINE or not ticket.appealed]
    return tuple(
        form_for(
            verb, choices, approval=approval, proof_required=False, prefix=f"{ticket.reference}-"
        )
        for verb in possible
    )
