"""Invented reports with a past: what about, where, when, and what became of it.

1. A few categories and areas have most of them; they come by day. A fifth is open, and recent.
2. Whose they are is what the routing rules say; what they send to triage is the coordinator's.
"""

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.catalog.queries import profile, today
from app.cli.synthetic.spots import Spot
from app.reports.service.former import Former
from app.routing import queries
from app.routing.decide import Bodies, Facts, Rule, decide
from app.tickets.service.step.past import Past

SOURCE = "synthetic"
DAYS, RECENT = 1_000, 60
OPEN, AT_WORK, ANSWERED = 0.2, 0.7, 0.25  # shares: open; at work, of those; answered, of the rest
BY_HOUR = (1, 1, 1, 1, 1, 2, 5, 8, 9, 9, 8, 7, 6, 6, 7, 8, 9, 9, 8, 7, 6, 5, 3, 2)
USUAL_H, SPREAD = 30.0, 1.1  # until an outcome: the middle, and how far it spreads
Words = Callable[[str, int], str]
Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class Invention:
    """What lives are made of. words: (category, number) → what somebody wrote."""

    categories: Sequence[Category]
    spots: Mapping[str, Sequence[Spot]]
    rules: Sequence[Rule]
    bodies: Bodies
    now: datetime
    today: datetime
    words: Words

    @classmethod
    def of(
        cls, session: Session, spots: Mapping[str, Sequence[Spot]], words: Words, now: datetime
    ) -> "Invention":
        """Read what the pack says."""
        query = select(Category).where(
            Category.active, Category.kind == "problem", Category.privacy != "restricted"
        )
        on = today(session, now)
        midnight = datetime(on.year, on.month, on.day, tzinfo=profile(session).zone)
        return cls(
            categories=session.scalars(query.order_by(Category.code)).all(), spots=spots,
            rules=queries.rules(session), bodies=queries.bodies(session, on), now=now,
            today=midnight, words=words,
        )  # fmt: skip

    def formers(self, session: Session, numbers: range, chance: random.Random) -> Iterator[Former]:
        """Invent reports of these numbers."""
        for number in numbers:
            category = _crowded(self.categories, chance)
            spot = chance.choice(self.spots[_crowded(sorted(self.spots), chance)])
            yield Former(
                source=SOURCE, number=str(number), place=spot.point,
                text=self.words(category.code, number),
                past=self._past(category, self._agency(session, category, spot), chance),
            )  # fmt: skip

    def _agency(self, session: Session, category: Category, spot: Spot) -> str:
        place = queries.stated_place(queries.area_facts(session, [spot.area]), spot.area)
        facts = Facts(
            category=category.code, group=category.group_code, severity=category.severity_code,
            place=place, about_agency=None, on=self.today.date(),
        )  # fmt: skip
        return decide(facts, self.rules, self.bodies).agency or self.bodies.coordinator

    def _past(self, category: Category, agency: str, chance: random.Random) -> Past:
        is_open = chance.random() < OPEN
        day = self.today - timedelta(days=1 + chance.randrange(RECENT if is_open else DAYS))
        hour = chance.choices(range(24), BY_HOUR)[0]
        received = day + timedelta(hours=hour, minutes=chance.randrange(60))
        ended = received + timedelta(hours=chance.lognormvariate(math.log(USUAL_H), SPREAD))
        if is_open or ended > self.now:
            return Past(
                category=category, agency=agency, received_at=received, published=True,
                at_work=chance.random() < AT_WORK,
            )  # fmt: skip
        outcome = "explained" if chance.random() < ANSWERED else "fixed"
        return Past(
            category=category, agency=agency, received_at=received, published=True,
            outcome=outcome, ended_at=ended.replace(microsecond=0), answer="…",
        )  # fmt: skip


def _crowded(items: Sequence[Item], chance: random.Random) -> Item:
    """Draw one, the first ones much more often than the last."""
    return items[int(len(items) * chance.random() ** 2)]
