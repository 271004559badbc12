"""Random lives of tickets through the real verbs and the real database: the record stays true."""

import random
import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.service import add_account
from app.agencies.queries import coordinator, oversight
from app.core.actor import Actor
from app.core.errors import Rejection
from app.core.time import now
from app.media.models import Photo
from app.reports import service as reports
from app.reports.models import Report
from app.reports.schemas import parse_report
from app.routing.service import route_pending
from app.tickets.models import Ticket, TicketEvent
from app.tickets.queries import cooperations_of
from app.tickets.schemas import Command
from app.tickets.service import (
    escalate,
    expire,
    hand_over,
    mark_due,
    mark_help_due,
    mark_missed_again,
    mark_reply_due,
    perform,
)
from app.tickets.verify import Checked, problems
from tests.factories.tickets import MONDAY

CODES = {
    "return": "not_competent",
    "pause": "weather",
    "resolve": "fixed",
    "answer": "explained",
    "decline": "not_competent",
    "hide": "insult",
    "help_return": "wrong_place",
}
VERBS = (
    "accept", "accept", "resolve", "resolve", "answer", "pause", "resume", "return", "transfer",
    "assign", "assign", "name_owner", "correct", "extend", "comment", "note", "merge", "unmerge",
    "decline", "publish", "hide", "cooperate", "help_accept", "help_done", "help_return", "approve", "reject", "reopen", "uphold",
)  # fmt: skip
AGENCIES = ("UBND-06685", "UBND-06673", "SXD", "SNNMT", "VP-UBND")
POINTS = ((20.951, 107.08), (20.88, 107.10), (21.03, 107.36), None)


