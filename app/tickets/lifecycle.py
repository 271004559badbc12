"""THE state machine: facts and an act in, a step out. Pure, and generic over a table.

1. The table is data: one row for each (verb, status, role). Anything not in it is refused.
2. A row's guards must all hold. Guards `of_act` judge what the act brings (a reason, a date), the
   others only the ticket, so that `allowed` can tell the buttons before anything is typed.
3. The first turn of a row whose condition holds sends the act somewhere else than the row does
   (a third transfer goes up). Turns are part of the table, so `is_legal` knows them.
4. A substantive act of the agency accepts by itself: rows with ACCEPTS apply to a ticket that is
   not accepted yet as if it had been.
5. What happens to the clock follows from the statuses alone; no row can say otherwise.
6. The engine writes nothing. The caller applies the step, under its lock, and records one event.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from types import MappingProxyType

from app.tickets.facts import Act, Facts, Role, Status, Verb

__all__ = ["Act", "Clock", "Destination", "Effect", "Facts", "Guard", "Refused", "Role", "Special",
           "Status", "Step", "Table", "Transition", "Turn", "Verb", "allowed", "is_legal", "step",
           "targets"]  # fmt: skip

Condition = Callable[[Facts, Act], bool]


class Special(Enum):
    """Targets that depend on the ticket: where it is, or where it was before."""

    SAME = "same"
    PREVIOUS = "previous"


class Destination(StrEnum):
    """Who has the ticket after the step.

    NAMED, COMMON_PARENT: `Step.agency`. ROUTING: nobody, it is routed again. ABOVE: the owner
    stays, the agency above it (`agencies.queries.above`) must look at it.
    """

    KEEP = "keep"
    NAMED = "named"
    COMMON_PARENT = "common_parent"
    COORDINATOR = "coordinator"
    OVERSIGHT = "oversight"
    ROUTING = "routing"
    ABOVE = "above"


class Effect(StrEnum):
    """What the caller must note on the ticket, besides status and owner."""

    ACCEPTS = "accepts"
    ANSWERS_CLAIM = "answers_claim"
    ANSWERS_REQUEST = "answers_request"
    APPEALS = "appeals"
    ASKS_REOPEN = "asks_reopen"
    ASKS_REPORTER = "asks_reporter"
    CLAIMS_FIXED = "claims_fixed"
    CONFIRMS = "confirms"
    COUNTS_DISPUTE = "counts_dispute"
    COUNTS_TRANSFER = "counts_transfer"
    FIRST_REPLY = "first_reply"
    MERGES = "merges"
    NAMES_OWNER = "names_owner"
    OUTCOME = "outcome"
    REPORT_LEAVES = "report_leaves"
    UNCONFIRMS = "unconfirms"


class Clock(StrEnum):
    """What happens to the promises. START: they are frozen now, and count from receipt."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    RESTART = "restart"


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error of the program
    """The act is not allowed. `code` is stable; its words are in `words.REFUSALS`."""

    def __init__(self, code: str, *, asked: str | None = None, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.asked = asked
        self.params: Mapping[str, object] = MappingProxyType(params)


@dataclass(frozen=True)
class Guard:
    """A named condition. `asked`: the parameter of the act that it is about, if it is about one."""

    code: str
    holds: Condition
    of_act: bool = False
    asked: str | None = None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Another way that a row takes when something is the case. effects: None means the row's."""

    when: Condition
    target: str | Special
    goes_to: Destination = Destination.KEEP
    effects: frozenset[Effect] | None = None


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One line of the table: who may take a ticket from where to where, and on what conditions.

    replies: whether the act is a first human reply (a question, plan, answer or outcome).
    """

    verb: Verb
    sources: frozenset[str]
    target: str | Special
    roles: frozenset[Role]
    guards: tuple[Guard, ...] = ()
    goes_to: Destination = Destination.KEEP
    effects: frozenset[Effect] = frozenset()
    turns: tuple[Turn, ...] = ()
    replies: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """A state machine: where tickets begin, its rows, and what its statuses mean for the clock.

    Clocks run in `open_` statuses except `paused`, stop in `ended`, and do not care elsewhere.
    accepts: (status before, status after) of an act that accepts by itself. sorted_in: where the
    coordinator sorts tickets.
    """

    name: str
    initial: str
    rows: tuple[Transition, ...]
    open_: frozenset[str]
    paused: frozenset[str]
    ended: frozenset[str]
    accepts: tuple[str, str] | None = None
    sorted_in: str = ""
    _index: dict[tuple[Verb, str, Role], Transition] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        for row in self.rows:
            for source in row.sources:
                for role in row.roles:
                    if (row.verb, source, role) in self._index:
                        raise ValueError(f"two rows for {row.verb} from {source} by {role}")
                    self._index[row.verb, source, role] = row

    def row(self, verb: Verb, status: str, role: Role) -> Transition | None:
        """Return the one row for a verb in a status by a role."""
        return self._index.get((verb, status, role))


@dataclass(frozen=True, kw_only=True)
class Step:
    """What an act leads to. `agency` is the code where the act or the facts name it."""

    target: str
    goes_to: Destination
    agency: str | None
    in_triage: bool
    clock: Clock | None
    effects: frozenset[Effect]

    @property
    def counts_transfer(self) -> bool:
        """Whether the move counts as a transfer."""
        return Effect.COUNTS_TRANSFER in self.effects

    @property
    def first_reply(self) -> bool:
        """Whether this is the first human reply."""
        return Effect.FIRST_REPLY in self.effects

    @property
    def accepts(self) -> bool:
        """Whether the agency accepts the ticket by this act."""
        return Effect.ACCEPTS in self.effects


def step(table: Table, facts: Facts, act: Act) -> Step:
    """Return what the act leads to. Raises Refused."""
    row = table.row(act.verb, facts.status, act.role)
    if row is None:
        raise Refused("not_now", verb=act.verb, status=facts.status, role=act.role)
    for guard in row.guards:
        if not guard.holds(facts, act):
            raise Refused(guard.code, asked=guard.asked, verb=act.verb, status=facts.status)
    way = next((turn for turn in row.turns if turn.when(facts, act)), row)
    effects = _effects(table, row, way, facts, act)
    target = _target(table, facts, way.target, effects)
    at_coordinator = way.goes_to is Destination.COORDINATOR
    kept = facts.in_triage and (way.goes_to is Destination.KEEP or way.target is Special.SAME)
    # What was merged while in triage comes back to it: it has an owner, but not by assignment.
    back = way.target is Special.PREVIOUS and facts.agency is not None
    return Step(
        target=target,
        goes_to=way.goes_to,
        agency=_owner(facts, act, way.goes_to),
        in_triage=target == table.sorted_in and (at_coordinator or kept or back),
        clock=_clock(table, facts, target, way.goes_to),
        effects=effects,
    )


def _effects(
    table: Table, row: Transition, way: Transition | Turn, facts: Facts, act: Act
) -> frozenset[Effect]:
    effects = row.effects if way.effects is None else way.effects
    if table.accepts is None or facts.status != table.accepts[0]:
        effects -= {Effect.ACCEPTS}
    if row.replies is not None and not facts.first_replied and row.replies(facts, act):
        effects |= {Effect.FIRST_REPLY}
    return effects


def _target(table: Table, facts: Facts, target: str | Special, effects: frozenset[Effect]) -> str:
    if target is Special.PREVIOUS:
        return facts.previous_status or table.initial
    if target is not Special.SAME:
        return target
    if table.accepts is not None and Effect.ACCEPTS in effects:
        return table.accepts[1]
    return facts.status


def _owner(facts: Facts, act: Act, goes_to: Destination) -> str | None:
    match goes_to:
        case Destination.NAMED:
            return act.agency
        case Destination.COMMON_PARENT:
            return act.common_parent
        case Destination.KEEP | Destination.ABOVE:
            return facts.agency
        case Destination.COORDINATOR | Destination.OVERSIGHT | Destination.ROUTING:
            return None


def _clock(table: Table, facts: Facts, target: str, goes_to: Destination) -> Clock | None:
    """Derive the clock from the statuses (rule 5). A promise that is not frozen has no clock."""
    source = facts.status
    if not facts.promise_frozen:
        owned = goes_to in (Destination.NAMED, Destination.COORDINATOR)
        return Clock.START if owned and target in table.open_ else None
    if source in table.open_ and target in table.ended:
        return Clock.STOP
    if source in table.ended and target in table.open_:
        return Clock.RESTART
    if source in table.open_ and target in table.open_:
        before, after = source in table.paused, target in table.paused
        if before != after:
            return Clock.PAUSE if after else Clock.RESUME
    return None


def allowed(table: Table, facts: Facts, role: Role, now: datetime) -> tuple[Verb, ...]:
    """Return the verbs that this role could use now, in the table's order.

    Only what the ticket says is judged; what the act must bring is judged by `step`.
    """
    found = []
    for row in table.rows:
        act = Act(verb=row.verb, role=role, now=now)
        if table.row(row.verb, facts.status, role) is row and all(
            guard.of_act or guard.holds(facts, act) for guard in row.guards
        ):
            found.append(row.verb)
    return tuple(found)


def targets(table: Table, row: Transition, source: str) -> frozenset[str]:
    """Return the statuses that a row can lead to from one of its sources."""
    found: set[str] = set()
    for target in (row.target, *(turn.target for turn in row.turns)):
        if isinstance(target, str):
            found.add(target)
        elif target is Special.PREVIOUS:
            found |= table.open_
        elif table.accepts and Effect.ACCEPTS in row.effects and source == table.accepts[0]:
            found.add(table.accepts[1])
        else:
            found.add(source)
    return frozenset(found)


def is_legal(table: Table, verb: Verb, source: str, target: str, role: Role) -> bool:
    """Tell whether a recorded step is in the table (for `verify`)."""
    row = table.row(verb, source, role)
    return row is not None and target in targets(table, row, source)
