"""Tickets walked by the real verbs at chosen instants: the stored due dates are the oracle's.

The oracle sees only what anybody could see: when the report came in, when the ticket changed from
one status to another, when somebody first answered, and the hours of whoever had it first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.agencies.models import Agency, AgencyTimetable
from app.core.actor import Actor
from app.core.errors import Rejection
from app.reports import service as reports
from app.routing.service import route_pending
from app.tickets.models import Ticket
from app.tickets.schemas import Command
from app.tickets.service import expire, mark_due, perform
from tests import oracles
from tests.factories.tickets import (
    IN_WARD,
    MONDAY,
    WARD,
    photo,
    report_of,
    routed_ticket,
    staff,
    wrong,
)
from tests.tickets.minute_walk import (
    OFFICE,
    OFFICE_DAY,
    Acts,
    People,
    Week,
    instant,
    minute,
    walk,
)
from tests.tickets.test_clock_oracle import HANOI, ODD_DAYS, SEED, text

OPEN, PAUSED = {"received", "assigned", "in_progress", "waiting"}, "waiting"
ENDED = {"resolved", "answered", "closed", "declined"}
# Category, its answers, minutes to the first reply and to the outcome, whether real time counts.
PROMISES = [
    ("waste", {}, 450, 900, False),
    ("drainage", {}, 450, 1350, False),
    ("construction", {}, 450, 4500, False),
    ("drainage", {"in_homes": True}, 60, 240, True),
    ("road", {"what": "sinkhole"}, 120, 480, True),
]  # fmt: skip
SUMMER: Week = (((420, 660), (780, 1020)),) * 5 + (((450, 690),), ())
SHORT: Week = (OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, ((450, 690),), ((450, 690),), (), ())
# What is tried in each status; some of it is refused.
DEEDS = {
    "received": ("assign", "scan", "note"),
    "assigned": ("accept", "comment", "pause", "ask", "transfer", "correct", "resolve", "return"),
    "in_progress": (
        "pause",
        "ask",
        "resolve",
        "answer",
        "transfer",
        "comment",
        "extend",
        "correct",
    ),
    "waiting": ("resume", "reply", "scan", "transfer", "comment"),
    "resolved": ("dispute", "dispute", "confirm", "scan"),
    "answered": ("dispute", "dispute", "confirm", "scan"),
    "closed": ("scan", "note"),
}
WAITS = st.sampled_from(
    [0, 1, 30, 60, 240, 450, 1440, 3 * 1440, 8 * 1440, 16 * 1440]
) | st.integers(0, 3000)


@dataclass
class Story:
    """One ticket, what was done to it, and what the oracle saw."""

    session: Session
    account: int
    ticket: Ticket
    at: datetime
    acts: Acts
    replied: int | None = None
    statuses: list[str] = field(default_factory=list)

    def tell(self, draw: int, after: int) -> None:
        self.at += timedelta(minutes=after)
        deeds = DEEDS[self.ticket.status]
        deed = deeds[draw % len(deeds)]
        before = self.ticket.status
        try:
            with self.session.begin_nested():
                self.do(deed)
        except Rejection:
            self.session.expire_all()
            return
        while route_pending(self.session, now=self.at):
            pass
        self.session.refresh(self.ticket)
        self.watch(before, self.ticket.status, deed)
        oracles.tally("clock, through the verbs")[f"did {deed}"] += 1

    def watch(self, before: str, now: str, deed: str) -> None:
        """Note what a bystander sees."""
        at = minute(self.at)
        words = {
            before in OPEN and before != PAUSED and now == PAUSED: "paused",
            before == PAUSED and now in OPEN and now != PAUSED: "resumed",
            before in OPEN and now in ENDED: "stopped",
            before in ENDED and now in OPEN: "restarted",
        }
        if True in words:
            self.acts.append((words[True], at))
        if deed in ("comment", "ask", "resolve", "answer") and self.replied is None:
            self.replied = at

    def do(self, deed: str) -> None:
        report = report_of(self.session, self.ticket)
        match deed:
            case "scan":
                mark_due(self.session, now=self.at)
                expire(self.session, now=self.at)
            case "dispute":
                reports.dispute(self.session, report, "not_done", "", now=self.at)
            case "confirm":
                reports.confirm(self.session, report, now=self.at)
            case "reply":
                reports.reply(self.session, report, "Ở cổng chợ", now=self.at)
            case _:
                self.desk(deed)

    def desk(self, deed: str) -> None:
        brings: dict[str, object] = {
            "pause": {"code": "weather", "until": self.at + timedelta(days=30)},
            "ask": {"code": "reporter", "until": self.at + timedelta(hours=1)},
            "resolve": {"code": "fixed", "photo_ids": [photo(self.session).id]},
            "answer": {"code": "explained"},
            "transfer": {"agency_code": "SXD"},
            "assign": {"agency_code": "SXD"},
            "correct": {"category_code": "trees"},
            "extend": {"until": self.at + timedelta(days=200)},
            "return": {"code": "wrong_place"},
        }.get(deed, {})
        self.session.refresh(self.ticket)
        order = Command(
            reference=self.ticket.reference, verb="pause" if deed == "ask" else deed,
            expected_version=self.ticket.row_version, text="Nội dung", **brings,
        )  # fmt: skip
        perform(self.session, order, actor=self.actor(deed), now=self.at)

    def actor(self, deed: str) -> Actor:
        role = "coordinator" if deed == "assign" else "manager"
        agency = "VP-UBND" if deed == "assign" else self.ticket.agency_code
        return Actor(role=role, account_id=self.account, agency_code=agency,
                     roles=frozenset({(role, agency)}))  # fmt: skip


@st.composite
def begins(draw: st.DrawFn) -> datetime:
    on = draw(st.sampled_from(ODD_DAYS)) + timedelta(days=draw(st.integers(-4, 2)))
    local = datetime(on.year, on.month, on.day, tzinfo=HANOI)
    return (local + timedelta(minutes=draw(st.integers(0, 1439)))).astimezone(UTC)


def change_hours(
    session: Session, draw: int, on: date
) -> tuple[tuple[date | None, date | None, Week], ...]:
    """Give the ward hours of its own that change on a day; return its periods."""
    first, second = ((OFFICE, SUMMER), (SHORT, OFFICE))[draw % 2]
    periods = ((None, on, first), (on, None, second))
    document = {
        "periods": [
            {
                "valid_from": begin and begin.isoformat(), "valid_to": end and end.isoformat(),
                "days": [[[text(a), text(b)] for a, b in spans] for spans in week],
            }
            for begin, end, week in periods
        ]
    }  # fmt: skip
    session.add(AgencyTimetable(agency_code=WARD, version=1, document=document,
                                created_at=MONDAY, illustrative=False))  # fmt: skip
    session.flush()
    return periods


def test_stored_due_dates_are_those_of_every_minute(session: Session) -> None:
    manager = staff(session, "manager", WARD)
    session.get_one(Agency, WARD).valid_from = None  # it works in every year of the seed

    @settings(max_examples=oracles.times(40), deadline=None, phases=oracles.phases())
    @given(
        begins(), st.sampled_from(PROMISES), st.integers(0, 3), st.integers(-5, 15),
        st.lists(st.tuples(st.integers(0, 39), WAITS), min_size=5, max_size=14),
    )  # fmt: skip
    def stories(start, promise, hours, change, deeds) -> None:
        savepoint = session.begin_nested()
        try:
            on = start.astimezone(HANOI).date() + timedelta(days=change)
            own = change_hours(session, hours, on) if hours < 2 else None
            category, answers, *minutes = promise
            ticket = routed_ticket(
                session, at=start, category=category, answers=answers, place=IN_WARD
            )
            assert ticket.agency_code == WARD
            ticket.reporter_reachable = True
            session.flush()
            who = People(SEED, own) if own else People(SEED)
            story = Story(
                session, manager.account_id or 0, ticket, start, [("started", minute(start))]
            )
            for draw, after in deeds:
                story.tell(draw, after)
            compare(story, who, *minutes)
            assert wrong(session, story.at) == []
        finally:
            savepoint.rollback()
            session.expire_all()

    stories()


def compare(story: Story, who: People, reply: int, outcome: int, real: bool) -> None:
    """Both stored dates against a walk through every minute."""
    counts = oracles.tally("clock, through the verbs")
    told = walk(who, outcome, story.acts, real=real)
    first = walk(who, reply, list(until_reply(story.acts, story.replied)), real=real)
    stored = story.ticket.first_reply_due_at, story.ticket.outcome_due_at
    wanted = tuple(None if due is None else instant(due) for due in (first.due, told.due))
    assert stored == wanted, (story.acts, story.replied)
    counts["tickets"] += 1
    counts["due dates"] += 2
    counts["minutes walked"] += told.minutes + first.minutes
    counts["clock acts"] += len(story.acts)


def until_reply(acts: Acts, replied: int | None) -> Iterator[tuple[str, int]]:
    """The first reply's own promise: pauses count until somebody has answered."""
    for word, at in acts:
        if word == "started" or (
            word in ("paused", "resumed") and (replied is None or at < replied)
        ):
            yield word, at
    if replied is not None:
        yield "stopped", replied