class Life:
    """Some tickets, everybody who may act on them, and a clock that goes on."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session = session
        self.chance = random.Random(seed)
        self.at = MONDAY
        account = add_account(
            session, f"walk{seed}@example.invalid", full_name="Walk", lang="vi", now=self.at
        )
        self.account = account.id
        self.photo = Photo(
            id=uuid.uuid4(), state="ready", sha256=b"x" * 32, bytes_in=1, created_at=self.at
        )
        session.add(self.photo)
        session.flush()
        self.done = 0

    def submit(self) -> None:
        point = self.chance.choice(POINTS)
        body = {"category": self.chance.choice(["waste", "road", "power", "other"]), "text": "x"}
        if point:
            body |= {"lat": point[0], "lon": point[1]}
        command = parse_report(
            body, key=uuid.uuid4(), lang="vi", channel="web", photos_expected=False
        )
        reports.submit(self.session, command, now=self.at)

    def staff(self, ticket: Ticket) -> Actor:
        role = self.chance.choice(["officer", "officer", "manager", "coordinator", "parent"])
        code = ticket.agency_code
        roles: set[tuple[str, str | None]] = {(role, code)}
        asked = cooperations_of(self.session, ticket.id)
        if asked and self.chance.random() < 0.4:
            code = self.chance.choice(asked).agency_code
            roles = {(role, code)}
        if role == "coordinator":
            code = coordinator(self.session).code
            roles = {("coordinator", code)}
        elif role == "parent":
            role = "manager"
            roles = {("manager", "VP-UBND"), ("manager", oversight(self.session).code)}
        return Actor(role=role, account_id=self.account, agency_code=code, roles=frozenset(roles))

    def step(self) -> None:
        """Let something happen, or be refused; then some time passes."""
        self.at += timedelta(hours=self.chance.choice([0.1, 1, 5, 30]))
        tickets = self.session.scalars(select(Ticket).order_by(Ticket.id)).all()
        try:
            with self.session.begin_nested():
                self.happen(self.chance.choice(tickets))
                self.done += 1
        except Rejection:
            self.session.expire_all()
        if self.chance.random() < 0.3:
            route_pending(self.session, now=self.at)
        if self.chance.random() < 0.1:
            for scan in (
                mark_reply_due, mark_due, mark_missed_again, mark_help_due, escalate, expire,
                hand_over,
            ):  # fmt: skip
                scan(self.session, now=self.at)

    def happen(self, ticket: Ticket) -> None:
        draw = self.chance.random()
        if draw < 0.1:
            self.submit()
        elif draw < 0.3:
            self.reporter(ticket)
        else:
            self.desk(ticket)

    def reporter(self, ticket: Ticket) -> None:
        query = select(Report).where(Report.ticket_id == ticket.id).limit(1)
        report = self.session.scalars(query).one()
        match self.chance.choice(["confirm", "dispute", "dispute", "withdraw"]):
            case "confirm":
                reports.confirm(self.session, report, now=self.at)
            case "dispute":
                reports.dispute(self.session, report, "not_done", "no", now=self.at)
            case _ if self.chance.random() < 0.2:
                reports.withdraw(self.session, report, now=self.at)

    def desk(self, ticket: Ticket) -> None:
        verb = self.chance.choice(VERBS)
        code = "planned" if verb == "answer" and self.chance.random() < 0.3 else CODES.get(verb)
        other = self.session.scalars(select(Ticket.reference).order_by(Ticket.id.desc())).first()
        command = Command(
            reference=ticket.reference,
            verb=verb,
            expected_version=ticket.row_version,
            code=code,
            text="Nội dung",
            agency_code=(
                self.chance.choice(AGENCIES)
                if verb in {"transfer", "assign", "name_owner", "cooperate"}
                else None
            ),
            category_code="trees" if verb == "correct" else None,
            until=self.at + timedelta(days=25) if verb in {"pause", "extend", "answer"} else None,
            target_reference=other if verb == "merge" else None,
            photo_ids=[self.photo.id] if verb == "resolve" else [],
        )
        perform(self.session, command, actor=self.staff(ticket), now=self.at)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_record_stays_true(session: Session, seed: int) -> None:
    life = Life(session, seed)
    for _ in range(6):
        life.submit()
    for _ in range(110):
        life.step()
    for _ in range(10):
        route_pending(session, now=life.at)
    assert life.done > 10
    checked = Checked()
    assert [f"{p.reference} {p.what}" for p in problems(session, life.at, checked)] == []
    assert checked.events > 60


def routed(session: Session) -> Ticket:
    body = {"category": "waste", "text": "x", "lat": 20.951, "lon": 107.08}
    command = parse_report(body, key=uuid.uuid4(), lang="vi", channel="web", photos_expected=False)
    done = reports.submit(session, command, now=now())
    route_pending(session, now=now())
    session.flush()
    return done.ticket


def found(session: Session) -> str:
    return "\n".join(problem.what for problem in problems(session, now(), Checked()))


def test_a_due_date_that_was_moved_is_found(session: Session) -> None:
    ticket = routed(session)
    ticket.outcome_due_at = datetime(2030, 1, 1, tzinfo=ticket.received_at.tzinfo)
    session.flush()
    assert "due date" in found(session)


def test_a_status_without_an_event_is_found(session: Session) -> None:
    ticket = routed(session)
    ticket.status = "in_progress"
    session.flush()
    assert "its history ends with assigned" in found(session)


def test_a_ticket_that_nobody_has_is_found(session: Session) -> None:
    ticket = routed(session)
    ticket.agency_code = None
    session.flush()
    assert "without an agency" in found(session)


def test_a_gap_in_the_history_is_found(session: Session) -> None:
    ticket = routed(session)
    ticket.events_count += 1
    session.flush()
    assert "gaps" in found(session)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ticket_event SET kind = 'note'",
        "DELETE FROM ticket_event",
        "TRUNCATE ticket_event CASCADE",
        "UPDATE routing_decision SET reason = 'rule'",
    ],
)
def test_the_database_refuses_to_change_history(session: Session, statement: str) -> None:
    routed(session)
    assert session.scalars(select(TicketEvent).limit(1)).first() is not None
    with pytest.raises(IntegrityError, match="immutable"):
        session.execute(text(statement))
