"""One act on one locked ticket: ask the lifecycle, change the row, write the event.

1. Every verb ends here; nothing else changes status, owner, due dates or counters.
2. The event notes what the clock did (`params.clock`), so that due dates can be replayed.
3. A refusal of the lifecycle becomes a Conflict in words; nothing has been changed then.
4. What waits for approval ends, undecided by anybody, with the agency or the work it was made for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.agencies.queries import above, oversight
from app.catalog.models import ServiceTarget
from app.core.actor import Actor
from app.core.errors import Conflict
from app.core.work.jobs import JobName, hint
from app.tickets.clock import Moment, MomentKind
from app.tickets.due import moments_of, promise_start, promises_of, stand, ticket_clock
from app.tickets.lifecycle import (
    Act,
    Clock,
    Destination,
    Effect,
    Facts,
    Refused,
    Role,
    Status,
    Step,
    Verb,
)
from app.tickets.models import Suggestion, Ticket, TicketEvent
from app.tickets.problem_table import OPEN
from app.tickets.queries import events_of
from app.tickets.service.step.expecting import expect_answer
from app.tickets.service.step.freezing import Promised, freeze, restate, told
from app.tickets.service.step.judging import waiting_proposal
from app.tickets.service.step.kinship import Sorters
from app.tickets.service.step.record import Line, append
from app.tickets.tables import take
from app.tickets.words import REFUSALS

MOMENTS = {
    Clock.PAUSE: MomentKind.PAUSED,
    Clock.RESUME: MomentKind.RESUMED,
    Clock.STOP: MomentKind.STOPPED,
    Clock.RESTART: MomentKind.RESTARTED,
}


# They call somebody and change nothing: what an officer is writing meanwhile stays good.
QUIET = frozenset({Verb.REMIND, Verb.ESCALATE, Verb.HELP_OVERDUE, Verb.CALL_DUTY, Verb.DOUBT})


@dataclass(frozen=True, kw_only=True)
class Said:
    """What goes into the event besides the step: codes, and the text with its public copy.

    report: whose words they are, where a resident wrote them.
    """

    params: Mapping[str, Any] = field(default_factory=dict)
    text: str | None = None
    public_text: str | None = None
    public: bool = True
    report: int | None = None


def apply(
    session: Session,
    ticket: Ticket,
    facts: Facts,
    act: Act,
    said: Said,
    *,
    actor: Actor,
    now: datetime,
) -> TicketEvent:
    """Take the step that `act` leads to. Raises Conflict when the lifecycle refuses."""
    taken, publication = decide_step(facts, act)
    before = ticket.status
    with session.no_autoflush:  # a look-up in between would write the row twice
        noted = _change(session, ticket, taken, facts, act)
        if publication != facts.publication:
            session.get_one(Suggestion, ticket.id).publication = publication
            noted["publication"] = [facts.publication, publication]
        if taken.goes_to is Destination.ABOVE and ticket.agency_code and "above" not in said.params:
            noted["above"] = above(session, ticket.agency_code, ticket.about_agency_code).code
    params = {**said.params, **noted}
    line = Line(
        verb=act.verb,
        from_status=before,
        params=params,
        text=said.text,
        public_text=said.public_text,
        public=said.public,
        role=act.role.value,
        report=said.report,
    )
    event = append(session, ticket, line, actor=actor, now=now)
    if taken.goes_to is Destination.ROUTING:
        hint(session, JobName.ROUTE_PENDING)
    return event


def _change(
    session: Session, ticket: Ticket, taken: Step, facts: Facts, act: Act
) -> dict[str, Any]:
    """Bring the row to where the step leads; return what the event notes of it."""
    _move(session, ticket, taken, act.verb)
    count(ticket, taken, act, act.now)
    if ticket.agency_code != facts.agency:
        ticket.officer_id = None  # who works for another agency does not have it
        if ticket.status in OPEN and act.verb is not Verb.SUCCEED:
            ticket.planned_for = None  # the former one's plan
    if facts.proposal_waiting:
        _end_proposal(session, ticket, facts, act)
    noted: dict[str, Any] = _clock(session, ticket, taken, act.now)
    noted |= expect_answer(session, ticket, facts, act)
    if act.verb not in QUIET or act.role is not Role.SYSTEM:
        ticket.row_version += 1
        ticket.updated_at = act.now
    if ticket.agency_code is not None and taken.goes_to is not Destination.KEEP:
        noted["agency"] = ticket.agency_code
    return noted


def decide_step(facts: Facts, act: Act) -> tuple[Step, str]:
    """Ask the lifecycle; also of the publication. Raises Conflict in words."""
    try:
        return take(facts, act)
    except Refused as refusal:
        message = REFUSALS[refusal.code]
        raise Conflict(
            refusal.code, message, field=refusal.asked, params=dict(refusal.params)
        ) from refusal


def _move(session: Session, ticket: Ticket, taken: Step, verb: Verb) -> None:
    if Effect.MERGES in taken.effects:
        ticket.previous_status = ticket.status
    left = ticket.status
    ticket.status = taken.target
    match taken.goes_to:
        case Destination.NAMED | Destination.COMMON_PARENT:
            ticket.agency_code = taken.agency
            # A successor takes over what is there, a review included.
            ticket.at_oversight = ticket.at_oversight and verb is Verb.SUCCEED
            ticket.former_agency_code = None
        case Destination.COORDINATOR:
            sorters = Sorters.load(session)
            ticket.agency_code = sorters.of(ticket)
            ticket.at_oversight |= sorters.are_aside(ticket)
        case Destination.OVERSIGHT:
            ticket.agency_code = oversight(session).code
            ticket.at_oversight = True
        case Destination.ROUTING:
            # Triage is nobody's: leaving it is no move.
            had = None if ticket.in_triage else ticket.agency_code
            ticket.former_agency_code = had or ticket.former_agency_code
            ticket.agency_code = None
        case Destination.ABOVE:
            ticket.escalations += 1
        case Destination.KEEP:
            pass
    ticket.in_triage = taken.in_triage
    if taken.target in (Status.DECLINED, Status.CLOSED):
        ticket.at_oversight = False
    if left == Status.WAITING and taken.target not in (Status.WAITING, Status.MERGED):
        ticket.pause_code = None
        ticket.paused_until = None


def count(ticket: Ticket, taken: Step, act: Act, now: datetime) -> None:
    """Note on the row what the step's effects say."""
    effects = taken.effects
    ticket.transfers += Effect.COUNTS_TRANSFER in effects
    ticket.reports_count -= Effect.REPORT_LEAVES in effects
    if Effect.COUNTS_DISPUTE in effects:
        ticket.disputes += 1
        # A question to an answer is a wish to open it again: nobody above decides it.
        ticket.disputed_outcome = Effect.ASKS_REOPEN not in effects
    ticket.owner_named |= Effect.NAMES_OWNER in effects
    ticket.asked_reporter |= Effect.ASKS_REPORTER in effects
    ticket.appealed |= Effect.APPEALS in effects
    ticket.confirmed |= Effect.CONFIRMS in effects
    ticket.confirmed &= Effect.UNCONFIRMS not in effects
    if Effect.FIRST_REPLY in effects:
        ticket.first_replied_at = ticket.first_replied_at or now
    if Effect.OUTCOME in effects:
        ticket.outcome_code = act.code
        ticket.outcome_at = now
        ticket.disputed_outcome = False
        ticket.confirmed = False
    if taken.clock is Clock.RESTART and taken.target == Status.IN_PROGRESS:
        ticket.outcome_code = None
        ticket.planned_for = None
        ticket.extended_to = None
    _count_claims(ticket, taken, now)
    if Effect.ASKS_REOPEN in effects:
        ticket.reopen_asked_at = now
    if Effect.ANSWERS_REQUEST in effects or taken.target in OPEN:
        ticket.reopen_asked_at = None
    if taken.target != Status.CLOSED:
        ticket.closed_at = None
    elif ticket.closed_at is None:
        ticket.closed_at = now


