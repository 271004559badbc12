"""Invented weeks at a city, played by the verbs that people use.

1. Everything happens at instants of the last weeks: history, due dates and figures are as real
   ones would be.
2. The same seed gives the same course; texts come from the pack's samples.yaml.
3. Whoever acted for the agencies leaves at the end: open tickets lie in their queues, for real
   people to take.
"""

import heapq
import itertools
import random
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.service import add_account
from app.agencies.models import Agency
from app.agencies.queries import coordinator
from app.catalog.models import Category
from app.catalog.queries import profile
from app.cli.demo.ideas import Ideas
from app.cli.demo.scenery import draw_picture, sample_places
from app.core.actor import Actor
from app.core.db import current_session, db, transaction
from app.core.errors import Rejection
from app.core.time import frozen, now
from app.measures import service as measures
from app.media.service import store
from app.notifications.service import fan_out_pending
from app.reports.models import Report
from app.reports.schemas import SubmitReport
from app.reports.service import confirm, dispute, put_photo, submit
from app.routing.service import route_pending
from app.tickets.models import Ticket
from app.tickets.schemas import Command
from app.tickets.service import expire, leave, mark_due, mark_reply_due, perform
from app.tickets.tables import PROBLEM

DAYS = 45
DEMO_EMAIL = "sample-desk@example.invalid"
Task = Callable[[datetime], None]


