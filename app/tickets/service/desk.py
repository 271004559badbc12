"""The desk's entry: one command on one ticket.

1. The ticket is locked (and the one to merge with, lower id first, so that nobody waits for ever);
   the version that the person saw is compared, rights and rules are asked.
2. What a verb changes besides the step (dates, codes, photos, cooperation, another ticket) is in
   `EXTRAS`, one small function for each such verb, called before the event is written.
3. A text that the public will read is masked; an internal note is never public.
4. An act that needs approval is kept as a proposal (`proposals`).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.catalog.queries import profile
from app.core.actor import Actor
from app.core.errors import Conflict, Rejection
from app.core.words.i18n import N_
from app.core.words.masking import mask
from app.tickets.facts import Act, Facts, Other, Role, Verb
from app.tickets.models import Ticket
from app.tickets.policy import check_target, may_see
from app.tickets.queries import by_reference, chain_of, lock, unknown
from app.tickets.schemas import Command
from app.tickets.service import extras, helping, proposals, replies, suggesting
from app.tickets.service.proving import doubting
from app.tickets.service.step.apply import Said, apply, decide_step
from app.tickets.service.step.judging import facts_of, nearest_role
from app.tickets.service.step.kinship import common_parent, same_branch
from app.tickets.service.together import merging, splitting
from app.tickets.service.watch import duty, escalating
from app.tickets.tables import SUGGESTION
from app.tickets.tables.guards import DECISIONS, REFUSALS

HELP = frozenset({Verb.HELP_ACCEPT, Verb.HELP_DONE, Verb.HELP_RETURN})
URGENCY = frozenset({Verb.ACKNOWLEDGE, Verb.CONFIRM_URGENT, Verb.LOWER})
REPLIES = frozenset({Verb.FILE_REPLY, Verb.SHOW_REPLY, Verb.HIDE_REPLY})
INTERNAL = (
    HELP
    | {Verb.ACKNOWLEDGE, Verb.ENTRUST, Verb.ESCALATE, Verb.FILE_REPLY, Verb.JUDGE}
    | {Verb.SEE_CONTACT}
    | {Verb.SCREEN, Verb.NOTE, Verb.PROPOSE, Verb.APPROVE, Verb.REJECT, Verb.REDACT}
)
Extra = Callable[[Session, Ticket, Command, Actor, datetime], dict[str, Any]]
EXTRAS: dict[Verb, Extra] = {
    Verb.ACCEPT: extras.accept,
    Verb.ENTRUST: extras.entrust,
    Verb.PAUSE: extras.pause,
    Verb.RESOLVE: extras.outcome,
    Verb.ANSWER: extras.outcome,
    Verb.DECLINE: extras.outcome,
    Verb.PLAN: extras.plan,
    Verb.EXTEND: extras.extend,
    Verb.ESCALATE: escalating.raise_by_hand,
    Verb.APPROVE: proposals.waited,
    Verb.REJECT: proposals.waited,
    Verb.ACKNOWLEDGE: duty.acknowledge,
    Verb.CONFIRM_URGENT: duty.confirm,
    Verb.LOWER: duty.lower,
    Verb.COOPERATE: helping.ask,
    Verb.HELP_ACCEPT: helping.agree,
    Verb.HELP_DONE: helping.finish,
    Verb.HELP_RETURN: helping.give_back,
    Verb.CORRECT: extras.correct,
    Verb.MERGE: merging.merge,
    Verb.UNMERGE: merging.unmerge,
    Verb.SPLIT: splitting.part,
    Verb.PUBLISH: extras.publish,
    Verb.HIDE: extras.hide,
    Verb.RECHECK: extras.take_back,
    Verb.JUDGE: doubting.judge,
    Verb.FILE_REPLY: replies.file,
    Verb.SHOW_REPLY: replies.show,
    Verb.HIDE_REPLY: replies.hide,
}
# What the desk can ask for. The other verbs belong to reporters, to the clock or to later screens.
OFFERED = frozenset(
    {
        Verb.ASSIGN,
        Verb.ACCEPT,
        Verb.RETURN,
        Verb.TRANSFER,
        Verb.NAME_OWNER,
        Verb.CORRECT,
        Verb.COOPERATE,
        *HELP,
        *URGENCY,
        Verb.PAUSE,
        Verb.RESUME,
        Verb.PLAN,
        Verb.EXTEND,
        Verb.ESCALATE,
        Verb.RESOLVE,
        Verb.ANSWER,
        Verb.DECLINE,
        Verb.REOPEN,
        Verb.UPHOLD,
        Verb.MERGE,
        Verb.UNMERGE,
        Verb.SPLIT,
        Verb.COMMENT,
        Verb.REFUTE,
        Verb.NOTE,
        Verb.ENTRUST,
        Verb.HIDE,
        Verb.PUBLISH,
        Verb.RECHECK,
        Verb.REDACT,
        *REPLIES,
        Verb.JUDGE,
        Verb.SEE_CONTACT,
        Verb.APPROVE,
        Verb.REJECT,
        Verb.SCREEN,
        Verb.REFUSE,
        Verb.MILESTONE,
        Verb.DELIVER,
        Verb.DROP,
    }
)
# Decisions and refusals of suggestions are the platform's own, no codes of a pack.
BUILT_IN, DECIDED = DECISIONS | REFUSALS, frozenset({Verb.ANSWER, Verb.REFUSE})


def perform(session: Session, command: Command, *, actor: Actor, now: datetime) -> Ticket:
    """Carry out a command. Raises NotFound, Conflict (state, version), Rejection (input)."""
    ticket = by_reference(session, command.reference)
    if not may_see(session, ticket, actor):
        raise unknown()
    verb = _verb(command.verb)
    _lock(session, ticket, command)
    if ticket.row_version != command.expected_version:
        raise Conflict("changed_meanwhile", N_("Somebody else changed this ticket meanwhile."))
    facts = facts_of(session, ticket, now)
    role = nearest_role(session, ticket, verb, actor, facts=facts, now=now)
    _carry_out(session, ticket, command, role, facts, actor=actor, now=now)
    if verb is Verb.APPROVE:
        proposed = proposals.decided(session, ticket, approved=True, actor=actor, now=now)
        agreed, as_role = proposals.command_of(proposed, ticket)
        facts = facts_of(session, ticket, now)
        _carry_out(session, ticket, agreed, as_role, facts, actor=actor, now=now, approved=True)
    elif verb is Verb.REJECT:
        proposals.decided(session, ticket, approved=False, actor=actor, now=now)
    return ticket


def _lock(session: Session, ticket: Ticket, command: Command) -> None:
    ids = {ticket.id}
    if command.target_reference:
        ids.add(by_reference(session, command.target_reference).id)
    elif ticket.merged_into_id is not None:
        ids |= set(chain_of(session, ticket.id))
    for number in sorted(ids):
        lock(session, number)


def _carry_out(
    session: Session,
    ticket: Ticket,
    command: Command,
    role: Role,
    facts: Facts,
    *,
    actor: Actor,
    now: datetime,
    approved: bool = False,
) -> None:
    verb = Verb(command.verb)
    if command.target_reference:
        check_target(session, ticket, by_reference(session, command.target_reference), actor)
    act = _act(session, ticket, command, role, facts=facts, now=now)
    if ticket.kind != SUGGESTION or verb not in DECIDED or command.code not in BUILT_IN:
        extras.check_code(session, verb.value, command.code)
    try:
        decide_step(facts, replace(act, approved=approved))
    except Conflict as refusal:
        if refusal.code != "needs_approval":
            raise
        extras.check_photos(session, command)
        proposals.propose(session, ticket, command, role, actor=actor, now=now)
        return
    extra = (suggesting.EXTRAS.get(verb) if ticket.kind == SUGGESTION else None) or EXTRAS.get(verb)
    params = _params(command)
    if extra is not None:
        params |= extra(session, ticket, command, actor, now)
    said = _said(session, ticket, command, params)
    apply(session, ticket, facts, replace(act, approved=approved), said, actor=actor, now=now)
    if command.photo_ids:
        doubting.doubt(session, ticket, command.photo_ids, now=now)


def _verb(name: str) -> Verb:
    if name not in {verb.value for verb in OFFERED}:
        raise Rejection("unknown_act", N_("This act does not exist."), field="verb")
    return Verb(name)


def _act(
    session: Session,
    ticket: Ticket,
    command: Command,
    role: Role,
    *,
    facts: Facts,
    now: datetime,
) -> Act:
    other = None
    if named := command.target_reference or command.new_reference:
        into = by_reference(session, named)
        other = Other(reference=into.reference, status=into.status)
    to = command.agency_code
    if to is not None:
        extras.known_agency(session, to, now)
    return Act(
        verb=Verb(command.verb),
        role=role,
        now=now,
        agency=to,
        same_branch=same_branch(session, facts.agency, to),
        common_parent=common_parent(session, facts.agency, to),
        code=command.code,
        has_text=bool(command.text),
        until=command.until,
        proof=bool(command.photo_ids),
        changes=extras.changes(ticket, command),
        into=other,
    )


def _params(command: Command) -> dict[str, Any]:
    params: dict[str, Any] = {"code": command.code}
    if command.until is not None:
        params["until"] = command.until.isoformat()
    if command.photo_ids:
        params["photos"] = [str(number) for number in command.photo_ids]
    if command.part is not None:
        params["part"] = command.part
    return {name: value for name, value in params.items() if value is not None}


def _said(session: Session, ticket: Ticket, command: Command, params: dict[str, Any]) -> Said:
    verb = Verb(command.verb)
    hidden = verb is Verb.SPLIT and splitting.is_apart(session, ticket, command)
    public = verb not in INTERNAL and not hidden
    region = profile(session).phone_region
    return Said(
        params=params,
        text=command.text,
        public_text=mask(command.text, region=region) if public and command.text else None,
        public=public,
    )
