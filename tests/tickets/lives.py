"""Some tickets, everybody who acts on them through the real verbs, and the oracle beside them.

1. `life_rules` and `life_verbs` say beforehand how each ticket must be afterwards; a refusal must
   leave every table as it was.
2. After each walk `verify` finds nothing, and every history is numbered without a gap.
3. Who walks where is said elsewhere: `life_ways` knows, `life_chance` draws.
"""

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.schemas import ContactInput
from app.agencies.models import Agency
from app.catalog.models import Category
from app.core.actor import Actor
from app.core.errors import Rejection
from app.following import service as following
from app.reports import service as reports
from app.reports.models import Rating, Report
from app.routing.models import RoutingDecision
from app.routing.service import route_pending
from app.tickets.models import Ticket, TicketEvent
from app.tickets.queries import cooperations_of, events_of
from app.tickets.schemas import Command
from app.tickets.service import (
    call_duty,
    escalate,
    expire,
    mark_due,
    mark_help_due,
    mark_missed_again,
    mark_reply_due,
    perform,
)
from app.tickets.verify import Checked, problems
from app.tickets.words import RATINGS
from geo.point import LonLat
from tests.factories.tickets import MONDAY, photo, staff, submitted
from tests.tickets.life_rules import (
    OPEN,
    PARENTS,
    RESTING,
    Act,
    Known,
    Person,
    routed,
    woken,
)
from tests.tickets.life_verbs import RULES, judge

APPROVAL = dict.fromkeys(PARENTS, "answers_and_refusals") | {
    "UBND-06781": "all", "SXD": "none", "BQLVHL": "none",
}  # fmt: skip
PEOPLE = [
    *(Person(role, code) for role in ("officer", "manager", "crew") for code in PARENTS),
    Person("coordinator", "VP-UBND"), Person("screener"), Person("administrator"),
]  # fmt: skip
REPORTER, JOINED = Person("reporter"), Person("joined")
TABLES = {
    "ticket": "id", "ticket_event": "id", "event_text": "event_id", "event_outbox": "event_id",
    "proposal": "id", "cooperation": "id", "ticket_photo": "ticket_id", "report": "id",
    "routing_decision": "id",
}  # fmt: skip
EVERYTHING = text(
    "SELECT md5(concat_ws('|', "
    + ", ".join(
        f"(SELECT string_agg(t::text, ';' ORDER BY {key}, t::text) FROM {table} t)"
        for table, key in TABLES.items()
    )
    + "))"
)


