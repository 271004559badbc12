"""Officers and managers of an agency: twice a day they sit down to what is in their inbox.

1. An agency looks at a part of its tickets in each sitting, the nearest due date first; how many is
   its diligence. While nobody is there, nothing is done at all.
2. What they do is drawn by weight, as an ordinary desk does it: mostly the work, sometimes a
   question, a pause, a request for help, a return. The lifecycle says what is allowed.
3. Managers look at proposals and at what reporters and disputes ask of them.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, or_, select, union

from app.cli.simulate.people.staff import Agent, works_on
from app.cli.simulate.world import Deck, World
from app.cli.simulate.year import DAY, HOUR, MINUTE
from app.core.db import current_session
from app.tickets.models import Cooperation, Proposal, Ticket
from app.tickets.policy import decided_by
from app.tickets.problem_table import OPEN
from app.tickets.queries import HELP_OPEN

SITTINGS = (8.0, 14.0)  # local hours
MOST = 25
NEW: Deck = {
    "accept": 70, "comment": 7, "return": 6, "transfer": 5, "correct": 3, "merge": 3, "leave": 6,
}  # fmt: skip
AT_WORK: Deck = {
    "conclude": 42, "leave": 34, "comment": 6, "ask": 6, "pause": 5, "cooperate": 4, "correct": 1,
    "transfer": 2,
}  # fmt: skip
OUTCOMES: Deck = {
    "fixed": 55, "enforced": 12, "explained": 15, "nothing_found": 9, "planned": 9,
}  # fmt: skip
DONE = frozenset({"fixed", "enforced"})
RETURNS: Deck = {"not_competent": 4, "wrong_place": 2, "other_owner": 2, "wrong_category": 1}
# Whose something waits, at the beginning of a sitting: a few statements for all agencies.
WAITS: dict[str, Executable] = {
    "work": select(Ticket.agency_code).where(Ticket.status.in_(sorted(OPEN))).distinct(),
    "decide": union(
        select(Ticket.agency_code).where(Ticket.reopen_asked_at.is_not(None)),
        select(Ticket.agency_code).where(
            Ticket.id.in_(select(Proposal.ticket_id).where(Proposal.decided_at.is_(None)))
        ),
    ),
    "help": select(Cooperation.agency_code).where(HELP_OPEN).distinct(),
}
HELP: Deck = {"help_done": 60, "help_return": 12, "leave": 28}


class Desk:
    """The desks of all agencies."""

    def __init__(self, world: World, proof: UUID) -> None:
        self.world, self.year, self.proof = world, world.year, proof
        self.acts = {"work": self.work, "decide": self.decide, "help": self.help}

    def open(self) -> None:
        """Plan every sitting of the year."""
        for midnight in self.year.days():
            if works_on(current_session(), self.world.staff.coordinator, midnight.date()):
                for hour in SITTINGS:
                    self.year.plan(midnight + hour * HOUR, self.begin)

    def begin(self) -> None:
        """Let everybody sit down who has something to do."""
        session = current_session()
        waits = {what: set(session.scalars(whose)) for what, whose in WAITS.items()}
        # Who decides a last dispute follows from the tree of agencies: everybody looks.
        disputed = session.scalar(select(Ticket.id).where(Ticket.disputed_outcome).limit(1))
        on = self.year.at.astimezone(self.year.zone).date()
        for agent in self.world.staff.agents:
            if not agent.is_there(on) or agent.code == self.world.staff.coordinator:
                continue  # the inbox of the coordinator is the triage, see `offices`
            acts = [act for what, act in self.acts.items() if agent.code in waits[what]]
            if disputed is not None and self.decide not in acts:
                acts.append(self.decide)
            if acts:
                moment = self.year.at + self.world.chance.randrange(120) * MINUTE
                self.year.plan(moment, partial(self.sit, agent, acts))

    def sit(self, agent: Agent, acts: Sequence[Callable[[Agent], None]]) -> None:
        """Do one thing after the other."""
        for act in acts:
            act(agent)

    def work(self, agent: Agent) -> None:
        """Look at the inbox (rule 1)."""
        session = current_session()
        query = (
            select(Ticket.id)
            .where(Ticket.agency_code == agent.code, Ticket.status.in_(sorted(OPEN)))
            .order_by(Ticket.outcome_due_at.nulls_last(), Ticket.id)
            .limit(MOST)
        )
        moment = self.year.at
        for number in session.scalars(query).all():
            if self.world.happens(agent.diligence):
                moment += self.world.chance.randrange(1, 9) * MINUTE
                self.year.plan(moment, partial(self.look, number, agent.code))

    def look(self, number: int, agency: str) -> None:
        """Do something about one ticket (rule 2)."""
        ticket = self.world.ticket(number)
        if ticket.agency_code != agency or ticket.at_oversight:
            return
        if ticket.fixed_claimed_at is not None and self.world.happens(0.7):
            self.answer_claim(number, agency)
        elif ticket.explain_by is not None and self.world.happens(0.8):
            self.apologise(number, agency)
        elif ticket.status == "assigned":
            self.do(number, agency, self.world.draw(NEW))
        elif ticket.status == "in_progress":
            self.do(number, agency, self.world.draw(AT_WORK))
        elif ticket.pause_code not in (None, "reporter") and self.world.happens(0.15):
            self.world.act(number, "officer", agency, "resume")

    def do(self, number: int, agency: str, what: str) -> None:
        """Carry out what was drawn."""
        match what:
            case "leave":
                return
            case "conclude":
                self.conclude(number, agency)
            case "ask":
                until = self.year.at + self.world.chance.randrange(1, 5) * DAY
                self.act(number, agency, "pause", code="reporter", until=until, text="questions")
            case "pause":
                code = self.world.chance.choice(["weather", "other_body"])
                until = self.year.at + self.world.chance.randrange(1, 15) * DAY
                self.act(number, agency, "pause", code=code, until=until)
            case "comment":
                self.act(number, agency, "comment", text="questions")
            case "return":
                self.act(number, agency, "return", code=self.world.draw(RETURNS))
            case "transfer" | "cooperate":
                other = self.world.chance.choice(self.world.staff.agents).code
                self.act(number, agency, what, agency_code=other, text="notes")
            case "correct":
                category = self.world.chance.choice(self.world.categories).code
                self.act(number, agency, "correct", category_code=category)
            case "merge":
                self.merge(number, agency)
            case _:
                self.act(number, agency, what)

    def act(
        self, number: int, agency: str, verb: str, *, text: str | None = None,
        **brings: Any,  # noqa: ANN401 - what the verb asks for
    ) -> bool:  # fmt: skip
        """Let the officer act; text: of which kind of the pack's sentences."""
        words = self.world.words(text) if text else None
        return self.world.act(number, "officer", agency, verb, text=words, **brings)

    def conclude(self, number: int, agency: str) -> None:
        """Say what came of it; where the agency wants it, a manager has to agree."""
        code = self.world.draw(OUTCOMES)
        self.world.act(
            number, "officer", agency, "resolve" if code in DONE else "answer", code=code,
            text=str(self.world.samples["outcomes"][code]),
            until=self.year.at + self.world.chance.randrange(10, 60) * DAY
            if code == "planned" else None,
            photo_ids=[self.proof] if code in DONE else [],
        )  # fmt: skip

    def apologise(self, number: int, agency: str) -> None:
        """A date was missed: say why, and a new one."""
        until = self.year.at + timedelta(days=self.world.chance.randrange(2, 12))
        self.act(number, agency, "extend", text="notes", until=until)

    def answer_claim(self, number: int, agency: str) -> None:
        """Somebody says that it is fixed: it is, or it is not."""
        if self.world.happens(0.3):
            self.act(number, agency, "refute", text="notes")
        else:
            self.conclude(number, agency)

    def merge(self, number: int, agency: str) -> None:
        """Let another open ticket of the same kind carry on, if there is one."""
        ticket = self.world.ticket(number)
        query = (
            select(Ticket.reference)
            .where(
                Ticket.agency_code == agency,
                Ticket.category_code == ticket.category_code,
                Ticket.status.in_(sorted(OPEN)),
                Ticket.private == ticket.private,
                Ticket.id != number,
            )
            .order_by(Ticket.id)
        )
        other = current_session().scalars(query.limit(1)).first()
        if other is None or not self.act(number, agency, "merge", target_reference=other):
            return
        if self.world.happens(0.2):
            self.year.later(20, partial(self.unmerge, number, agency))

    def unmerge(self, number: int, agency: str) -> None:
        """It was not the same after all."""
        self.world.act(number, "manager", agency, "unmerge")

    def decide(self, agent: Agent) -> None:
        """The manager: proposals, wishes to reopen, last disputes (rule 3)."""
        session = current_session()
        query = (
            select(Proposal.ticket_id)
            .join(Ticket, Ticket.id == Proposal.ticket_id)
            .where(Ticket.agency_code == agent.code, Proposal.decided_at.is_(None))
            .order_by(Proposal.id)
        )
        for number in session.scalars(query).all():
            if self.world.happens(agent.diligence):
                verb = "approve" if self.world.happens(0.88) else "reject"
                text = self.world.words("notes")
                self.year.later(1, partial(self.manage, number, agent.code, verb, text))
        asked = select(Ticket.id).where(
            Ticket.agency_code == agent.code, Ticket.reopen_asked_at.is_not(None)
        )
        disputed = select(Ticket.id).where(or_(*decided_by([agent.code])))
        for found in (asked, disputed):
            for number in session.scalars(found.order_by(Ticket.id)).all():
                if self.world.happens(agent.diligence):
                    verb = "reopen" if self.world.happens(0.5) else "uphold"
                    text = self.world.words("notes")
                    self.year.later(1, partial(self.manage, number, agent.code, verb, text))

    def manage(self, number: int, agency: str, verb: str, text: str) -> None:
        """One decision."""
        self.world.act(number, "manager", agency, verb, text=text)

    def help(self, agent: Agent) -> None:
        """Answer other agencies that asked for help."""
        query = (
            select(Ticket.id, Cooperation.accepted_at)
            .join(Cooperation, Cooperation.ticket_id == Ticket.id)
            .where(Cooperation.agency_code == agent.code, HELP_OPEN)
            .where(or_(Ticket.agency_code.is_(None), Ticket.agency_code != agent.code))
            .where(Ticket.status.in_(sorted(OPEN)))
            .order_by(Cooperation.id)
            .limit(MOST)
        )
        for number, accepted in current_session().execute(query).all():
            if not self.world.happens(agent.diligence):
                continue
            what = self.world.draw(HELP) if accepted else "help_accept"
            if what == "help_return":
                self.act(number, agent.code, what, code=self.world.draw(RETURNS), text="notes")
            elif what != "leave":
                self.act(number, agent.code, what, text="notes")
