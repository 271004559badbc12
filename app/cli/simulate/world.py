"""What everybody in the simulated year has in common: who they are, what there is, how they act.

1. Staff act by `tickets.service.perform` as at the desk, residents by `reports.service`; each act
   is a transaction of its own, and what is refused does not happen. Refusals are counted.
2. Whoever is told of an outcome hears it through `on_change`, after the commit.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.cli.demo.scenery import Place
from app.cli.simulate.people.staff import Staff
from app.cli.simulate.year import Year
from app.core.db import current_session, transaction
from app.core.errors import Rejection, Rejections
from app.tickets.models import Ticket
from app.tickets.schemas import Command
from app.tickets.service import perform

Deck = Mapping[str, float]


@dataclass(kw_only=True)
class World:
    """A city with its people."""

    year: Year
    chance: random.Random
    staff: Staff
    samples: Mapping[str, Any]
    places: list[Place]
    categories: list[Category]
    counts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    on_change: list[Callable[[int, str, str], None]] = field(default_factory=list)

    def draw(self, deck: Deck) -> str:
        """Draw one of the names by weight."""
        return self.chance.choices(list(deck), list(deck.values()))[0]

    def happens(self, share: float) -> bool:
        """Tell whether something of that likelihood happens."""
        return self.chance.random() < share

    def words(self, kind: str) -> str:
        """Return one of the pack's sample sentences."""
        return str(self.chance.choice(self.samples[kind]))

    def ticket(self, number: int) -> Ticket:
        """Return a ticket as it is now: what somebody still holds was read at this instant."""
        return current_session().get_one(Ticket, number)

    def tried(self, verb: str, call: Callable[[Session], object]) -> bool:
        """Do something in a transaction of its own; tell whether it was allowed."""
        try:
            with transaction() as session:
                call(session)
        except (Rejection, Rejections) as refused:
            first = refused.items[0] if isinstance(refused, Rejections) else refused
            self.refusals[f"{verb} {first.code}"] += 1
            return False
        self.counts[verb] += 1
        return True

    def act(self, number: int, role: str, agency: str, verb: str, **brings: Any) -> bool:  # noqa: ANN401 - as the verb asks
        """Let a member of staff act; tell whether it was allowed."""
        ticket = self.ticket(number)
        before = ticket.status
        actor = self.staff.actor(role, agency, self.year.at)
        command = Command(
            reference=ticket.reference, verb=verb, expected_version=ticket.row_version, **brings
        )
        done = self.tried(
            verb, lambda session: perform(session, command, actor=actor, now=self.year.at)
        )
        if done:
            for told in self.on_change:
                told(number, before, ticket.status)
        return done
