"""Acts that wait for approval.

1. An act that the lifecycle allows except for the approval becomes a Proposal; at most one waits.
2. A manager's `approve` carries it out at once, in the role of the person who proposed it, with
   the text and photos as proposed; `reject` sends it back with a reason.
3. The clock runs meanwhile; the event of the decision keeps how long it took. Proposals are
   internal: the public hears of the result only.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalog.queries import profile
from app.core.actor import Actor
from app.core.errors import Conflict
from app.tickets.due import ticket_clock
from app.tickets.facts import Act, Role, Verb
from app.tickets.models import Proposal, Ticket
from app.tickets.schemas import Command
from app.tickets.service.step.apply import Said, apply
from app.tickets.service.step.expecting import later
from app.tickets.service.step.judging import facts_of, waiting_proposal
from app.tickets.words import REFUSALS


def propose(
    session: Session, ticket: Ticket, command: Command, role: Role, *, actor: Actor, now: datetime
) -> Proposal:
    """Keep an act for a manager's approval, and record that it was proposed."""
    proposal = Proposal(
        ticket_id=ticket.id,
        agency_code=ticket.agency_code,
        verb=command.verb,
        params=_params(command, role),
        body=command.text,
        proposed_by=actor.account_id,
        proposed_at=now,
        due_at=later(ticket_clock(session, ticket), now, profile(session).desk.approval_h),
    )
    facts = facts_of(session, ticket, now)
    act = Act(verb=Verb.PROPOSE, role=role, now=now)
    said = Said(
        params={"verb": command.verb, "code": command.code}, text=command.text, public=False
    )
    apply(session, ticket, facts, act, said, actor=actor, now=now)
    session.add(proposal)
    session.flush()
    return proposal


def _params(command: Command, role: Role) -> dict[str, Any]:
    return {
        "role": role.value,
        "code": command.code,
        "until": command.until.isoformat() if command.until else None,
        "photos": [str(number) for number in command.photo_ids],
        "basis": command.basis,
        "decider": command.decider,
    }


def waited(
    session: Session, ticket: Ticket, _command: Command, _actor: Actor, now: datetime
) -> dict[str, Any]:
    """Return how long the act has waited for its manager, for the event."""
    proposal = waiting_proposal(session, ticket)
    return {"waited_s": int((now - proposal.proposed_at).total_seconds())} if proposal else {}


def decided(
    session: Session, ticket: Ticket, *, approved: bool, actor: Actor, now: datetime
) -> Proposal:
    """Close the proposal that waits. Raises Conflict when there is none."""
    proposal = waiting_proposal(session, ticket)
    if proposal is None:
        raise Conflict("nothing_proposed", REFUSALS["nothing_proposed"])
    proposal.approved = approved
    proposal.decided_by = actor.account_id
    proposal.decided_at = now
    session.flush()
    return proposal


def command_of(proposal: Proposal, ticket: Ticket) -> tuple[Command, Role]:
    """Return the proposed act and the role in which it was proposed."""
    params = proposal.params
    command = Command(
        reference=ticket.reference,
        verb=proposal.verb,
        expected_version=ticket.row_version,
        code=params["code"],
        text=proposal.body,
        until=datetime.fromisoformat(params["until"]) if params["until"] else None,
        photo_ids=[UUID(number) for number in params["photos"]],
        basis=params.get("basis"),
        decider=params.get("decider"),
    )
    return command, Role(params["role"])
