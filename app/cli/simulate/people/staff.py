"""Who works in the simulated city: officers and managers of every agency, and the two offices.

1. Everybody is an account with a role, as an administrator makes them; roles are read as the gate
   reads them, once for each day.
2. How diligent an agency is, and when nobody is there, is drawn once.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.service import add_account
from app.agencies.queries import active, actor_of, coordinator, oversight
from app.agencies.service import Deputising, Shift, add_shift, deputise, give_role
from app.catalog.queries import profile
from app.core.actor import Actor
from app.core.db import current_session
from app.tickets.due import clock_for, timetable_id_for
from app.tickets.service import leave

ROLES = ("officer", "manager")
DOMAIN = "simulation.invalid"


@dataclass(kw_only=True)
class Agent:
    """How an agency works. diligence: the share of its tickets that are looked at in a sitting."""

    code: str
    diligence: float
    away: tuple[date, date] | None = None

    def is_there(self, on: date) -> bool:
        """Tell whether anybody is at work on a day."""
        return self.away is None or not self.away[0] <= on < self.away[1]


@dataclass(kw_only=True)
class Staff:
    """Accounts by role and agency, and the agencies in order."""

    coordinator: str
    oversight: str
    agents: list[Agent]
    accounts: dict[tuple[str, str], int]
    hired: int = 0
    _actors: dict[tuple[int, date], Actor] = field(default_factory=dict)

    @classmethod
    def hire(cls, session: Session, chance: random.Random, begin: datetime, days: int) -> "Staff":
        """Give every agency an officer and a manager, and the office of the city its people."""
        lead, watch = coordinator(session).code, oversight(session).code
        zone = profile(session).zone
        agents = [
            Agent(
                code=row.code,
                diligence=round(chance.uniform(0.35, 0.95), 2),
                away=_away(chance, begin.astimezone(zone).date(), days),
            )
            for row in active(session, begin.astimezone(zone).date())
        ]
        staff = cls(coordinator=lead, oversight=watch, agents=agents, accounts={})
        for agent in agents:
            for role in ROLES:
                staff.add(session, role, agent.code, begin)
        staff.add(session, "coordinator", lead, begin)
        for agent in agents:
            if agent.code in (lead, watch):
                agent.diligence, agent.away = 0.9, None
        return staff

    def add(self, session: Session, role: str, agency: str, now: datetime) -> Account:
        """Hire somebody for a role; who had it before is not touched."""
        self.hired += 1
        lang = profile(session).languages[0]
        email = f"{role}-{self.hired}@{DOMAIN}"
        account = add_account(session, email, full_name=f"{role} {agency}", lang=lang, now=now)
        give_role(session, account, role, agency, now=now)
        self.accounts[role, agency] = account.id
        return account

    def actor(self, role: str, agency: str, now: datetime) -> Actor:
        """Return somebody as the gate would let them in."""
        account = self.accounts[role, agency]
        key = (account, now.date())
        if key not in self._actors:
            session = current_session()
            self._actors[key] = actor_of(session, session.get_one(Account, account), now)
        return self._actors[key]

    def replace(self, session: Session, role: str, agency: str, now: datetime) -> None:
        """Somebody leaves, and another one comes."""
        leave(session, session.get_one(Account, self.accounts[role, agency]), now=now)
        self.add(session, role, agency, now)

    def deputise(self, session: Session, agency: str, now: datetime, days: int) -> None:
        """The officer approves in the manager's place for some days."""
        account = session.get_one(Account, self.accounts["officer", agency])
        wanted = Deputising(
            by=self.accounts["manager", agency],
            account=account,
            agencies=[agency],
            since=now,
            until=now + timedelta(days=days),
        )
        deputise(session, wanted, now=now)
        self._actors.clear()

    def roster(self, session: Session, now: datetime, days: int) -> None:
        """Put the officers and the coordinating office on duty, for every hour of some days."""
        for agent in self.agents:
            roles = ("coordinator",) if agent.code == self.coordinator else ROLES
            for position, role in enumerate(roles):
                account = session.get_one(Account, self.accounts[role, agent.code])
                shift = Shift(
                    account=account,
                    agency_code=agent.code,
                    begins_at=now,
                    ends_at=now + timedelta(days=days),
                    position=position,
                )
                add_shift(session, shift, now=now)

    def seat_of(self, account: int) -> tuple[str, str] | None:
        """Return the role and agency of an account that still works here."""
        return next((seat for seat, number in self.accounts.items() if number == account), None)


def _away(chance: random.Random, begin: date, days: int) -> tuple[date, date] | None:
    if chance.random() >= 0.3:
        return None
    first = begin + timedelta(days=chance.randrange(max(1, days)))
    return first, first + timedelta(days=chance.randrange(4, 20))


def works_on(session: Session, agency: str, on: date) -> bool:
    """Tell whether an agency has working hours on a day."""
    city = profile(session)
    clock = clock_for(session, timetable_id_for(session, agency), city.calendar_version)
    return bool(clock.hours(on))
