"""Random acts by random people through the real verbs, against the lifecycle as it is specified.

1. `life_rules` and `life_verbs` say beforehand how each ticket must be afterwards; a refusal must
   leave every table as it was.
2. After each walk `verify` finds nothing, and every history is numbered without a gap.
"""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.schemas import ContactInput
from app.agencies.models import Agency
from app.catalog.models import Category
from app.core.actor import Actor
from app.core.errors import Conflict, Rejection
from app.reports import service as reports
from app.reports.models import Report
from app.routing.models import RoutingDecision
from app.routing.service import route_pending
from app.tickets.models import Ticket, TicketEvent
from app.tickets.schemas import Command
from app.tickets.service import expire, mark_due, mark_reply_due, perform
from app.tickets.verify import Checked, problems
from geo.point import LonLat
from tests import oracles
from tests.factories.tickets import IN_WARD, MONDAY, ON_BAY, photo, staff, submitted
from tests.tickets.life_rules import (
    DAY,
    OPEN,
    PARENTS,
    WHO,
    Act,
    Known,
    Person,
    letters,
    routed,
    woken,
)
from tests.tickets.life_verbs import RULES, judge

APPROVAL = dict.fromkeys(PARENTS, "answers_and_refusals") | {
    "UBND-06781": "all", "SXD": "none", "BQLVHL": "none",
}  # fmt: skip
NEXT_WARD = LonLat(lon=107.36, lat=21.03)  # in UBND-06781
PLACES = (IN_WARD, ON_BAY, NEXT_WARD, None)
CATEGORIES = ("waste", "road", "power", "traffic", "other")
REPORTERS = frozenset({"confirm", "dispute", "appeal", "reply", "withdraw"})
CODES = {
    "return": ("not_competent", "wrong_place"),
    "pause": ("reporter", "weather"),
    "resolve": ("fixed", "enforced"),
    "answer": ("explained", "planned", "nothing_found"),
    "decline": ("not_competent",),
    "hide": ("insult",),
}
PEOPLE = [
    *(Person(role, code) for role in ("officer", "manager", "crew") for code in PARENTS),
    Person("coordinator", "VP-UBND"), Person("screener"), Person("administrator"),
]  # fmt: skip
REPORTER = Person("reporter")
HOURS = (0.1, 1, 5, 20, 30, 80, 190, 400, 800)
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
TICKETS, ANY = st.integers(0, 9), st.integers(0, 9_999)
SEEDS = st.integers(0, 2**32 - 1)
# These lead nowhere, or out of the game: only now and then.
ASIDE = {"note", "comment", "publish", "hide", "cooperate", "extend", "withdraw"}


