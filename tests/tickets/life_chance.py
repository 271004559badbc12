"""Random acts by random people: where no known way leads.

1. `anything` tries whoever and whatever, also at the very limit of a time: mostly refused.
2. `what_is_legal` asks the oracle what may be done, so that lives become long.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.factories.tickets import IN_NEXT_WARD, IN_WARD, ON_BAY
from tests.tickets.life_rules import (
    COORDINATOR,
    DAY,
    MAY,
    PARENTS,
    Act,
    Known,
    Person,
    letters,
)
from tests.tickets.life_verbs import RULES
from tests.tickets.lives import JOINED, PEOPLE, REPORTER, Lives

PLACES = (IN_WARD, ON_BAY, IN_NEXT_WARD, None)
CATEGORIES = ("waste", "road", "power", "traffic", "other")
REPORTERS = frozenset(
    {
        "confirm", "dispute", "ask_reopen", "appeal", "reply", "withdraw", "rate", "merge_own",
        "claim_fixed",
    }
)  # fmt: skip
CODES = {
    "return": ("not_competent", "wrong_place"),
    "pause": ("reporter", "weather"),
    "resolve": ("fixed", "enforced"),
    "answer": ("explained", "planned", "nothing_found"),
    "decline": ("not_competent",),
    "hide": ("insult",),
    "help_return": ("wrong_place",),
}
HOURS = (0.1, 1, 5, 20, 30, 80, 190, 400, 800)
TICKETS, ANY = st.integers(0, 9), st.integers(0, 9_999)
SEEDS = st.integers(0, 2**32 - 1)
# These lead nowhere, or out of the game: only now and then.
ASIDE = {
    "note", "comment", "publish", "hide", "cooperate", "extend", "rate", "withdraw", "claim_fixed",
    "merge_own",
}  # fmt: skip


class Chance(Lives, RuleBasedStateMachine):
    """Lives as they come."""

    def __init__(self) -> None:
        super().__init__()
        self.done: Counter[str] = Counter()

    @initialize(draws=st.lists(ANY, min_size=2, max_size=3), seed=SEEDS)
    def begin(self, draws: list[int], seed: int) -> None:
        for draw in draws:
            self.submit(draw)
        self.route()
        self.what_is_legal(0, seed)

    @rule(which=TICKETS, draw=ANY)
    def meanwhile(self, which: int, draw: int) -> None:
        """What happens besides: a report, a contact, somebody who comes too late."""
        match draw % 4:
            case 0 if len(self.known) < 5:
                self.submit(draw // 4)
                self.route()
            case 1:
                self.too_late(which)
            case _:
                self.leave_contact(which, reachable=draw % 8 != 2)

    def submit(self, draw: int) -> None:
        self.take_in(
            PLACES[draw % 4], CATEGORIES[draw // 4 % 5],
            about=(None, None, COORDINATOR, "UBND-06685")[draw // 20 % 4], reachable=draw % 3 > 0, urgent=draw % 5 == 1,
        )  # fmt: skip

    def wait(self, draw: int) -> None:
        self.wait_until(self.at + timedelta(hours=HOURS[draw % len(HOURS)]))

    @rule(which=TICKETS, seed=SEEDS)
    def anything(self, which: int, seed: int) -> None:
        """Whoever, whatever; or the right person with anything, at the very limit of a time."""
        chance = Random(seed)
        for _ in range(12):
            ticket = self.pick(which)
            if chance.random() < 0.3:
                self.go_to_a_limit(ticket, chance)
                ticket = self.pick(which)
            near = [
                (verb, person)
                for (verb, status), lines in MAY.items()
                if status == ticket.status
                for roles in lines
                for person in ([REPORTER] if verb in REPORTERS else PEOPLE)
                if letters(person, ticket) & roles
            ]
            verb = chance.choice(sorted(RULES))
            person = REPORTER if verb in REPORTERS else chance.choice(PEOPLE)
            if near and chance.random() < 0.75:
                verb = chance.choice(sorted({verb for verb, _person in near} - ASIDE) or [verb])
                person = chance.choice([by for also, by in near if also == verb] or [person])
            self.attempt(ticket, self.act(ticket, verb, chance), person)

    def go_to_a_limit(self, ticket: Known, chance: Random) -> None:
        """Let time pass until the last instant of some period, or the first one after it."""
        limits = [
            *(since + days * DAY
              for since in (ticket.outcome_at, ticket.closed_at) if since for days in (7, 15, 30)),
            ticket.planned_for, ticket.pause and ticket.pause[1], ticket.due,
        ]  # fmt: skip
        after = timedelta(seconds=chance.choice((0, 1)))
        coming = [limit + after for limit in limits if limit and limit + after > self.at]
        if coming:
            self.wait_until(chance.choice(coming))

    @rule(which=TICKETS, seed=SEEDS)
    def what_is_legal(self, which: int, seed: int) -> None:
        """Acts that are legal at that moment, the rarer ones first, so that lives become long."""
        chance = Random(seed)
        for _ in range(30):
            which = chance.randrange(10) if chance.random() < 0.1 else which
            ticket = self.pick(which)
            legal = [
                (act, by) for act, by in self.choices(ticket, chance) if self.may(ticket, act, by)
            ]
            aside = ASIDE if chance.random() < 0.9 else set()
            verbs = sorted({act.verb for act, _by in legal} - aside)
            chance.shuffle(verbs)  # among equally rare ones, in an order that a set does not give
            verbs.sort(key=lambda verb: self.done[verb])
            if verbs:
                verb = verbs[0] if chance.random() < 0.6 else chance.choice(verbs)
                chosen = [found for found in legal if found[0].verb == verb]
                self.attempt(ticket, *chance.choice(chosen))
                self.done[verb] += 1
            if chance.random() < 0.25:
                self.wait(chance.randrange(len(HOURS)))
            if chance.random() < 0.5:
                self.route()

    def choices(self, ticket: Known, chance: Random) -> Iterator[tuple[Act, Person]]:
        joined = [t for t in self.known if t.into is not None and self.alive(t) is ticket]
        for verb in sorted(RULES):
            act = self.act(ticket, verb, chance)
            if verb not in REPORTERS:
                yield from ((act, by) for by in PEOPLE)
            elif ticket.into is None:
                yield act, REPORTER
                yield from ((replace(act, through=t), JOINED) for t in joined)

    def too_late(self, which: int) -> None:
        """An act on a version that is no more changes nothing."""
        act, before = Act(verb="note", at=self.at), self.everything()
        assert self.refused(self.pick(which), act, Person("coordinator", "VP-UBND"), stale=1)
        assert self.everything() == before
        self.counts["refused, version"] += 1

    def act(self, ticket: Known, verb: str, chance: Random) -> Act:
        """Draw what an act brings: mostly what it needs, sometimes nothing or something wrong."""
        codes = CODES.get(verb, ())
        into: Known | None = chance.choice(self.known)
        if verb == "unmerge":
            into = self.alive(ticket) if ticket.into else None
        elif verb not in ("merge", "merge_own") or chance.random() < 0.1:
            into = None
        asks_agency = verb in ("assign", "transfer", "name_owner", "cooperate")
        far = 30 if verb == "pause" and chance.random() < 0.8 else 60
        days = chance.choice((None, -1, 0.05, 0.05, far, far, far))
        return Act(
            verb=verb, at=self.at,
            agency=chance.choice([*PARENTS, *PARENTS, "nobody", None]) if asks_agency else None,
            code=chance.choice((*codes, *codes, "wrong", None)) if codes else None,
            text=chance.random() < 0.9, photo=chance.random() < 0.9,
            until=None if days is None else self.at + days * DAY,
            category=chance.choice([*CATEGORIES, "nothing", None]) if verb == "correct" else None,
            into=into,
        )  # fmt: skip
