"""Residents: they report, join, add, wait, judge, and sometimes take back.

1. Reports come by day more than by night, and in the rainy months more than in others.
2. Who reported is told of every outcome and says some days later what they think of it: most are
   silent, some agree, some disagree, a few ask again when it is closed.
"""

import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.reach.phones import e164
from app.accounts.schemas import ContactInput
from app.catalog.models import Category
from app.catalog.queries import profile
from app.cli.simulate.clockwork import HINTED, URGENT, sweep
from app.cli.simulate.world import Deck, World
from app.cli.simulate.year import DAY, HOUR, MINUTE
from app.core.db import current_session
from app.core.work.jobs import JobName
from app.following.service import claim_fixed, support
from app.reports import service as reports
from app.reports.legal import LegalKind
from app.reports.models import Report
from app.reports.schemas import SubmitReport
from app.rights.schemas import Sender
from app.rights.service.flags import flag
from app.tickets.words import RATINGS

BY_HOUR = (1, 1, 1, 1, 1, 2, 5, 8, 9, 9, 8, 7, 6, 6, 7, 8, 9, 9, 8, 7, 6, 5, 3, 2)
BY_MONTH = (6, 5, 7, 8, 10, 12, 13, 13, 11, 8, 7, 6)
KNOWN = 400
TOGETHER = 10 * MINUTE
MOBILE = ("090", "091", "096", "098")
JUDGED: Deck = {"silence": 52, "confirm": 32, "dispute": 16}
DISPUTES: Deck = {"not_done": 5, "partly": 3, "back": 1, "unclear": 2}
AFTERWARDS: Deck = {
    "nothing": 81, "words": 6, "support": 6, "claim": 4, "withdraw": 2, "flag": 1,
}  # fmt: skip