class Lives(RuleBasedStateMachine):
    """Some tickets, everybody who may act on them, and a clock that goes on."""

    session: Session
    actors: dict[Person, Actor]
    proof: uuid.UUID

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = self.session.begin_nested()
        self.at = MONDAY
        self.known: list[Known] = []
        self.done: Counter[str] = Counter()
        self.counts = oracles.tally("lifecycle")
        self.counts["walks"] += 1

    # What happens

    @initialize(draws=st.lists(ANY, min_size=2, max_size=3), seed=SEEDS)
    def begin(self, draws: list[int], seed: int) -> None:
        for draw in draws:
            self.submit(draw)
        self.route()
        self.what_is_legal(0, seed)

    @rule(which=TICKETS, draw=ANY)
    def meanwhile(self, which: int, draw: int) -> None:
        """What happens besides: a report, a contact, somebody who comes too late."""
        match draw % 4:
            case 0 if len(self.known) < 5:
                self.submit(draw // 4)
                self.route()
            case 1:
                self.too_late(which)
            case _:
                self.leave_contact(which, reachable=draw % 8 != 2)

    def submit(self, draw: int) -> None:
        about = (None, None, None, "UBND-06685")[draw // 20 % 4]
        made = submitted(
            self.session, at=self.at, place=PLACES[draw % 4],
            category=CATEGORIES[draw // 4 % 5], about_agency=about,
        ).ticket  # fmt: skip
        self.known.append(self.seen(Known(number=made.id, about=about), made))
        self.counts["tickets"] += 1
        if draw % 3:
            self.leave_contact(len(self.known) - 1, reachable=True)

    def route(self) -> None:
        waiting = [t for t in self.known if t.status == "received" and t.agency is None]
        while route_pending(self.session, now=self.at):
            pass
        for ticket in waiting:
            query = select(RoutingDecision.agency_code).where(
                RoutingDecision.ticket_id == ticket.number
            )
            chosen = self.session.scalars(query.order_by(RoutingDecision.id.desc())).first()
            assert chosen is None or (chosen in PARENTS and chosen != ticket.about)
            self.expect(ticket, routed(ticket, chosen))
            self.counts["routed"] += 1

    def wait(self, draw: int) -> None:
        self.wait_until(self.at + timedelta(hours=HOURS[draw % len(HOURS)]))

    def wait_until(self, instant: datetime) -> None:
        self.at = instant
        mark_reply_due(self.session, now=self.at)
        mark_due(self.session, now=self.at)
        expire(self.session, now=self.at)
        for ticket in self.known:
            after = woken(ticket, self.at)
            self.counts["by the clock"] += after is not ticket
            self.expect(ticket, after)
        self.session.expire_all()

    def leave_contact(self, which: int, *, reachable: bool) -> None:
        ticket = self.pick(which)
        consent = ("updates",) if reachable else ()
        contact = ContactInput(email="a@example.invalid", phone="0912345678", consent=consent)
        before = self.report(ticket).contact_id is not None
        if ticket.withdrawn:
            with pytest.raises(Conflict):
                reports.add_contact(self.session, self.report(ticket), contact, now=self.at)
            return
        reports.add_contact(self.session, self.report(ticket), contact, now=self.at)
        if reachable or before:
            self.expect(ticket, replace(ticket, reachable=reachable))

    @rule(which=TICKETS, seed=SEEDS)
    def anything(self, which: int, seed: int) -> None:
        """Whoever, whatever; or the right person with anything, at the very limit of a time."""
        chance = Random(seed)
        for _ in range(12):
            ticket = self.pick(which)
            if chance.random() < 0.3:
                self.go_to_a_limit(ticket, chance)
                ticket = self.pick(which)
            near = [
                (verb, person)
                for verb, statuses, roles in WHO
                if ticket.status in statuses.split()
                for person in ([REPORTER] if verb in REPORTERS else PEOPLE)
                if letters(person, ticket) & set(roles.split())
            ]
            verb = chance.choice(sorted(RULES))
            person = REPORTER if verb in REPORTERS else chance.choice(PEOPLE)
            if near and chance.random() < 0.75:
                verb = chance.choice(sorted({verb for verb, _person in near} - ASIDE) or [verb])
                person = chance.choice([by for also, by in near if also == verb] or [person])
            self.attempt(ticket, self.act(ticket, verb, chance), person)

    def go_to_a_limit(self, ticket: Known, chance: Random) -> None:
        """Let time pass until the last instant of some period, or the first one after it."""
        limits = [
            *(since + days * DAY
              for since in (ticket.outcome_at, ticket.closed_at) if since for days in (7, 15, 30)),
            ticket.planned_for, ticket.pause and ticket.pause[1], ticket.due,
        ]  # fmt: skip
        after = timedelta(seconds=chance.choice((0, 1)))
        coming = [limit + after for limit in limits if limit and limit + after > self.at]
        if coming:
            self.wait_until(chance.choice(coming))

    @rule(which=TICKETS, seed=SEEDS)
    def what_is_legal(self, which: int, seed: int) -> None:
        """Acts that are legal at that moment, the rarer ones first, so that lives become long."""
        chance = Random(seed)
        for _ in range(30):
            which = chance.randrange(10) if chance.random() < 0.1 else which
            ticket = self.pick(which)
            legal = [
                (act, by) for act, by in self.choices(ticket, chance) if self.may(ticket, act, by)
            ]
            aside = ASIDE if chance.random() < 0.9 else set()
            verbs = sorted({act.verb for act, _by in legal} - aside, key=lambda v: self.done[v])
            if verbs:
                verb = verbs[0] if chance.random() < 0.6 else chance.choice(verbs)
                chosen = [found for found in legal if found[0].verb == verb]
                self.attempt(ticket, *chance.choice(chosen))
                self.done[verb] += 1
            if chance.random() < 0.25:
                self.wait(chance.randrange(len(HOURS)))
            if chance.random() < 0.5:
                self.route()

    def choices(self, ticket: Known, chance: Random) -> Iterator[tuple[Act, Person]]:
        for verb in sorted(RULES):
            act = self.act(ticket, verb, chance)
            yield from ((act, by) for by in ([REPORTER] if verb in REPORTERS else PEOPLE))

    def may(self, ticket: Known, act: Act, person: Person) -> bool:
        return judge(ticket, act, person, APPROVAL) is not None

    def too_late(self, which: int) -> None:
        """An act on a version that is no more changes nothing."""
        act, before = Act(verb="note", at=self.at), self.everything()
        assert self.refused(self.pick(which), act, Person("coordinator", "VP-UBND"), stale=1)
        assert self.everything() == before
        self.counts["refused, version"] += 1

    def disputed_thrice(self) -> None:
        """A long way that chance seldom takes: the third dispute goes to the parent's manager."""
        self.submit(0)
        self.route()
        number = len(self.known) - 1
        ward = Person("manager", self.known[number].agency)
        for _ in range(3):
            done = Act(verb="resolve", at=self.at, code="fixed")
            self.attempt(self.known[number], done, ward)
            self.attempt(self.known[number], Act(verb="dispute", at=self.at), REPORTER)
        assert self.known[number].status == "resolved"
        above = Person("manager", "VP-UBND")
        self.attempt(self.known[number], Act(verb="reopen", at=self.at), above)
        self.attempt(
            self.known[number],
            Act(verb="pause", at=self.at, code="reporter", until=self.at + DAY / 24), ward,
        )  # fmt: skip
        self.leave_contact(number, reachable=True)
        self.attempt(
            self.known[number],
            Act(verb="pause", at=self.at, code="reporter", until=self.at + DAY / 24), ward,
        )  # fmt: skip
        self.attempt(self.known[number], Act(verb="reply", at=self.at), REPORTER)

    # How it is tried

    def attempt(self, ticket: Known, act: Act, person: Person) -> None:
        if person is REPORTER and ticket.status == "merged":
            return  # speaks where it goes on, as one who joined: `tests.reports.test_joined`
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
        self.others(act, after)

    def refused(self, ticket: Known, act: Act, person: Person, stale: int = 0) -> bool:
        """Tell whether the application refuses; what it began is undone, as the edge does."""
        try:
            with self.session.begin_nested():
                if person is REPORTER:
                    self.reporter(ticket, act)
                else:
                    row = self.row(ticket)
                    order = self.command(row, act)
                    order = replace(order, expected_version=row.row_version - stale)
                    perform(self.session, order, actor=self.actors[person], now=self.at)
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
            case "reply":
                reports.reply(self.session, report, "Ở cổng chợ", now=self.at)
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
        else:
            assert kinds[0] == kind, (ticket, after)
            assert events[0].from_status == ticket.status
        assert events[0].to_status == after.status

    def others(self, act: Act, after: Known) -> None:
        """The ticket that another one joins or leaves."""
        if act.into is None or act.verb not in ("merge", "unmerge"):
            return
        change = after.reports if act.verb == "merge" else -after.reports
        for other in self.chain(act.into.number):
            self.expect(other, replace(other, reports=other.reports + change))

    def chain(self, number: int | None) -> list[Known]:
        """The ticket, and those that it was merged into, one after the other."""
        found: list[Known] = []
        while number is not None:
            found += [ticket for ticket in self.known if ticket.number == number]
            number = found[-1].into
        return found

    def expect(self, before: Known, after: Known) -> None:
        """The row is as the oracle says."""
        row = self.row(after)
        self.session.refresh(row)
        assert (
            row.status, row.agency_code, row.in_triage, row.at_oversight, row.transfers,
            row.owner_named, row.disputes, row.disputed_outcome, row.appealed, row.asked_reporter,
            row.reports_count, row.merged_into_id, row.former_agency_code, row.category_code,
        ) == (
            after.status, after.agency, after.triage, after.oversight, after.moves,
            after.named, after.disputes, after.disputed, after.appealed, after.asked,
            after.reports, after.into, after.came_from, after.category,
        ), (before, after)  # fmt: skip
        if after.status in ("resolved", "answered", "closed", "declined"):
            assert row.outcome_code == after.outcome
        assert (row.closed_at is not None) == (after.status == "closed")
        self.counts[f"was {after.status}"] += after.status != before.status
        self.known[[t.number for t in self.known].index(after.number)] = self.seen(after, row)

    def seen(self, ticket: Known, row: Ticket) -> Known:
        """Take over what is judged elsewhere: the due date, and what the category asks."""
        category = self.session.get_one(Category, row.category_code)
        return replace(
            ticket, due=row.outcome_due_at, private=row.private, category=row.category_code,
            proof_needed=category.proof_required,
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

    def report(self, ticket: Known) -> Report:
        query = select(Report).where(Report.ticket_id == ticket.number).order_by(Report.id)
        return self.session.scalars(query).one()

    def act(self, ticket: Known, verb: str, chance: Random) -> Act:
        """Draw what an act brings: mostly what it needs, sometimes nothing or something wrong."""
        codes = CODES.get(verb, ())
        into: Known | None = chance.choice(self.known)
        if verb == "unmerge":
            chain = self.chain(ticket.into)
            # It counts when the last of them was closed: the others only lead there.
            into = replace(chain[0], closed_at=chain[-1].closed_at) if chain else None
        elif verb != "merge" or chance.random() < 0.1:
            into = None
        asks_agency = verb in ("assign", "transfer", "name_owner", "cooperate")
        days = chance.choice((None, -1, 0.05, 0.05, 60, 60, 60))
        return Act(
            verb=verb, at=self.at,
            agency=chance.choice([*PARENTS, *PARENTS, "nobody", None]) if asks_agency else None,
            code=chance.choice((*codes, *codes, "wrong", None)) if codes else None,
            text=chance.random() < 0.9, photo=chance.random() < 0.9,
            until=None if days is None else self.at + days * DAY,
            category=chance.choice([*CATEGORIES, "nothing", None]) if verb == "correct" else None,
            into=into,
        )  # fmt: skip


def walk(session: Session, walks: int, steps: int) -> None:
    """Let everybody act, in walks of some steps."""
    for code, setting in APPROVAL.items():
        session.get_one(Agency, code).approval = setting
    Lives.session = session
    Lives.actors = {person: staff(session, person.role, person.agency) for person in PEOPLE}
    Lives.proof = photo(session).id
    session.flush()
    first = Lives()
    first.disputed_thrice()
    first.teardown()
    run_state_machine_as_test(
        Lives,
        settings=settings(max_examples=walks, stateful_step_count=steps, phases=oracles.phases()),
    )


def missing(counts: Sequence[str]) -> set[str]:
    """Return the verbs and statuses that no walk has seen."""
    verbs = {f"did {verb}" for verb in RULES}
    statuses = {f"was {status}" for status in (*OPEN, "resolved", "answered", "closed",
                                               "declined", "merged")}  # fmt: skip
    return (verbs | statuses) - set(counts)


def test_everything_that_anybody_does_is_as_specified(session: Session) -> None:
    walk(session, oracles.times(16), 12)
    assert missing([name for name, number in oracles.tally("lifecycle").items() if number]) == set()
