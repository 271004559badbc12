"""The facts of a ticket for the lifecycle, and the verbs that somebody could use now.

1. The ticket is locked, or only looked at: facts are those of the row as the session has it.
2. Nobody acts in a farther role where a nearer one could.
"""

from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.catalog.models import Category
from app.catalog.queries import profile
from app.core.actor import Actor
from app.core.errors import Conflict
from app.core.words.i18n import N_
from app.tickets.clock import closing_after
from app.tickets.due import ticket_clock
from app.tickets.facts import Facts, Role, Verb
from app.tickets.models import Proposal, Suggestion, Ticket, UrgentCall
from app.tickets.policy import roles_on
from app.tickets.queries import alive
from app.tickets.tables import SUGGESTION, able, row_for

REPORTER_PAUSE_DAYS = 5


def facts_of(session: Session, ticket: Ticket, now: datetime) -> Facts:
    """Read off all that the rules may look at."""
    facts = _facts(session, ticket, now)
    return facts if ticket.kind != SUGGESTION else _with_suggestion(session, ticket, facts)


def _with_suggestion(session: Session, ticket: Ticket, facts: Facts) -> Facts:
    """Add what only a suggestion has."""
    its = session.get_one(Suggestion, ticket.id)
    limit, days = None, profile(session).suggestions.extension_days
    if ticket.outcome_due_at is not None:
        limit = closing_after(ticket_clock(session, ticket), ticket.outcome_due_at, days)
    return replace(
        facts,
        publication=its.publication,
        extended=ticket.extended_to is not None,
        extension_limit=limit,
        threshold_crossed=its.crossed_at is not None,
        screen_due_at=None if its.screen_overdue_at else its.screen_due_at,
        step_due_at=its.step_due_at,
    )


def _facts(session: Session, ticket: Ticket, now: datetime) -> Facts:
    category = session.get_one(Category, ticket.category_code)
    agency = session.get(Agency, ticket.agency_code) if ticket.agency_code else None
    frozen = ticket.target_id is not None
    return Facts(
        status=ticket.status,
        kind=ticket.kind,
        reference=ticket.reference,
        previous_status=ticket.previous_status,
        content_checked=ticket.checked_at is not None,
        agency=ticket.agency_code,
        former_agency=ticket.former_agency_code,
        about_agency=ticket.about_agency_code,
        in_triage=ticket.in_triage,
        at_oversight=ticket.at_oversight,
        promise_frozen=frozen,
        urgency_claimed=ticket.urgent_claim,
        urgency_heard=_heard(session, ticket),
        first_replied=ticket.first_replied_at is not None,
        transfers=ticket.transfers,
        owner_named=ticket.owner_named,
        sole_reporter=ticket.reports_count == 1,
        supported=ticket.supporters_count > 0,
        reporter_reachable=ticket.reporter_reachable,
        asked_reporter_once=ticket.asked_reporter,
        reporter_pause_limit=(
            closing_after(ticket_clock(session, ticket), now, REPORTER_PAUSE_DAYS)
            if frozen
            else None
        ),
        pause_limit=pause_limit(session, now),
        paused_until=ticket.paused_until,
        approval=agency.approval if agency else "none",
        proposal_waiting=waiting_proposal(session, ticket) is not None,
        proof_required=category.proof_required,
        first_reply_due_at=ticket.first_reply_due_at,
        outcome_due_at=ticket.outcome_due_at,
        outcome_code=ticket.outcome_code,
        outcome_at=ticket.outcome_at,
        planned_for=ticket.planned_for,
        confirmed=ticket.confirmed,
        disputes=ticket.disputes,
        disputed_this_outcome=ticket.disputed_outcome,
        appealed=ticket.appealed,
        closed_at=ticket.closed_at,
        fix_claimed=ticket.fixed_claimed_at is not None,
        reopen_asked=ticket.reopen_asked_at is not None,
        other_closed_at=_merged_closed_at(session, ticket),
    )


def _heard(session: Session, ticket: Ticket) -> bool:
    call = session.get(UrgentCall, ticket.id) if ticket.urgent_claim else None
    return call is not None and call.heard_at is not None


def pause_limit(session: Session, now: datetime) -> datetime:
    """Return the end of the last local day on which a pause that begins now may last."""
    city = profile(session)
    after = now.astimezone(city.zone).date() + timedelta(days=city.desk.pause_days + 1)
    return datetime.combine(after, time.min, city.zone)


def _merged_closed_at(session: Session, ticket: Ticket) -> datetime | None:
    if ticket.merged_into_id is None:
        return None
    return alive(session, ticket).closed_at


def waiting_proposal(session: Session, ticket: Ticket) -> Proposal | None:
    """Return the act that waits for approval, if any."""
    return session.scalar(
        select(Proposal).where(Proposal.ticket_id == ticket.id, Proposal.decided_at.is_(None))
    )


def role_for(session: Session, ticket: Ticket, verb: Verb, actor: Actor, now: datetime) -> Role:
    """Return the role in which somebody would act (see `nearest_role`). Raises Conflict."""
    facts = facts_of(session, ticket, now)
    return nearest_role(session, ticket, verb, actor, facts=facts, now=now)


def nearest_role(
    session: Session, ticket: Ticket, verb: Verb, actor: Actor, *, facts: Facts, now: datetime
) -> Role:
    """Return the nearest role that could use the verb now, else one that has a row for it.

    Raises Conflict where there is none.
    """
    roles = [
        role for role in roles_on(session, ticket, actor) if row_for(facts, verb, role) is not None
    ]
    if not roles:
        raise Conflict("not_now", N_("This cannot be done in the ticket's present state."))
    nearest = (role for role in roles if verb in able(facts, role, now))
    return next(nearest, roles[0])


def roles_now(
    session: Session, ticket: Ticket, actor: Actor, now: datetime, facts: Facts | None = None
) -> dict[Verb, Role]:
    """Return what somebody could do now, whatever it may ask for, with the nearest such role."""
    facts = facts or facts_of(session, ticket, now)
    found: dict[Verb, Role] = {}
    for role in roles_on(session, ticket, actor):
        for verb in able(facts, role, now):
            found.setdefault(verb, role)
    return found
