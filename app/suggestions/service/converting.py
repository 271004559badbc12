"""A report that is really a suggestion becomes one, and the other way round.

1. Reference, reporter, private link and history stay; what happened before keeps its kind. The
   event is public, with the reason.
2. Only before anybody has accepted, answered or supported it, given a reason, or wished to merge
   it: nothing that was promised or said is lost.
3. A suggestion begins as any: its words are the report's, its title their first, its author sees
   and may change them, and they wait for the screening. Its promise counts from the publication.
4. A problem goes to the router again; its promise counts from the first receipt. What the author
   had written is kept for the staff: title, last words and addenda.
"""

from datetime import datetime
from textwrap import shorten

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.catalog.queries import profile
from app.core.actor import Actor
from app.core.errors import Conflict, Rejection
from app.core.words.i18n import N_
from app.core.words.masking import mask
from app.reports.models import Report
from app.reports.queries import reports_of
from app.reports.service.intake import known_category
from app.suggestions.models import SuggestionMerge, SuggestionReason
from app.suggestions.queries import texts_of
from app.suggestions.schemas import LEAST_TITLE, MAX_TITLE, Written
from app.suggestions.service.writing import write
from app.tickets.facts import Act, Role, Status, Verb
from app.tickets.models import Suggestion, SuggestionText, Ticket
from app.tickets.policy import may_see
from app.tickets.queries import by_reference, events_of, lock, point_of, unknown
from app.tickets.schemas import Command
from app.tickets.service import facts_of, role_for
from app.tickets.service.opening import public_key
from app.tickets.service.step.apply import Said, apply
from app.tickets.service.suggesting import begin
from app.tickets.tables import PROBLEM, SUGGESTION
from app.tickets.words import REFUSALS

BEFORE_WORK = (Status.RECEIVED, Status.ASSIGNED, Status.UNPUBLISHED)
OTHER = {PROBLEM: SUGGESTION, SUGGESTION: PROBLEM}


def convert(session: Session, command: Command, *, actor: Actor, now: datetime) -> Ticket:
    """Make the one of the other. Raises NotFound, Conflict (state, version), Rejection (input)."""
    ticket = by_reference(session, command.reference)
    if not may_see(session, ticket, actor):
        raise unknown()
    lock(session, ticket.id)
    if ticket.row_version != command.expected_version:
        raise Conflict("changed_meanwhile", N_("Somebody else changed this ticket meanwhile."))
    role = role_for(session, ticket, Verb.CONVERT, actor, now)
    if not command.category_code:
        raise Rejection("category_missing", N_("Please choose a category."), field="category")
    category = known_category(session, command.category_code, OTHER[ticket.kind])
    report = _convertible(session, ticket)
    said = Said(
        params={
            "kind": [ticket.kind, category.kind],
            "category": [ticket.category_code, category.code],
            "area": ticket.area_code,
            "received_at": ticket.received_at.isoformat(),
        },
        text=command.text,
        public_text=mask(command.text or "", region=profile(session).phone_region),
    )
    act = Act(verb=Verb.CONVERT, role=role, now=now, has_text=bool(command.text))
    apply(session, ticket, facts_of(session, ticket, now), act, said, actor=actor, now=now)
    _begin_anew(ticket, category)
    if category.kind == SUGGESTION:
        _become_suggestion(session, ticket, report, now)
    else:
        _become_problem(session, ticket, report, category, role, actor=actor, now=now)
    return ticket


def _convertible(session: Session, ticket: Ticket) -> Report:
    """Return the one report of it. Raises Conflict where it is more than that."""
    reports = reports_of(session, ticket.id)
    worked = any(event.to_status not in BEFORE_WORK for event in events_of(session, ticket.id))
    joined = session.scalar(
        select(
            exists().where(SuggestionReason.ticket_id == ticket.id)
            | exists().where(
                or_(SuggestionMerge.ticket_id == ticket.id, SuggestionMerge.into_id == ticket.id)
            )
        )
    )
    closed = ticket.private or any(report.do_not_publish for report in reports)
    if (
        worked
        or joined
        or closed
        or ticket.urgent_claim
        or len(reports) != 1
        or not reports[0].text
    ):
        raise Conflict("not_now", REFUSALS["not_now"])
    return reports[0]


def _begin_anew(ticket: Ticket, category: Category) -> None:
    """Take back what was promised to what it was."""
    ticket.kind, ticket.category_code = category.kind, category.code
    ticket.severity_code = category.severity_code
    ticket.target_id = ticket.timetable_id = ticket.calendar_version = None
    ticket.promised_from = ticket.first_reply_due_at = ticket.outcome_due_at = None
    ticket.reply_overdue_at = ticket.overdue_at = ticket.explain_by = None
    ticket.former_agency_code = ticket.checked_at = None


def _become_suggestion(session: Session, ticket: Ticket, report: Report, now: datetime) -> None:
    """Rule 3."""
    text = report.text or ""
    title = shorten(text, MAX_TITLE, placeholder="…").ljust(LEAST_TITLE, "…")
    ticket.content, ticket.map_key = "pending", None
    begin(session, ticket, mask(title, region=profile(session).phone_region), now=now)
    write(session, ticket, Written(title=title, text=text), now=now)


def _become_problem(
    session: Session,
    ticket: Ticket,
    report: Report,
    category: Category,
    role: Role,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Rule 4."""
    rows = texts_of(session, ticket.id)
    words = "\n\n".join(f"{row.title}\n{row.body or ''}" for row in rows if not row.erased_at)
    for table in (SuggestionText, Suggestion):
        session.execute(delete(table).where(table.ticket_id == ticket.id))
    session.expire_all()
    ticket.private = category.privacy == "restricted"
    ticket.content = "published" if category.publication == "after" else "pending"
    ticket.map_key = public_key(session, category, point_of(session, ticket), ticket.area_code)
    kept = Said(text=words, public=False, report=report.id)
    act = Act(verb=Verb.NOTE, role=role, now=now, has_text=True)
    apply(session, ticket, facts_of(session, ticket, now), act, kept, actor=actor, now=now)