class Lives:
    """Some tickets, everybody who may act on them, and a clock that goes on."""

    session: Session
    counts: Counter[str]
    actors: dict[Person, Actor]
    proof: uuid.UUID

    def __init__(self) -> None:
        super().__init__()  # chance is a state machine too
        self.savepoint = self.session.begin_nested()
        self.at = MONDAY
        self.known: list[Known] = []
        self.counts["walks"] += 1

    # What happens

    def take_in(
        self, place: LonLat | None, category: str, about: str | None = None, *, reachable: bool,
        urgent: bool = False,
    ) -> None:  # fmt: skip
        made = submitted(
            self.session, at=self.at, place=place, category=category, about_agency=about,
            urgent=urgent,
        ).ticket  # fmt: skip
        known = Known(number=made.id, about=about, claimed=urgent, spot=str(place or ""))
        self.known.append(self.seen(known, made))
        self.counts["tickets"] += 1
        if reachable:
            self.leave_contact(len(self.known) - 1, reachable=True)

    def route(self) -> None:
        waiting = [t for t in self.known if t.status == "received" and t.agency is None]
        while route_pending(self.session, now=self.at):
            pass
        for ticket in waiting:
            query = select(RoutingDecision.agency_code, RoutingDecision.cooperating).where(
                RoutingDecision.ticket_id == ticket.number
            )
            last = self.session.execute(query.order_by(RoutingDecision.id.desc())).first()
            chosen, helping = last or (None, ())
            assert chosen is None or (chosen in PARENTS and chosen != ticket.about)
            self.expect(ticket, routed(ticket, chosen, helping))
            self.counts["routed"] += 1

    def wait_until(self, instant: datetime) -> None:
        self.at = instant
        mark_reply_due(self.session, now=self.at)
        mark_due(self.session, now=self.at)
        mark_help_due(self.session, now=self.at)
        mark_missed_again(self.session, now=self.at)
        escalate(self.session, now=self.at)
        call_duty(self.session, now=self.at)
        self.lateness()
        expire(self.session, now=self.at)
        for ticket in self.known:
            after = woken(ticket, self.at)
            self.counts["by the clock"] += after is not ticket
            self.expect(ticket, after)
        self.session.expire_all()

    def lateness(self) -> None:
        """Whatever is open and beyond a promised date is noted so, and nothing else."""
        self.session.expire_all()
        for ticket in self.known:
            row = self.row(ticket)
            if ticket.status in OPEN and ticket.due is not None:
                assert (row.overdue_at is not None) == (ticket.due < self.at), ticket
            if ticket.status in OPEN and ticket.reply_due is not None and not ticket.replied:
                assert (row.reply_overdue_at is not None) == (ticket.reply_due < self.at), ticket

    def leave_contact(self, which: int, *, reachable: bool) -> None:
        ticket = self.pick(which)
        consent = ("updates",) if reachable else ()
        contact = ContactInput(email="a@example.invalid", phone="0912345678", consent=consent)
        before = self.report(ticket).contact_id is not None
        refused = self.is_refused(
            lambda: reports.add_contact(self.session, self.report(ticket), contact, now=self.at)
        )
        assert refused == ticket.withdrawn, ticket
        if refused:
            return
        if reachable or before:
            self.expect(ticket, replace(ticket, reachable=reachable))

    def may(self, ticket: Known, act: Act, person: Person) -> bool:
        return judge(ticket, act, person, APPROVAL) is not None

    # What a known way does

    def new(
        self, place: LonLat | None, category: str = "waste", about: str | None = None,
        *, reachable: bool = True, urgent: bool = False,
    ) -> int:  # fmt: skip
        """Take a report in and route it; return its place in `known`."""
        self.take_in(place, category, about, reachable=reachable, urgent=urgent)
        self.route()
        return len(self.known) - 1

    def does(self, number: int, verb: str, person: Person, **brings: Any) -> None:
        """Act, which must be allowed."""
        assert self.known_way(number, verb, person, **brings), (verb, self.known[number])

    def cannot(self, number: int, verb: str, person: Person, **brings: Any) -> None:
        """Try an act, which must be refused."""
        assert not self.known_way(number, verb, person, **brings), (verb, self.known[number])

    def known_way(self, number: int, verb: str, person: Person, **brings: Any) -> bool:
        ticket = self.known[number]
        if verb == "unmerge":
            brings["into"] = self.alive(ticket)
        act = Act(verb=verb, at=self.at, **brings)
        allowed = self.may(ticket, act, person)
        self.attempt(ticket, act, person)
        return allowed

    def kinds(self, number: int) -> list[str]:
        """What happened to a ticket, in order."""
        return [event.kind for event in events_of(self.session, self.known[number].number)]

    # How it is tried

    def attempt(self, ticket: Known, act: Act, person: Person) -> None:
        if person is REPORTER and ticket.into is not None:
            # Who reported what was merged speaks where it goes on.
            act, person, ticket = replace(act, through=ticket), JOINED, self.alive(ticket)
        after = judge(ticket, act, person, APPROVAL)
        before = self.everything()
        refused = self.refused(ticket, act, person)
        self.session.expire_all()
        told = (ticket, act, person, refused)
        assert refused == (after is None), told
        if after is None:
            assert self.everything() == before, told
            self.counts["refused"] += 1
            return
        self.counts["allowed"] += 1
        self.counts[f"did {act.verb}"] += 1
        proposed = after.proposal is not None and after.proposal is not ticket.proposal
        self.event(ticket, after, "propose" if proposed else act.verb)
        self.expect(ticket, after)
        self.others(act, ticket, after)

    def refused(self, ticket: Known, act: Act, person: Person, stale: int = 0) -> bool:
        """Tell whether the application refuses it."""
        if person.role in ("reporter", "joined"):
            return self.is_refused(lambda: self.reporter(act.through or ticket, act))
        row = self.row(ticket)
        order = replace(self.command(row, act), expected_version=row.row_version - stale)
        by = self.actors[person]
        return self.is_refused(lambda: perform(self.session, order, actor=by, now=self.at))

    def is_refused(self, what: Callable[[], object]) -> bool:
        """Try; what a refused act began is undone, as the edge does."""
        try:
            with self.session.begin_nested():
                what()
        except Rejection:
            return True
        return False

    def reporter(self, ticket: Known, act: Act) -> None:
        report = self.report(ticket)
        match act.verb:
            case "dispute":
                reports.dispute(self.session, report, "not_done", "Chưa xong", now=self.at)
            case "appeal":
                reports.appeal(self.session, report, "Xem lại", now=self.at)
            case "ask_reopen":
                reports.ask_reopen(self.session, report, "not_done", "Chưa xong", now=self.at)
            case "reply":
                reports.reply(self.session, report, "Ở cổng chợ", now=self.at)
            case "rate":
                said = [row.value for row in self.session.scalars(
                    select(Rating).where(Rating.report_id == report.id))]  # fmt: skip
                another = next(value for value in RATINGS if value not in said[-1:])
                reports.rate(self.session, report, another, now=self.at)
            case "merge_own":
                into = self.row(act.into) if act.into else self.row(ticket)
                reports.join_own(self.session, report, into, now=self.at)
            case "claim_fixed":
                following.claim_own_fixed(self.session, report, now=self.at)
            case "confirm":
                reports.confirm(self.session, report, now=self.at)
            case _:
                reports.withdraw(self.session, report, now=self.at)

    def command(self, row: Ticket, act: Act) -> Command:
        names = {"merge"} if act.into else set()
        into = self.row(act.into).reference if act.into and act.verb in names else None
        return Command(
            reference=row.reference, verb=act.verb, expected_version=row.row_version,
            code=act.code, text="Nội dung" if act.text else None, agency_code=act.agency,
            category_code=act.category, until=act.until, target_reference=into,
            photo_ids=[self.proof] if act.photo and act.verb == "resolve" else [],
        )  # fmt: skip

    # What must be true then

    def event(self, ticket: Known, after: Known, kind: str) -> None:
        query = select(TicketEvent).where(TicketEvent.ticket_id == ticket.number)
        events = self.session.scalars(query.order_by(TicketEvent.seq.desc()).limit(2)).all()
        kinds = [event.kind for event in events]
        if kind == "approve":
            assert ticket.proposal is not None
            assert kinds == [ticket.proposal[0].verb, "approve"]
        elif kind == "reply":
            assert kinds == ["resume", "comment"]
        elif kind == "claim_fixed" and (ticket.said_fixed or after == ticket):
            return  # it is said once until the staff has answered, by each reporter once
        elif kind == "merge_own":
            assert kinds[0] == "merge"
            assert events[0].actor_role == "reporter"
        else:
            assert kinds[0] == kind, (ticket, after)
            assert events[0].from_status == ticket.status
        assert events[0].to_status == after.status

    def others(self, act: Act, before: Known, after: Known) -> None:
        """The other tickets whose reports become more or less."""
        if act.verb in ("merge", "merge_own") and act.into is not None:
            self.count_reports(self.chain(act.into), after.reports)
        elif act.verb == "unmerge" and act.into is not None:
            self.count_reports(self.chain(self.numbered(before.into)), -after.reports)
        elif act.verb == "withdraw" and act.through is not None:
            gone = replace(act.through, withdrawn=True)
            self.known[self.place(gone)] = gone
            self.count_reports(self.chain(gone)[:-1], -1)

    def count_reports(self, tickets: list[Known], more: int) -> None:
        for ticket in tickets:
            self.expect(ticket, replace(ticket, reports=ticket.reports + more))

    def chain(self, ticket: Known) -> list[Known]:
        """A ticket and those that it was merged into, one after the other."""
        found = [ticket]
        while found[-1].into is not None:
            found.append(self.numbered(found[-1].into))
        return found

    def alive(self, ticket: Known) -> Known:
        return self.chain(ticket)[-1]

    def numbered(self, number: int | None) -> Known:
        return next(t for t in self.known if t.number == number)

    def place(self, ticket: Known) -> int:
        return [t.number for t in self.known].index(ticket.number)

    def expect(self, before: Known, after: Known) -> None:
        """The row is as the oracle says."""
        row = self.row(after)
        self.session.refresh(row)
        assert (
            row.status, row.agency_code, row.in_triage, row.at_oversight, row.transfers,
            row.owner_named, row.disputes, row.disputed_outcome, row.appealed, row.asked_reporter,
            row.reports_count, row.merged_into_id, row.former_agency_code, row.category_code,
            row.confirmed, row.reopen_asked_at is not None, row.first_replied_at is not None,
            row.urgent_claim, row.fixed_claimed_at is not None, row.content == "hidden",
        ) == (
            after.status, after.agency, after.triage, after.oversight, after.moves,
            after.named, after.disputes, after.disputed, after.appealed, after.asked,
            after.reports, after.into, after.came_from, after.category,
            after.confirmed, after.asked_reopen, after.replied, after.claimed,
            after.said_fixed, after.hidden,
        ), (before, after)  # fmt: skip
        assert self.helpers(row) == after.helpers, (before, after)
        if after.status in ("resolved", "answered", "closed", "declined"):
            assert row.outcome_code == after.outcome
        assert (row.closed_at is not None) == (after.status == "closed")
        self.counts[f"was {after.status}"] += after.status != before.status
        self.known[self.place(after)] = self.seen(after, row)

    def seen(self, ticket: Known, row: Ticket) -> Known:
        """Take over what is judged elsewhere: the due date, and what the category asks."""
        category = self.session.get_one(Category, row.category_code)
        return replace(
            ticket, due=row.outcome_due_at, reply_due=row.first_reply_due_at, private=row.private,
            due_known=row.target_id is not None,
            category=row.category_code, proof_needed=category.proof_required,
        )  # fmt: skip

    def teardown(self) -> None:
        found = Checked()
        try:
            self.route()
            wrong = [f"{p.reference} {p.what}" for p in problems(self.session, self.at, found)]
            assert wrong == []
            query = select(TicketEvent.ticket_id, TicketEvent.seq).order_by(TicketEvent.id)
            numbers: dict[int, int] = {}
            for ticket, seq in self.session.execute(query):
                assert seq == numbers.get(ticket, 0) + 1
                numbers[ticket] = seq
        finally:
            self.savepoint.rollback()
            self.session.expire_all()
        self.counts["events"] += found.events

    # Small things

    def everything(self) -> str:
        self.session.flush()
        return self.session.execute(EVERYTHING).scalar_one()

    def pick(self, which: int) -> Known:
        return self.known[which % len(self.known)]

    def row(self, ticket: Known) -> Ticket:
        return self.session.get_one(Ticket, ticket.number)

    def helpers(self, row: Ticket) -> set[tuple[str, str]]:
        """The requests for help by their rows."""
        found = set()
        for asked in cooperations_of(self.session, row.id):
            self.session.refresh(asked)
            agreed = "agreed" if asked.accepted_at else "asked"
            open_ = "done" if asked.done_at else agreed
            found.add((asked.agency_code, "returned" if asked.returned_at else open_))
        return found

    def report(self, ticket: Known) -> Report:
        query = select(Report).where(Report.ticket_id == ticket.number).order_by(Report.id)
        return self.session.scalars(query).one()


def prepare(session: Session, counts: Counter[str]) -> None:
    """Let walks begin: approvals as they should be, and everybody there."""
    for code, setting in APPROVAL.items():
        session.get_one(Agency, code).approval = setting
    Lives.session, Lives.counts = session, counts
    Lives.actors = {person: staff(session, person.role, person.agency) for person in PEOPLE}
    Lives.proof = photo(session).id
    session.flush()


def missing(counts: Counter[str]) -> set[str]:
    """Return the verbs and statuses that nobody has seen."""
    verbs = {f"did {verb}" for verb in RULES}
    statuses = {f"was {status}" for status in (*OPEN, *RESTING, "closed", "declined", "merged")}
    return (verbs | statuses) - set(+counts)