class Course:
    """The invented weeks: a queue of instants and what happens then."""

    def __init__(self, samples: Mapping[str, Any], chance: random.Random) -> None:
        self.samples = samples
        self.chance = chance
        self.end = now()
        self.tasks: list[tuple[datetime, int, Task]] = []
        self.order = itertools.count()
        with transaction() as session:
            self.account = self._account(session).id
            self.coordinator = coordinator(session).code
            self.places = sample_places(session)
            problems = select(Category).where(Category.kind == PROBLEM).order_by(Category.code)
            self.categories = list(session.scalars(problems))

    def _account(self, session: Session) -> Account:
        lang = profile(session).languages[0]
        account = add_account(session, DEMO_EMAIL, full_name="Sample desk", lang=lang, now=self.end)
        account.disabled_at = self.end
        return account

    def at(self, when: datetime, task: Task) -> None:
        """Plan something; what lies in the future does not happen."""
        if when < self.end:
            heapq.heappush(self.tasks, (when, next(self.order), task))

    def run(self, count: int) -> None:
        """Let the weeks pass."""
        begin = self.end - timedelta(days=DAYS)
        for _ in range(count):
            # More of them lately: so every stage of life is there.
            part = self.chance.random() ** 0.6
            self.at(begin + (self.end - begin) * part, self.report)
        Ideas(self).plan()
        for day in range(DAYS + 1):
            self.at(begin + timedelta(days=day, hours=1), _clockwork)
        while self.tasks:
            when, _number, task = heapq.heappop(self.tasks)
            with frozen(when):
                task(when)
            db.session.expunge_all()
        _clockwork(self.end)
        self._leave()
        _settle(self.end)
        _measure(self.end)

    def _leave(self) -> None:
        """Hand over what was accepted (rule 3): the account is nobody, and works nowhere."""
        with transaction() as session:
            leave(session, session.get_one(Account, self.account), now=self.end)

    def soon(self, when: datetime, hours: float) -> datetime:
        """Return an instant some hours later, more or less."""
        return when + timedelta(hours=self.chance.uniform(0.2, 1.8) * hours)

    def report(self, when: datetime) -> None:
        """Somebody reports something; the router sends it on; the check looks at it."""
        category = self.chance.choice(self.categories)
        texts = self.samples["reports"].get(category.code) or self.samples["reports"]["other"]
        place = self.chance.choice(self.places)
        nowhere = self.chance.random() < 0.04
        command = SubmitReport(
            idempotency_key=uuid.UUID(int=self.chance.getrandbits(128), version=4),
            category=category.code,
            text=self.chance.choice(texts),
            place=None if nowhere else place.point,
            lang=profile(current_session()).languages[0],
            channel="web" if self.chance.random() < 0.9 else "api",
        )
        try:
            with transaction() as session:
                done = submit(session, command, now=when)
                if self.chance.random() < 0.12:
                    put_photo(
                        session, done.report, uuid.uuid4(), draw_picture(self.chance), now=when
                    )
        except Rejection:
            return  # a point in the sea beyond: nobody is there to move it
        reference, report_id = done.ticket.reference, done.report.id
        self.at(when + timedelta(seconds=4), _route)
        self.at(self.soon(when, 5), lambda at: self.check(reference, at))
        self.at(self.soon(when, 9), lambda at: self.take(reference, report_id, at))

    def act(self, reference: str, role: str, verb: str, when: datetime, **what: Any) -> bool:  # noqa: ANN401
        """Let the desk act; what the lifecycle refuses does not happen."""
        try:
            with transaction() as session:
                ticket = session.scalars(select(Ticket).where(Ticket.reference == reference)).one()
                code = self.coordinator if role == "coordinator" else ticket.agency_code
                actor = Actor(
                    role=role, account_id=self.account, agency_code=code,
                    roles=frozenset({(role, code)}),
                )  # fmt: skip
                proof = what.pop("proof", False)
                photos = [store(session, draw_picture(self.chance), now=when).id] if proof else []
                command = Command(
                    reference=reference, verb=verb, expected_version=ticket.row_version,
                    photo_ids=photos, **what,
                )  # fmt: skip
                perform(session, command, actor=actor, now=when)
        except Rejection:
            return False
        # Managers agree with most proposals, some hours later.
        if verb in {"answer", "decline"} and self.chance.random() < 0.9:
            self.at(self.soon(when, 3), lambda at: self.approve(reference, at))
        return True

    def approve(self, reference: str, when: datetime) -> None:
        """The manager agrees."""
        self.act(reference, "manager", "approve", when)

    def check(self, reference: str, when: datetime) -> None:
        """The human check of text and photos."""
        if self.chance.random() < 0.96:
            self.act(reference, "coordinator", "publish", when)
        else:
            self.act(reference, "coordinator", "hide", when, code="personal_details")

    def take(self, reference: str, report_id: int, when: datetime) -> None:
        """The agency, or the coordinator, looks at it."""
        ticket = (
            current_session().scalars(select(Ticket).where(Ticket.reference == reference)).one()
        )
        if ticket.in_triage:
            self.sort(reference, report_id, when)
            return
        draw = self.chance.random()
        if draw < 0.1:
            return  # lies there, and becomes overdue
        if draw < 0.16:
            self.act(reference, "officer", "return", when, code="not_competent")
            self.at(self.soon(when, 6), lambda at: self.sort(reference, report_id, at))
            return
        self.act(reference, "officer", "accept", when)
        if draw < 0.3:
            self.act(reference, "officer", "comment", when, text=self.words("questions"))
        if draw < 0.42:
            until = when + timedelta(days=3)
            self.act(reference, "officer", "pause", when, code="weather", until=until)
            self.at(until, lambda at: self.conclude(reference, report_id, at))
        if draw > 0.9:
            self.act(reference, "officer", "note", when, text=self.words("notes"))
        self.at(self.soon(when, 26), lambda at: self.conclude(reference, report_id, at))

    def sort(self, reference: str, report_id: int, when: datetime) -> None:
        """The coordinator finds an agency, refuses, or has not come to it yet."""
        if self.chance.random() < 0.2:
            return
        if self.chance.random() < 0.2:
            self.act(
                reference, "coordinator", "decline", when, code="not_competent",
                text=self.samples["outcomes"]["explained"],
            )  # fmt: skip
            return
        area = self.chance.choice(self.places).area
        self.act(reference, "coordinator", "assign", when, agency_code=_unit_agency(area))
        self.at(self.soon(when, 9), lambda at: self.take(reference, report_id, at))

    def conclude(self, reference: str, report_id: int, when: datetime) -> None:
        """The agency says what came of it; the reporter agrees, disagrees or is silent."""
        draw = self.chance.random()
        if draw < 0.12:
            return
        outcome = self.chance.choice(["fixed"] * 5 + ["enforced", "explained", "nothing_found"])
        if draw > 0.93:
            outcome = "planned"
        verb = "resolve" if outcome in {"fixed", "enforced"} else "answer"
        until = when + timedelta(days=20) if outcome == "planned" else None
        done = self.act(
            reference, "officer", verb, when, code=outcome, until=until,
            text=self.samples["outcomes"][outcome], proof=verb == "resolve",
        )  # fmt: skip
        if done:
            self.at(self.soon(when, 20), lambda at: self.judge(reference, report_id, at))

    def judge(self, reference: str, report_id: int, when: datetime) -> None:
        """The reporter's word."""
        draw = self.chance.random()
        try:
            with transaction() as session:
                report = session.get_one(Report, report_id)
                if draw < 0.35:
                    confirm(session, report, now=when)
                elif draw < 0.47:
                    dispute(session, report, "not_done", self.words("disputes"), now=when)
        except Rejection:
            return
        if 0.35 <= draw < 0.47:
            self.at(self.soon(when, 30), lambda at: self.conclude(reference, report_id, at))

    def words(self, kind: str) -> str:
        """Return one of the pack's sample sentences."""
        return str(self.chance.choice(self.samples[kind]))


def _unit_agency(area: str) -> str | None:
    return current_session().scalar(select(Agency.code).where(Agency.area_code == area).limit(1))


def _route(when: datetime) -> None:
    with transaction() as session:
        route_pending(session, now=when)


def _clockwork(when: datetime) -> None:
    for scan in (mark_reply_due, mark_due, expire):
        with transaction() as session:
            scan(session, now=when)


def _settle(when: datetime) -> None:
    """Take what the queue owes: nobody is told of samples. Photos are left to the media worker."""
    with transaction() as session:
        while fan_out_pending(session, now=when, limit=500):
            pass


def _measure(when: datetime) -> None:
    """Make the figures now, so that nobody looks at empty pages until the job's next round."""
    with transaction() as session:
        measures.rebuild(session, now=when)
