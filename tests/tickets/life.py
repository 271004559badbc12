"""Builders for tests of the lifecycle: facts in a status, one act, and a whole life.

`Life` does with a step what `tickets.service` does with it, but in memory, so that tests can walk
through many acts. It is written from the meaning of `Step`, not from the service.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.tickets.clock import Moment, MomentKind
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
    step,
)
from app.tickets.problem_table import OPEN, PROBLEM_TABLE

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
COORDINATOR, OVERSIGHT = "office", "inspectors"

_WORKED_ON = {"agency": "roads", "promise_frozen": True, "outcome_due_at": NOW + 5 * DAY}
_ENDED = _WORKED_ON | {"first_replied": True, "outcome_at": NOW - DAY}
_USUAL: dict[Status, dict[str, Any]] = {
    Status.RECEIVED: {},
    Status.ASSIGNED: _WORKED_ON,
    Status.IN_PROGRESS: _WORKED_ON,
    Status.WAITING: _WORKED_ON | {"paused_until": NOW + DAY, "outcome_due_at": None},
    Status.RESOLVED: _ENDED | {"outcome_code": "fixed"},
    Status.ANSWERED: _ENDED | {"outcome_code": "explained"},
    Status.CLOSED: _ENDED | {"outcome_code": "fixed", "closed_at": NOW - DAY},
    Status.DECLINED: _ENDED | {"agency": COORDINATOR, "outcome_code": "not_ours"},
    Status.MERGED: _WORKED_ON | {"previous_status": Status.IN_PROGRESS},
}


def ticket(status: Status, **changes: Any) -> Facts:
    """A usual ticket in a status: frozen promise, owner, outcome of yesterday."""
    return Facts(status=status, reference="T-1", **(_USUAL[status] | changes))


def in_triage(**changes: Any) -> Facts:
    """A ticket that no rule fitted."""
    values = _WORKED_ON | {"agency": COORDINATOR, "in_triage": True} | changes
    return Facts(status=Status.RECEIVED, reference="T-1", **values)


def at_oversight(**changes: Any) -> Facts:
    """A ticket whose refusal was appealed."""
    appealed = {"agency": OVERSIGHT, "at_oversight": True, "appealed": True}
    return Facts(status=Status.RECEIVED, reference="T-1", **(_WORKED_ON | appealed | changes))


def do(facts: Facts, verb: Verb, role: Role, **brings: Any) -> Step:
    """Take one step now. Raises Refused."""
    return step(PROBLEM_TABLE, facts, Act(verb=verb, role=role, **({"now": NOW} | brings)))


def refusal(facts: Facts, verb: Verb, role: Role, **brings: Any) -> str:
    """Return the code of the refusal; it is an error if the act is allowed."""
    try:
        taken = do(facts, verb, role, **brings)
    except Refused as refused:
        return refused.code
    raise AssertionError(f"{verb} by {role} was not refused: {taken}")


_MOMENTS = {
    Clock.START: MomentKind.STARTED,
    Clock.PAUSE: MomentKind.PAUSED,
    Clock.RESUME: MomentKind.RESUMED,
    Clock.STOP: MomentKind.STOPPED,
    Clock.RESTART: MomentKind.RESTARTED,
}


@dataclass
class Life:
    """A ticket's life from `open` on."""

    received_at: datetime = NOW
    about: str | None = None
    facts: Facts = field(init=False)
    moments: list[Moment] = field(default_factory=list)
    steps: list[tuple[Verb, str, str, Role]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.facts = Facts(
            status=Status.RECEIVED, reference="T-1", about_agency=self.about, urgency_claimed=True
        )

    def act(self, verb: Verb, role: Role, *, now: datetime = NOW, **brings: Any) -> Step:
        """Take a step and note what it did. Raises Refused; nothing has changed then."""
        act = Act(verb=verb, role=role, now=now, **brings)
        taken = step(PROBLEM_TABLE, self.facts, act)
        self.steps.append((verb, self.facts.status, taken.target, role))
        if taken.clock is not None:
            at = self.received_at if taken.clock is Clock.START else now
            self.moments.append(Moment(_MOMENTS[taken.clock], at))
        self.facts = replace(
            self.facts,
            **self._moved(taken),
            **self._counted(taken),
            **self._judged(taken, act),
            **self._noted(taken, act),
        )
        return taken

    def _moved(self, taken: Step) -> dict[str, Any]:
        before = self.facts
        owners = {
            Destination.NAMED: taken.agency,
            Destination.COMMON_PARENT: taken.agency,
            Destination.COORDINATOR: COORDINATOR,
            Destination.OVERSIGHT: OVERSIGHT,
            Destination.ROUTING: None,
        }
        routed_again = taken.goes_to is Destination.ROUTING
        changed = taken.target != before.status
        return {
            "status": taken.target,
            "previous_status": before.status if changed else before.previous_status,
            "agency": owners.get(taken.goes_to, before.agency),
            "former_agency": before.agency or before.former_agency if routed_again
            else before.former_agency,
            "in_triage": taken.in_triage,
            "at_oversight": taken.goes_to is Destination.OVERSIGHT
            or (before.at_oversight and taken.target == Status.RECEIVED),
            "promise_frozen": before.promise_frozen or taken.clock is Clock.START,
        }  # fmt: skip

    def _counted(self, taken: Step) -> dict[str, Any]:
        before, effects = self.facts, taken.effects
        return {
            "transfers": before.transfers + (Effect.COUNTS_TRANSFER in effects),
            "disputes": before.disputes + (Effect.COUNTS_DISPUTE in effects),
            "owner_named": before.owner_named or Effect.NAMES_OWNER in effects,
            "appealed": before.appealed or Effect.APPEALS in effects,
            "asked_reporter_once": before.asked_reporter_once or Effect.ASKS_REPORTER in effects,
            "first_replied": before.first_replied or Effect.FIRST_REPLY in effects,
        }

    def _judged(self, taken: Step, act: Act) -> dict[str, Any]:
        before, effects = self.facts, taken.effects
        outcome = Effect.OUTCOME in effects
        closed = taken.target == Status.CLOSED
        outcome_at = before.outcome_at
        if taken.clock in (Clock.STOP, Clock.RESTART):
            outcome_at = act.now if taken.clock is Clock.STOP else None
        return {
            "outcome_code": act.code if outcome else before.outcome_code,
            "outcome_at": outcome_at,
            "planned_for": act.until if outcome else before.planned_for,
            "confirmed": not outcome
            and Effect.UNCONFIRMS not in effects
            and (before.confirmed or Effect.CONFIRMS in effects),
            "disputed_this_outcome": not outcome
            and (before.disputed_this_outcome or Effect.COUNTS_DISPUTE in effects),
            "reopen_asked": closed
            and Effect.ANSWERS_REQUEST not in effects
            and (before.reopen_asked or Effect.ASKS_REOPEN in effects),
            "closed_at": (before.closed_at or act.now) if closed else None,
        }

    def _noted(self, taken: Step, act: Act) -> dict[str, Any]:
        before = self.facts
        waiting = {Verb.PROPOSE: True, Verb.APPROVE: False, Verb.REJECT: False}
        claimed = before.fix_claimed or Effect.CLAIMS_FIXED in taken.effects
        return {
            "urgency_claimed": before.urgency_claimed
            and act.verb not in (Verb.CONFIRM_URGENT, Verb.LOWER),
            "urgency_heard": before.urgency_heard or act.verb is Verb.ACKNOWLEDGE,
            "content_checked": act.verb is not Verb.RECHECK
            and (before.content_checked or act.verb in (Verb.PUBLISH, Verb.HIDE)),
            "fix_claimed": claimed
            and taken.target in OPEN
            and Effect.ANSWERS_CLAIM not in taken.effects,
            "proposal_waiting": waiting.get(act.verb, before.proposal_waiting),
            "sole_reporter": before.sole_reporter and act.verb is not Verb.JOIN,
            "paused_until": act.until if act.verb is Verb.PAUSE else before.paused_until,
        }