def _count_claims(ticket: Ticket, taken: Step, now: datetime) -> None:
    if Effect.CLAIMS_FIXED in taken.effects:
        ticket.fixed_claimed_at = ticket.fixed_claimed_at or now
    if Effect.ANSWERS_CLAIM in taken.effects or taken.target not in OPEN:
        ticket.fixed_claimed_at = None


def _end_proposal(session: Session, ticket: Ticket, facts: Facts, act: Act) -> None:
    moved = ticket.agency_code != facts.agency and act.verb is not Verb.SUCCEED
    waiting = waiting_proposal(session, ticket)
    if waiting is not None and (moved or ticket.status not in OPEN):
        waiting.approved = False
        waiting.decided_at = act.now
    elif waiting is not None:
        waiting.agency_code = ticket.agency_code


def _clock(session: Session, ticket: Ticket, taken: Step, now: datetime) -> dict[str, Any]:
    """Bring the due dates to where the step leaves them; return what the event notes."""
    noted: dict[str, Any] = {}
    if taken.clock is Clock.START and ticket.agency_code is not None:
        freeze(ticket, ticket.agency_code, Promised(session))
        noted = told(ticket)
    if taken.clock is None or taken.clock is Clock.START:
        if taken.first_reply:
            restate(session, ticket)  # its due date was open if the ticket is on hold
        return noted
    moment = Moment(MOMENTS[taken.clock], now)
    target = session.get_one(ServiceTarget, ticket.target_id)
    moments = [*moments_of(events_of(session, ticket.id), promise_start(ticket)), moment]
    standing = stand(
        ticket_clock(session, ticket), promises_of(target), moments, ticket.first_replied_at
    )
    if standing.outcome.due_at is not None or taken.clock is Clock.PAUSE:
        ticket.outcome_due_at = standing.outcome.due_at
    if ticket.first_replied_at is None or ticket.first_replied_at == now:
        ticket.first_reply_due_at = standing.first_reply.due_at
    ticket.outcome_at = standing.outcome.stopped_at
    if taken.clock is Clock.RESTART:
        ticket.overdue_at = None
    return {"clock": moment.kind.value}
