"""What changes at the agencies in a year: people leave, deputies stand in, one agency ends."""

from functools import partial

from sqlalchemy import select

from app.agencies.models import Agency
from app.catalog.queries import today
from app.cli.simulate.people.staff import Agent
from app.cli.simulate.world import World
from app.cli.simulate.year import HOUR
from app.core.db import current_session
from app.packs.service.succession import succeed

LEAVING, DEPUTIES = 12, 20  # each year


class Changes:
    """Somebody leaves, somebody stands in, an agency gives way to another."""

    def __init__(self, world: World) -> None:
        self.world, self.year = world, world.year

    def plan(self) -> None:
        """Spread the changes over the year."""
        days = self.year.days()
        ordinary = [
            agent
            for agent in self.world.staff.agents
            if agent.code not in (self.world.staff.coordinator, self.world.staff.oversight)
        ]
        for what, often in ((self.leave, LEAVING), (self.deputise, DEPUTIES)):
            for _ in range(max(1, often * len(days) // 365)):
                agent = self.world.chance.choice(ordinary)
                at = self.world.chance.choice(days) + 9 * HOUR
                self.year.plan(at, partial(what, agent))
        self.year.plan(days[len(days) // 2], self.end_agency)

    def leave(self, agent: Agent) -> None:
        """The officer leaves, and another one comes."""
        self.world.tried(
            "leave",
            lambda session: self.world.staff.replace(session, "officer", agent.code, self.year.at),
        )

    def deputise(self, agent: Agent) -> None:
        """The officer approves in the manager's place for ten days."""
        self.world.tried(
            "deputise",
            lambda session: self.world.staff.deputise(session, agent.code, self.year.at, 10),
        )

    def end_agency(self) -> None:
        """One agency of an area ends today, another of the same level takes over."""
        session = current_session()
        query = select(Agency.code).where(Agency.area_code.is_not(None), Agency.valid_to.is_(None))
        codes = list(session.scalars(query.order_by(Agency.code)))
        if len(codes) < 2:
            return
        former, heir = self.world.chance.sample(codes, 2)
        on = today(session, self.year.at)
        self.world.tried("succeed", lambda s: succeed(s, former, heir, on=on, today=on))
        agents = self.world.staff.agents
        self.world.staff.agents[:] = [agent for agent in agents if agent.code != former]
