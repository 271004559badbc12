"""Suggestions of a season: from the form to the delivery, by the real verbs."""

import random
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.errors import Rejection
from app.reports import service as reports
from app.suggestions.schemas import SubmitSuggestion
from app.suggestions.service import convert, submit
from app.tickets.models import Suggestion, Ticket
from app.tickets.schemas import Command
from app.tickets.service import perform
from app.tickets.tables import SUGGESTION
from app.tickets.tables.guards import DECISIONS, REFUSALS
from tests.factories.tickets import command, report_of, staff

TITLE, TEXT = "Ghế đá dọc đường bao biển", "Buổi chiều rất đông người đi bộ, không có chỗ ngồi."
SUBJECTS = ("idea_streets", "idea_environment", "idea_other")
AREAS = ("06685", "06781", None)
ACTS = {
    "unpublished": ("publish", "publish", "publish", "refuse", "screen"),
    "received": ("answer",),
    "assigned": ("accept", "comment", "answer", "extend", "withdraw"),
    "in_progress": ("answer", "answer", "comment", "extend"),
    "answered": ("milestone", "drop", "ask_reopen", "reopen", "uphold", "forget"),
    "in_delivery": ("milestone", "deliver", "deliver", "drop"),
    "expired": ("milestone",),
}  # fmt: skip


class Suggestions:
    """What happens to them in a season of reports; chance of their own, so that theirs stays."""

    def __init__(self, session: Session, seed: int, *, turns: float = 0.15) -> None:
        self.session = session
        self.chance = random.Random(seed)
        self.turns = turns
        self.staff = cache(lambda role, agency: staff(session, role, agency))

    def go_on(self, at: datetime) -> None:
        """One may come in; things happen to some, or are refused."""
        if self.chance.random() < 0.3:
            self.come_in(at)
        if self.chance.random() < self.turns:
            self._turn(at)
        known = select(Ticket).where(Ticket.kind == SUGGESTION, Ticket.received_at < at)
        tickets = self.session.scalars(known.order_by(Ticket.id)).all()
        for ticket in self.chance.sample(tickets, min(3, len(tickets))):
            verbs = ACTS.get(ticket.status)
            if not verbs or self.chance.random() < 0.3:
                continue
            verb = self.chance.choice(verbs)
            role = {"unpublished": "screener", "received": "coordinator"}.get(
                ticket.status, "manager"
            )
            who = self.staff(
                role, {"screener": None, "coordinator": "VP-UBND"}.get(role, ticket.agency_code)
            )
            try:
                with self.session.begin_nested():
                    self._act(ticket, verb, who, at)
            except Rejection:
                self.session.expire_all()

    def _turn(self, at: datetime) -> None:
        """One becomes of the other kind, if it may."""
        known = select(Ticket).where(
            Ticket.status.in_(("unpublished", "received", "assigned")), Ticket.received_at < at
        )
        tickets = self.session.scalars(known.order_by(Ticket.id)).all()
        if not tickets:
            return
        ticket, who = self.chance.choice(tickets), self.staff("coordinator", "VP-UBND")
        to = "waste" if ticket.kind == SUGGESTION else "idea_streets"
        act = Command(
            reference=ticket.reference, verb="convert", expected_version=ticket.row_version,
            category_code=to, text="Đúng hơn",
        )  # fmt: skip
        try:
            with self.session.begin_nested():
                convert(self.session, act, actor=who, now=at)
        except Rejection:
            self.session.expire_all()

    def come_in(self, at: datetime) -> None:
        """Somebody sends one."""
        report = command(
            category=self.chance.choice(SUBJECTS), text=TEXT, place=None,
            stated_area=self.chance.choice(AREAS),
        )  # fmt: skip
        submit(self.session, SubmitSuggestion(title=TITLE, text=TEXT, report=report), now=at)

    def _act(self, ticket: Ticket, verb: str, who: Any, at: datetime) -> None:
        match verb:
            case "withdraw":
                reports.withdraw(self.session, report_of(self.session, ticket), now=at)
                return
            case "ask_reopen":
                report = report_of(self.session, ticket)
                reports.ask_reopen(self.session, report, "not_done", "Chưa rõ", now=at)
                return
            case "forget":  # nobody takes the next step in time; half a year is long for a test
                there = update(Suggestion).where(Suggestion.ticket_id == ticket.id)
                soon = at + timedelta(hours=1)
                self.session.execute(
                    there.where(Suggestion.step_due_at.is_not(None)).values(step_due_at=soon)
                )
                return
        codes = {"answer": sorted(DECISIONS), "refuse": sorted(REFUSALS)}.get(verb)
        days = {"answer": 40, "milestone": 20, "extend": self.chance.choice([50, 55, 60])}.get(verb)
        act = Command(
            reference=ticket.reference, verb=verb, expected_version=ticket.row_version,
            code=self.chance.choice(codes) if codes else None, text="Đã xem xét",
            until=at + timedelta(days=days) if days else None,
        )  # fmt: skip
        perform(self.session, act, actor=who, now=at)
