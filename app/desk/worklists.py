"""The coordinator's triage and the check of words and photos: one after the other, oldest first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from app.agencies.queries import coordinator
from app.core.actor import Actor
from app.core.words.i18n import translate
from app.desk import queries
from app.desk.acts.asks import ASKS
from app.desk.acts.choices import Choices, read_choices
from app.desk.acts.forms import FormShown, Refused, form_for, summary
from app.desk.content import (
    PhotoShown,
    ReportShown,
    later_words,
    report_photos,
    reports_shown,
)
from app.desk.lists import Row, bounded, excerpt, rows_of
from app.desk.schemas import Cursor
from app.desk.suggestions import Likely, likely_agencies
from app.rights.queries import reasons_of
from app.rights.service.flags import REASONS
from app.tickets.facts import Role, Verb
from app.tickets.models import Ticket
from app.tickets.problem_table.guards import LAST_TRANSFER
from app.tickets.words.view import TicketView, ticket_view

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
    texts = queries.first_texts(session, [ticket.id for ticket in tickets])
    reasons = queries.reasons(session, tickets)
    approval = coordinator(session).approval
    choices = {ticket.id: _choices(session, ticket, now) for ticket in tickets[:1]}
    offered = next(iter(choices.values()), None)
    entries = [
        TriageEntry(
            row=row,
            version=ticket.row_version,
            excerpt=excerpt(texts.get(ticket.id, ""), EXCERPT),
            reason=reasons.get(ticket.id, ""),
            likely=likely[ticket.id],
            movable=ticket.transfers + 1 < LAST_TRANSFER,
            forms=_forms(offered, ticket, approval) if offered and not row.proposed else (),
        )
        for ticket, row in zip(tickets, rows, strict=True)
    ]
    found = queries.counts(session, {"triage": queries.IN_TRIAGE})
    return Triage(entries=entries, after=page.after, count=bounded(found["triage"]))


def _choices(session: Session, ticket: Ticket, now: datetime) -> Choices:
    """Read the reasons once: they are the same for every ticket of the page."""
    return read_choices(
        session,
        ticket,
        {verb: ASKS[verb] for verb in TRIAGE_VERBS},
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


@dataclass(frozen=True, kw_only=True)
class Check:
    """One ticket to look at.

    later: (text, public copy) of what came after the reports. skip: the cursor behind it.
    flags: (reason, how many) of people who find that it does not belong there.
    """

    view: TicketView
    version: int
    reports: list[ReportShown]
    later: list[tuple[str, str]]
    photos: list[PhotoShown]
    publish: FormShown
    hide: FormShown
    skip: Cursor
    count: str
    wrong: list[tuple[str, str]]
    flags: list[tuple[str, int]]


def next_unchecked(session: Session, after: Cursor | None, actor: Actor) -> Ticket | None:
    """Return the oldest ticket (after one that was left for later) that nobody has looked at."""
    found = queries.oldest_first(session, _to_check(session, actor), after, 1).tickets
    return found[0] if found else None


def _to_check(session: Session, actor: Actor) -> ColumnElement[bool]:
    return and_(queries.TO_CHECK, queries.visible(queries.scope_of(session, actor)))


def check_page(
    session: Session, ticket: Ticket, actor: Actor, *, now: datetime, refused: Refused | None = None
) -> Check:
    """Read one ticket for the check."""
    verbs = (Verb.PUBLISH, Verb.HIDE)
    choices = read_choices(
        session,
        ticket,
        {verb: ASKS[verb] for verb in verbs},
        roles=dict.fromkeys(verbs, Role.SCREENER),
        suggested=(),
        now=now,
    )
    publish, hide = (
        form_for(verb, choices, approval="none", proof_required=False, refused=refused)
        for verb in verbs
    )
    found = queries.counts(session, {"check": _to_check(session, actor)})
    return Check(
        view=ticket_view(session, ticket, now=now, audience="staff"),
        version=ticket.row_version,
        reports=reports_shown(session, ticket),
        later=later_words(session, ticket),
        photos=report_photos(session, ticket, actor, now),
        publish=publish,
        hide=hide,
        skip=Cursor(ticket.received_at, ticket.id),
        count=bounded(found["check"]),
        wrong=summary([publish, hide], refused),
        flags=[
            (translate(REASONS[code]), number)
            for code, number in reasons_of(session, ticket.id, ticket.flagged_at).items()
        ],
    )
