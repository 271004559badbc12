"""The desk's page of one ticket: everything on it, and nothing that its reader may not see.

The likely next act first; contacts only as "reachable: yes or no".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.catalog.maps import PageMap, ticket_map
from app.catalog.models import Category
from app.catalog.queries import profile
from app.core.actor import Actor
from app.core.words.dates import due
from app.desk.acts.asks.suggestion import ask_for, is_offered
from app.desk.acts.choices import Choice, Choices, Known, read_choices
from app.desk.acts.forms import Forms, Refused, forms_for, summary
from app.desk.acts.next_step import age, help_step, next_step
from app.desk.approvals import Proposed, proposed
from app.desk.around import Around, around
from app.desk.content import (
    PhotoShown,
    ReplyShown,
    ReportShown,
    official_replies,
    report_photos,
    reports_shown,
    work_photos,
)
from app.desk.helping import Help, helping, open_request
from app.desk.likely import Likely, likely_agencies
from app.desk.phrasing.filling import offered
from app.desk.queries import scope_of
from app.desk.suggesting.shown import SuggestionShown, suggestion_shown
from app.tickets.facts import Facts, Role, Verb
from app.tickets.models import Cooperation, Proposal, Ticket, TicketEvent
from app.tickets.policy import may_see
from app.tickets.problem_table import needs_approval
from app.tickets.queries import (
    by_reference,
    cooperations_of,
    events_of,
    gathered,
    point_of,
    unknown,
)
from app.tickets.service import facts_of, roles_now
from app.tickets.service.proving.doubting import proved_by, waits
from app.tickets.service.step.judging import waiting_proposal
from app.tickets.words.timeline import Line, lines
from app.tickets.words.view import TicketView, ticket_view
from geo.point import LonLat

BEGINS = 60
EVERYTHING, AS_RESIDENTS = "staff", "public"


@dataclass(frozen=True, kw_only=True)
class TicketPage:
    """All that the page shows."""

    view: TicketView
    version: int
    seen: int
    age: str
    next: str
    reachable: bool
    urgent: bool
    moves: int
    place: LonLat | None
    accuracy_m: int | None
    map: PageMap | None
    reports: list[ReportShown]
    photos: list[PhotoShown]
    proof: list[PhotoShown]
    history: str
    lines: list[Line]
    helping: list[Help]
    replies: list[ReplyShown]
    doubted: bool
    suggestion: SuggestionShown | None
    around: list[Around]
    may_merge: bool
    likely: list[Likely]
    proposal: Proposed | None
    forms: Forms
    wrong: list[tuple[str, str]]
    changed: list[Line]


def visible_ticket(session: Session, reference: str, actor: Actor) -> Ticket:
    """Return a ticket that somebody may open. Raises NotFound, also for a foreign one."""
    ticket = by_reference(session, reference)
    if not may_see(session, ticket, actor):
        raise unknown()
    return ticket


def ticket_page(
    session: Session,
    reference: str,
    actor: Actor,
    *,
    now: datetime,
    history: str = EVERYTHING,
    reasons: int = 0,
    refused: Refused | None = None,
) -> TicketPage:
    """Read everything about one ticket. Raises NotFound.

    history: `staff`, or `public`: as residents see it. reasons: where those for and against a
    suggestion go on. Agencies and categories are read first and
    held, so that nothing asks for one of them again.
    """
    ticket = visible_ticket(session, reference, actor)
    known, scope = Known.read(session, now), scope_of(session, actor)
    events, there = events_of(session, ticket.id), gathered(session, ticket)
    view = ticket_view(session, ticket, now=now, audience="staff", events=events)
    place, helps = point_of(session, ticket), cooperations_of(session, ticket.id)
    likely = likely_agencies(session, [ticket], now)[ticket.id] if ticket.in_triage else []
    facts = facts_of(session, ticket, now)
    proposal = waiting_proposal(session, ticket) if facts.proposal_waiting else None
    replies = official_replies(session, ticket)
    roles = _with_replies(acts_now(session, ticket, actor, proposal, now, facts=facts), replies)
    doubted = waits(events)
    if not doubted or proved_by(events) == actor.account_id:
        roles.pop(Verb.JUDGE, None)
    reports = reports_shown(session, ticket, there)
    choices = read_choices(
        session,
        ticket,
        {verb: ask_for(verb, ticket.kind) for verb in roles},
        roles=roles,
        suggested=tuple(entry.agency_code for entry in likely),
        reports=tuple(_report(number, one) for number, one in enumerate(reports, 1)),
        templates=offered(session, ticket),
        known=known,
        now=now,
    )
    forms = _forms(session, ticket, choices, refused)
    return TicketPage(
        view=view,
        version=ticket.row_version,
        seen=ticket.events_count,
        age=age(ticket.received_at, now),
        next=_next(session, ticket, open_request(helps, scope.own), proposal, now),
        proposal=proposed(session, proposal, actor, now) if proposal else None,
        reachable=ticket.reporter_reachable,
        urgent=ticket.urgent_claim,
        moves=ticket.transfers,
        place=place,
        accuracy_m=ticket.accuracy_m,
        map=ticket_map(session, place, view.map_word or "") if place else None,
        reports=reports,
        photos=report_photos(session, ticket, actor, now, there),
        proof=_proof(session, ticket, events, actor, now),
        history=history,
        lines=lines(session, ticket, audience=history, events=events)[::-1],
        helping=helping(session, ticket, helps, now),
        replies=replies,
        doubted=doubted,
        suggestion=suggestion_shown(session, ticket, actor, reasons),
        around=around(session, ticket, place, scope),
        may_merge=Verb.MERGE in roles,
        likely=likely if Verb.ASSIGN in roles else [],
        forms=forms,
        wrong=summary([*forms.likely, *forms.others], refused),
        changed=changes_since(session, ticket, refused),
    )


def _proof(
    session: Session, ticket: Ticket, events: Sequence[TicketEvent], actor: Actor, now: datetime
) -> list[PhotoShown]:
    """Return the photos of the work; nothing is asked for where no act brought any."""
    brought = any("photos" in event.params for event in events)
    return work_photos(session, ticket, actor, now) if brought else []


def _report(number: int, report: ReportShown) -> Choice:
    """Return a report as something to choose: its place in the page, and how it begins."""
    begins = report.text if len(report.text) <= BEGINS else f"{report.text[:BEGINS]}…"
    return Choice(str(report.id), f"{number}. {begins}")


def _forms(session: Session, ticket: Ticket, choices: Choices, refused: Refused | None) -> Forms:
    category = session.get_one(Category, ticket.category_code)
    return forms_for(
        ticket.status,
        choices,
        approval=approval_of(session, ticket),
        proof_required=category.proof_required,
        refused=refused,
    )


def acts_now(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    proposal: Proposal | None,
    now: datetime,
    *,
    facts: Facts | None = None,
) -> dict[Verb, Role]:
    """Return what somebody may do now, with the role in which they would do it."""
    roles = {
        verb: role
        for verb, role in roles_now(session, ticket, actor, now, facts).items()
        if is_offered(verb, ticket.kind) and not _is_done(ticket, verb)
    }
    if proposal is None:
        return roles
    # One proposal at a time: what would be another one has to wait.
    approval = approval_of(session, ticket)
    return {
        verb: role
        for verb, role in roles.items()
        if role is Role.MANAGER or not needs_approval(approval, verb)
    }


def _with_replies(roles: dict[Verb, Role], replies: list[ReplyShown]) -> dict[Verb, Role]:
    """Leave out what there is no official reply for."""
    idle = {Verb.SHOW_REPLY, Verb.HIDE_REPLY}
    if replies and replies[0].state != "shown":
        idle.remove(Verb.SHOW_REPLY)
    if any(entry.state == "shown" for entry in replies):
        idle.remove(Verb.HIDE_REPLY)
    return {verb: role for verb, role in roles.items() if verb not in idle}


def _is_done(ticket: Ticket, verb: Verb) -> bool:
    looked_at = ticket.checked_at is not None and ticket.flagged_at is None
    checked = ticket.content == "published" and looked_at
    hidden = ticket.content == "hidden"
    return (verb is Verb.PUBLISH and checked) or (verb is Verb.HIDE and hidden)


def _next(
    session: Session,
    ticket: Ticket,
    asked: Cooperation | None,
    proposal: Proposal | None,
    now: datetime,
) -> str:
    """Return the next step: of the agency that helps, where the reader belongs to it."""
    date = partial(due, zone=profile(session).zone, now=now)
    if asked is not None and asked.agency_code != ticket.agency_code:
        return help_step(asked, date, now)
    return next_step(ticket, date, now, proposed=proposal is not None)


def approval_of(session: Session, ticket: Ticket) -> str:
    """Return which acts a manager must approve: the setting of the ticket's agency."""
    agency = session.get(Agency, ticket.agency_code) if ticket.agency_code else None
    return agency.approval if agency else "none"


def changes_since(session: Session, ticket: Ticket, refused: Refused | None) -> list[Line]:
    """Return what others did after the page was made from which somebody acted too late."""
    seen = refused.typed.get("seen", "") if refused is not None else ""
    if not (seen.isascii() and seen.isdecimal() and len(seen) < 10):
        return []
    return [line for line in lines(session, ticket, audience="staff") if line.seq > int(seen)]