class Residents:
    """Everybody who is not staff."""

    def __init__(self, world: World, agencies: list[str]) -> None:
        self.world, self.year, self.agencies = world, world.year, agencies
        self.lang = profile(current_session()).languages[0]
        self.region = profile(current_session()).phone_region
        # What was reported lately: (report, ticket).
        self.lately: deque[tuple[int, int]] = deque(maxlen=KNOWN)
        self.routed_at = self.year.begin

    def open(self, count: int, watch_claim: Callable[[int], None]) -> None:
        """Plan every report of the year (rule 1)."""
        self.watch_claim = watch_claim
        days = self.year.days()
        weights = [BY_MONTH[day.month - 1] for day in days]
        for day in self.world.chance.choices(days, weights, k=count):
            hour = self.world.chance.choices(range(24), BY_HOUR)[0]
            minute = self.world.chance.randrange(60)
            self.year.plan(day + hour * HOUR + minute * MINUTE, self.report)

    def report(self) -> None:
        """Somebody reports something, or finds that it is there already."""
        if self.lately and self.world.happens(0.07):
            self.join()
            return
        category = self.world.chance.choice(self.world.categories)
        command = self.command(category)
        done: list[tuple[int, int]] = []

        def send(session: Session) -> None:
            proved = self.proved(command)
            sent = reports.submit(session, command, now=self.year.at, proved=proved)
            done.append((sent.report.id, sent.ticket.id))

        if not self.world.tried("report", send):
            return
        self.lately.append(done[0])
        report, ticket = done[0]
        if command.urgent:
            self.year.plan(self.year.at + MINUTE, partial(self.route, URGENT))
            self.year.plan(self.year.at + 5 * MINUTE, partial(self.watch_claim, ticket))
        elif self.year.at >= self.routed_at:
            self.routed_at = self.year.at + TOGETHER
            self.year.plan(self.routed_at, partial(self.route, HINTED))
        self.year.later(30, partial(self.afterwards, report, ticket))

    def route(self, jobs: Sequence[JobName]) -> None:
        """The hint after a report, one for all of some minutes; an urgent one has its own."""
        sweep(self.year.at, jobs)

    def command(self, category: Category) -> SubmitReport:
        """What somebody fills in."""
        chance = self.world.chance
        texts = self.world.samples["reports"]
        place = chance.choice(self.world.places)
        nowhere = chance.random() < 0.04
        about = chance.choice(self.agencies) if chance.random() < self.about(category) else None
        legal = chance.random() < 0.004
        return SubmitReport(
            idempotency_key=uuid.UUID(int=chance.getrandbits(128), version=4),
            category=category.code,
            text=chance.choice(texts.get(category.code) or texts["other"]),
            place=None if nowhere else place.point,
            stated_area=place.area if nowhere and chance.random() < 0.5 else None,
            about_agency=about,
            answers=self.answers(category),
            lang=self.lang,
            contact=self.contact(category),
            urgent=chance.random() < 0.02,
            do_not_publish=chance.random() < 0.02,
            legal_kind=LegalKind.PERSON if legal else LegalKind.ORDINARY,
            channel="web" if chance.random() < 0.9 else "api",
        )

    def about(self, category: Category) -> float:
        """How likely a report is about an agency itself."""
        return 0.15 if category.asks_about_agency else 0.004

    def answers(self, category: Category) -> dict[str, Any]:
        """Answer some of the questions that have options."""
        given: dict[str, Any] = {}
        for question in category.questions:
            options = [option["code"] for option in question.get("options", ())]
            if question["type"] == "yes_no":
                options = ["yes", "no", "no", "no", "no"]
            if options and self.world.happens(0.4):
                given[question["code"]] = self.world.chance.choice(options)
        return given

    def contact(self, category: Category) -> ContactInput | None:
        """How somebody can be reached: what the category asks for, else as people like."""
        number = f"{self.world.chance.choice(MOBILE)}{self.world.chance.randrange(10**6, 10**7)}"
        if category.contact_policy == "optional" and not self.world.happens(0.6):
            return None
        consent = ("updates", "questions") if self.world.happens(0.85) else ()
        return ContactInput(name="Người dân", phone=number, consent=consent)

    def proved(self, command: SubmitReport) -> str:
        """The phone that the sender has proved, if there is one."""
        return e164(command.contact.phone, self.region) if command.contact else ""

    def join(self) -> None:
        """Add to what somebody else has reported."""
        _report, number = self.world.chance.choice(list(self.lately))
        ticket = self.world.ticket(number)
        category = current_session().get_one(Category, ticket.category_code)
        command = replace(self.command(category), legal_kind=LegalKind.ORDINARY)
        proved = self.proved(command)
        self.world.tried(
            "join",
            lambda session: reports.join(session, command, ticket, now=self.year.at, proved=proved),
        )

    def afterwards(self, report: int, number: int) -> None:
        """A day later: some add to it, some take it back."""
        now = self.year.at
        own = current_session().get_one(Report, report)
        ticket = self.world.ticket(number)
        device = f"{self.world.chance.getrandbits(64):x}"
        sender = Sender(device=device.encode(), network=device.encode())
        what = self.world.draw(AFTERWARDS)
        calls: dict[str, Callable[[Session], object]] = {
            "words": lambda s: reports.add_words(s, own, self.world.words("disputes"), now=now),
            "support": lambda s: support(s, ticket, device),
            "claim": lambda s: claim_fixed(s, ticket, device, now=now),
            "withdraw": lambda s: reports.withdraw(s, own, now=now),
            "flag": lambda s: flag(s, ticket, "personal", sender, now=now),
        }
        if what in calls:
            self.world.tried(what, calls[what])

    # What they say about an outcome

    def told(self, number: int, before: str, after: str) -> None:
        """Hear of a change, and plan what comes of it."""
        if after == before:
            return
        if after in ("resolved", "answered"):
            self.year.later(40, partial(self.judge, number))
        elif after == "declined" and self.world.happens(0.25):
            self.year.later(60, partial(self.say, number, "appeal"))
        elif after == "waiting" and self.world.happens(0.6):
            self.year.later(20, partial(self.say, number, "reply"))

    def judge(self, number: int) -> None:
        """Agree, disagree or be silent."""
        what = self.world.draw(JUDGED)
        if what != "silence":
            self.say(number, what)
        if self.world.happens(0.25):
            self.say(number, "rate")
        if what == "silence" and self.world.happens(0.05):
            self.year.plan(self.year.at + 12 * DAY, partial(self.say, number, "ask_reopen"))
        if what == "silence" and self.world.happens(0.03):
            self.year.plan(self.year.at + 20 * DAY, partial(self.again, number))

    def say(self, number: int, verb: str) -> None:
        """Let one of those who reported it speak."""
        query = select(Report).where(Report.ticket_id == number, Report.withdrawn_at.is_(None))
        own = current_session().scalars(query.order_by(Report.id)).all()
        if not own:
            return
        report, now = self.world.chance.choice(own), self.year.at
        text, code = self.world.words("disputes"), self.world.draw(DISPUTES)
        rating = self.world.chance.choice(sorted(RATINGS))
        calls: dict[str, Callable[[Session], object]] = {
            "confirm": lambda s: reports.confirm(s, report, now=now),
            "dispute": lambda s: reports.dispute(s, report, code, text, now=now),
            "ask_reopen": lambda s: reports.ask_reopen(s, report, code, text, now=now),
            "rate": lambda s: reports.rate(s, report, rating, now=now),
            "appeal": lambda s: reports.appeal(s, report, text, now=now),
            "reply": lambda s: reports.reply(s, report, text, now=now),
        }
        self.world.tried(verb, calls[verb])

    def again(self, number: int) -> None:
        """It came back after it was closed: a new report that names the earlier one."""
        earlier = self.world.ticket(number)
        category = current_session().get_one(Category, earlier.category_code)
        command = replace(self.command(category), legal_kind=LegalKind.ORDINARY)
        proved = self.proved(command)
        self.world.tried(
            "come_back",
            lambda session: reports.come_back(
                session, command, earlier, now=self.year.at, proved=proved
            ),
        )
