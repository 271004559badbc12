"""A season of many histories by the real verbs; and the program for outsiders."""

import csv
import random
import subprocess
import sys
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.agencies.queries import oversight
from app.core.actor import Actor
from app.core.errors import Rejection
from app.measures.service import refresh
from app.reports import service as reports
from app.routing.service import route_pending
from app.tickets.models import Ticket
from app.tickets.schemas import Command
from app.tickets.service import (
    escalate,
    expire,
    mark_due,
    mark_missed_again,
    mark_reply_due,
    perform,
)
from app.tickets.tables import PROBLEM
from tests.factories.tickets import (
    IN_NEXT_WARD,
    IN_WARD,
    MONDAY,
    ON_BAY,
    command,
    photo,
    report_of,
    staff,
    submitted,
)
from tests.measures.suggested import Suggestions

PROGRAM = Path(__file__).parents[2] / "verify" / "recompute.py"
SCANS = (mark_reply_due, mark_due, mark_missed_again, escalate, expire)
PLACES = (IN_WARD, IN_WARD, IN_NEXT_WARD, ON_BAY, None)
CATEGORIES = ("waste", "waste", "road", "power", "traffic", "other")
# What is tried on a ticket in each status, again and again.
DESK = {
    "received": ("assign", "assign", "answer", "decline", "decline", "publish", "merge"),
    "assigned": ("accept", "accept", "accept", "return", "transfer", "comment", "publish", "merge"),
    "in_progress": (
        "resolve", "resolve", "resolve", "answer", "pause", "extend", "comment", "correct",
        "publish", "hide", "transfer", "merge",
    ),
    "waiting": ("resume", "resume", "comment"),
    "closed": ("reopen", "uphold"),
    "merged": ("unmerge",),
    "declined": ("uphold",),
}  # fmt: skip
RESIDENT = {
    "resolved": ("confirm", "dispute", "rate", "rate"),
    "answered": ("confirm", "dispute", "rate", "rate"),
    "closed": ("ask_reopen", "again", "rate"),
    "declined": ("appeal", "appeal"),
    "assigned": ("withdraw",),
}
CODES = {
    "return": "not_competent", "pause": "weather", "resolve": "fixed", "decline": "not_competent",
    "hide": "insult",
}  # fmt: skip


class Season:
    """Some hundred acts on some dozen tickets, in the order of their instants."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session = session
        self.chance = random.Random(seed)
        self.suggestions: Suggestions | None = None
        self.left_alone: int | None = None  # a ticket that nobody touches
        self.at = MONDAY
        self.staff = cache(lambda role, agency: staff(session, role, agency))
        self.proof = photo(session).id
        session.execute(update(Agency).values(approval="none"))

    def pass_by(self, *, days: int, busy: float = 0.7) -> datetime:
        """Let days go by, in steps of some hours; return when they end."""
        end = self.at + timedelta(days=days)
        while self.at < end:
            self.at += timedelta(minutes=self.chance.randint(60, 1_500), microseconds=321)
            if self.chance.random() < 0.4:
                submitted(
                    self.session, at=self.at, place=self.chance.choice(PLACES),
                    category=self.chance.choice(CATEGORIES),
                )  # fmt: skip
            while route_pending(self.session, now=self.at):
                pass
            for scan in SCANS:
                if self.chance.random() < (0.1 if scan is escalate else 0.5):
                    scan(self.session, now=self.at)
            if self.suggestions is not None:
                self.suggestions.go_on(self.at)
            problems = select(Ticket).where(Ticket.kind == PROBLEM).order_by(Ticket.id)
            tickets = [row for row in self.session.scalars(problems) if row.id != self.left_alone]
            for ticket in self.chance.sample(tickets, min(5, len(tickets))):
                if self.chance.random() < busy:
                    self._try(ticket)
        return self.at

    def _try(self, ticket: Ticket) -> None:
        """Something happens to a ticket, or is refused."""
        self.at += timedelta(seconds=self.chance.randint(1, 900))
        by_resident = self.chance.random() < 0.45
        verbs = (RESIDENT if by_resident else DESK).get(ticket.status)
        if not verbs:
            return
        verb = self.chance.choice(verbs)
        who = self._who(ticket, verb)  # who is new here stays, also after a refusal
        try:
            with self.session.begin_nested():
                if by_resident:
                    self._resident(ticket, verb)
                else:
                    self._desk(ticket, verb, who)
        except Rejection:
            self.session.expire_all()

    def _resident(self, ticket: Ticket, verb: str) -> None:
        report, at = report_of(self.session, ticket), self.at
        match verb:
            case "dispute" | "ask_reopen":
                getattr(reports, verb)(self.session, report, "not_done", "Chưa xong", now=at)
            case "appeal":
                reports.appeal(self.session, report, "Xin xem lại", now=at)
            case "rate":
                word = self.chance.choice(["satisfied", "acceptable", "dissatisfied"])
                reports.rate(self.session, report, word, now=at)
            case "again":
                new = command(category=ticket.category_code)
                reports.submit(self.session, new, came_back=ticket, now=at)
            case _:
                getattr(reports, verb)(self.session, report, now=at)

    def _desk(self, ticket: Ticket, verb: str, who: Actor) -> None:
        others = ["UBND-06685", "SXD", "SNNMT", "UBND-06781"]
        brings: dict[str, Any] = {"code": CODES.get(verb), "text": "Đã xem"}
        match verb:
            case "assign" | "transfer":
                brings["agency_code"] = self.chance.choice(others)
            case "answer":
                brings["code"] = self.chance.choice(["explained", "nothing_found", "planned"])
                brings["until"] = self.at + timedelta(days=9)
            case "pause" | "extend":
                brings["until"] = self.at + timedelta(days=self.chance.choice([2, 9]))
            case "resolve":
                brings["photo_ids"] = [self.proof]
            case "correct":
                brings["category_code"] = self.chance.choice(CATEGORIES)
            case "merge":
                open_ = Ticket.status.in_(("assigned", "in_progress"))
                others = select(Ticket).where(open_, Ticket.kind == PROBLEM)
                into = self.session.scalars(others).first()
                brings["target_reference"] = into.reference if into else None
        version = ticket.row_version
        act = Command(reference=ticket.reference, verb=verb, expected_version=version, **brings)
        perform(self.session, act, actor=who, now=self.at)

    def _who(self, ticket: Ticket, verb: str) -> Actor:
        if verb in ("publish", "hide"):
            return self.staff("screener", None)
        if ticket.at_oversight or ticket.status == "declined":
            return self.staff("manager", oversight(self.session).code)
        if ticket.status == "received" or verb in ("transfer", "unmerge"):
            return self.staff("coordinator", "VP-UBND")
        return self.staff("manager", ticket.agency_code)


def freeze_all(session: Session, now: datetime) -> None:
    """Do what the job does, until there is nothing left to freeze."""
    while refresh(session, now=now):
        pass


def exported(client: FlaskClient, folder: Path) -> list[Path]:
    """Fetch all files as anybody can; return the reference and the events files."""
    reference = client.get("/open-data/reference.json")
    months = [one["month"] for one in reference.get_json()["months"]]
    names = ["reference.json", *(f"events-{month}.jsonl.gz" for month in months), "figures.csv"]
    for name in names:
        answer = client.get(f"/open-data/{name}")
        assert answer.status_code == 200
        (folder / name).write_bytes(answer.get_data())
    return [folder / name for name in names[:-1]]


def recomputed(files: list[Path], *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the program in a clean interpreter: no packages, no environment, no folder of ours."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(PROGRAM), *map(str, files), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={},
    )


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
