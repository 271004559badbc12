"""What a reporter does with the ticket: confirm, dispute, withdraw, reply; and what comes in later.

1. The caller (`reports.service`) has checked the follow link; rights and rules are the lifecycle's.
2. A reply to what was asked ends the waiting for it.
3. Who reported what was merged has joined the ticket where it goes on, and acts there as such.
4. Words and photos that come after the check are checked too, before anybody else sees them; those
   of what was merged in the ticket where it goes on, which is the one that people look at.
"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.core.actor import SYSTEM, Actor
from app.tickets.facts import Act, Other, Role, Status, Verb
from app.tickets.models import Ticket
from app.tickets.problem_table.guards import REPORTER_PAUSE
from app.tickets.queries import lock, lock_chain
from app.tickets.schemas import Command
from app.tickets.service.opening import look_again, recheck
from app.tickets.service.step.apply import Said, apply, decide_step
from app.tickets.service.step.claiming import claim_urgent
from app.tickets.service.step.judging import facts_of
from app.tickets.service.together import merging
from app.tickets.tables import SUGGESTION

WITHDRAWN = "withdrawn"
JOINED = Actor(role="joined_reporter")


def conclude_for_reporter(
    session: Session,
    ticket_id: int,
    verb: Verb,
    role: Role,
    *,
    actor: Actor,
    now: datetime,
    code: str | None = None,
    text: str | None = None,
    public_text: str | None = None,
    report: int | None = None,
) -> Ticket:
    """Carry out a reporter's verb. Raises Conflict when it is too late or was done before.

    role: as whom somebody speaks in the ticket that was reported; see rule 3 for where it goes on.
    """
    *parts, ticket = lock_chain(session, ticket_id)
    facts = facts_of(session, ticket, now)
    role = Role.JOINED_REPORTER if parts else role
    ended = WITHDRAWN if verb is Verb.WITHDRAW else code
    act = Act(verb=verb, role=role, now=now, code=ended, has_text=bool(text))
    params = {"code": code} if code else {}
    if ticket.kind == SUGGESTION:
        public_text = None  # what is public of a suggestion was read by somebody before
    said = Said(params=params, text=text or None, public_text=public_text, report=report)
    apply(session, ticket, facts, act, said, actor=actor, now=now)
    if verb is Verb.WITHDRAW:
        for part in parts:
            part.reports_count -= 1
    if text and ticket.kind != SUGGESTION:
        recheck(ticket, session.get_one(Category, ticket.category_code))
    if verb is Verb.COMMENT and is_asked(ticket):
        replied = Act(verb=Verb.RESUME, role=Role.SYSTEM, now=now, replied=True)
        facts = facts_of(session, ticket, now)
        apply(session, ticket, facts, replied, Said(), actor=SYSTEM, now=now)
    return ticket


def join(session: Session, ticket_id: int, *, urgent: bool, actor: Actor, now: datetime) -> Ticket:
    """Count one more report of an open ticket. Raises Conflict where it has ended meanwhile.

    What was public stays so; the new words and photos are looked at like any others.
    """
    *_parts, ticket = lock_chain(session, ticket_id)
    act = Act(verb=Verb.JOIN, role=Role.JOINED_REPORTER, now=now)
    said = Said(params={"urgent": True} if urgent else {})
    apply(session, ticket, facts_of(session, ticket, now), act, said, actor=actor, now=now)
    ticket.reports_count += 1
    if urgent:
        claim_urgent(session, ticket)
    look_again(ticket)
    return ticket


def merge_own(
    session: Session, ticket: Ticket, into: Ticket, *, actor: Actor, now: datetime
) -> Ticket:
    """The reporter finds that others had reported it. Raises Conflict."""
    for number in sorted((ticket.id, into.id)):
        lock(session, number)
    facts = facts_of(session, ticket, now)
    other = Other(reference=into.reference, status=into.status)
    act = Act(verb=Verb.MERGE, role=Role.REPORTER, now=now, into=other)
    decide_step(facts, act)
    command = Command(
        reference=ticket.reference,
        verb=Verb.MERGE.value,
        expected_version=ticket.row_version,
        target_reference=into.reference,
    )
    params = merging.merge(session, ticket, command, JOINED, now)
    apply(session, ticket, facts, act, Said(params=params), actor=actor, now=now)
    return into


def claim_fixed(
    session: Session, ticket: Ticket, role: Role, *, actor: Actor, now: datetime
) -> None:
    """Somebody says that it is fixed; said once until the staff has answered. Raises Conflict."""
    lock(session, ticket.id)
    if ticket.fixed_claimed_at is None:
        act = Act(verb=Verb.CLAIM_FIXED, role=role, now=now)
        apply(session, ticket, facts_of(session, ticket, now), act, Said(), actor=actor, now=now)


def note_support(session: Session, ticket_id: int, change: int) -> None:
    """Count one more supporter, or one less."""
    count = Ticket.supporters_count + change
    session.execute(update(Ticket).where(Ticket.id == ticket_id).values(supporters_count=count))


def is_asked(ticket: Ticket) -> bool:
    """Tell whether the work waits for the reporter's answer."""
    return ticket.status == Status.WAITING and ticket.pause_code == REPORTER_PAUSE


def note_photo(session: Session, ticket_id: int) -> int:
    """Note a new photo; who is checking the ticket right now has to look again.

    Returns the version since which it is there; 0: it is public or not as the ticket is.
    """
    ticket, *later = lock_chain(session, ticket_id)
    if later:
        return note_joined_photo(session, ticket_id)
    recheck(ticket, session.get_one(Category, ticket.category_code))
    ticket.row_version += 1
    session.flush()
    return 0


def note_joined_photo(session: Session, ticket_id: int) -> int:
    """Note a new photo of somebody who joined: it waits, what was checked stays public.

    Returns the version since which it is there.
    """
    chain = lock_chain(session, ticket_id)
    for ticket in {chain[0], chain[-1]}:
        look_again(ticket)
        ticket.row_version += 1
    session.flush()
    return chain[0].row_version


def note_prepared(session: Session, ticket_id: int) -> None:
    """Note that a photo can be seen now: who was checking without it has to look again."""
    chain = lock_chain(session, ticket_id)
    for ticket in {chain[0], chain[-1]}:
        ticket.row_version += 1
    session.flush()


def note_contact(session: Session, ticket_id: int, *, reachable: bool) -> None:
    """Note whether the reporter can be asked: at the ticket in which the work goes on, too."""
    first, *later = lock_chain(session, ticket_id)
    first.reporter_reachable = reachable
    for ticket in later:
        ticket.reporter_reachable |= reachable
    session.flush()
