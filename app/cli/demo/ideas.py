"""Invented suggestions in every state that one can be in, played by the verbs that people use.

1. What is said comes from the pack's samples.yaml; what becomes of each is written here, so that
   every state is there whatever the dice say.
2. Nothing happens in the future: what would, has not happened yet.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select

from app.accounts.reach.blind import contact_key
from app.agencies.models import Agency
from app.catalog.queries import profile
from app.cli.demo.scenery import Place
from app.core.actor import Actor
from app.core.db import current_session, transaction
from app.core.errors import Conflict
from app.reports.queries import reports_of
from app.reports.schemas import SubmitReport
from app.routing.service import route_pending
from app.suggestions.queries import by_code
from app.suggestions.schemas import SubmitSuggestion
from app.suggestions.service import merging, reasoning, submit, support

READ = 0.8
OFFICE, AGENCY = "coordinator", "manager"
DAY = timedelta(days=1)
READER = Actor(role=OFFICE, roles=frozenset({(OFFICE, None)}))


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What becomes of a suggestion. since: days ago. acts: (days after, role, verb, what else).

    In what else, `text` names a field of the sample, `until` counts days. into: the number of the
    fate whose suggestion it goes on as.
    """

    since: float
    published: bool = True
    supports: int = 0
    reasons: bool = False
    acts: tuple[tuple[float, str, str, Mapping[str, Any]], ...] = ()
    into: int | None = None


def _note(after: float) -> tuple[float, str, str, Mapping[str, Any]]:
    return (after, AGENCY, "comment", {"text": "note"})


def _answer(
    after: float, code: str, until: int | None = None
) -> tuple[float, str, str, Mapping[str, Any]]:
    return (after, AGENCY, "answer", {"code": code, "text": "answer", "until": until})


def _step(after: float) -> tuple[float, str, str, Mapping[str, Any]]:
    return (after, AGENCY, "milestone", {"text": "step", "until": 30})


FATES = (
    Fate(since=17, supports=37, reasons=True, acts=(_note(6),)),
    Fate(since=43, supports=64, reasons=True,
         acts=(_note(5), _answer(14, "accepted", 25), _step(18))),
    Fate(since=44, supports=52, acts=(_note(4), _answer(12, "accepted", 15), _step(16),
                                      (34, AGENCY, "deliver", {"text": "done"}))),
    Fate(since=31, supports=18, reasons=True, acts=(_note(7), _answer(19, "not_accepted"))),
    Fate(since=24, supports=29, acts=(_note(4), _answer(13, "accepted_in_part", 45))),
    Fate(since=6, supports=14),
    Fate(since=45, supports=21),  # nobody has written a word: late
    Fate(since=40, supports=11,
         acts=(_note(8), (30, AGENCY, "extend", {"text": "later", "until": 12}))),
    Fate(since=29, supports=9, acts=(_note(5), _answer(15, "already_planned", 60))),
    Fate(since=35, supports=6, acts=(_note(6), _answer(11, "handed_over"))),
    Fate(since=44, supports=16, acts=(_note(3), _answer(10, "accepted", 10), _step(12),
                                      (30, AGENCY, "drop", {"text": "dropped"}))),
    Fate(since=235, supports=12, acts=(_note(5), _answer(16, "accepted", 60))),  # expires
    Fate(since=12, supports=4, into=0),
    Fate(since=9, published=False,
         acts=((1, OFFICE, "refuse", {"code": "no_suggestion", "text": "refusal"}),)),
    Fate(since=1.5, published=False, acts=((0.9, OFFICE, "screen", {}),)),
    Fate(since=0.6, published=False),
)  # fmt: skip


class Stage(Protocol):
    """What the ideas need of the course in which they are played."""

    samples: Mapping[str, Any]
    places: list[Place]
    end: datetime

    def at(self, when: datetime, task: Any) -> None:  # noqa: ANN401 - as the course has it
        """Plan something."""

    def act(self, reference: str, role: str, verb: str, when: datetime, **what: Any) -> bool:  # noqa: ANN401
        """Let the desk act."""


@dataclass
class Ideas:
    """The suggestions of one course. sent: {number of the fate: reference}."""

    stage: Stage
    sent: dict[int, str] = field(default_factory=dict)

    def plan(self) -> None:
        """Plan every suggestion for which the pack has words."""
        words = self.stage.samples.get("suggestions", ())
        for number, (fate, sample) in enumerate(zip(FATES, words, strict=False)):
            when = self.stage.end - fate.since * DAY
            self.stage.at(when, self._sending(number, fate, sample))

    def _sending(self, number: int, fate: Fate, sample: Mapping[str, str]) -> Any:  # noqa: ANN401
        return lambda when: self._send(number, fate, sample, when)

    def _send(self, number: int, fate: Fate, sample: Mapping[str, str], when: datetime) -> None:
        place = None if sample.get("place") == "all" else self.stage.places[number * 7]
        report = SubmitReport(
            idempotency_key=uuid.uuid4(), category=sample["category"], text=sample["text"],
            place=place.point if place else None,
            lang=profile(current_session()).languages[0], channel="web",
        )  # fmt: skip
        command = SubmitSuggestion(title=sample["title"], text=sample["text"], report=report)
        with transaction() as session:
            reference = submit(session, command, now=when).ticket.reference
        self.sent[number] = reference
        if fate.published:
            self.stage.at(when + READ * DAY, lambda at: self._publish(reference, at))
        self._plan_people(number, fate, sample, when)
        for after, role, verb, what in fate.acts:
            self.stage.at(when + after * DAY, self._acting(reference, sample, role, verb, what))

    def _publish(self, reference: str, when: datetime) -> None:
        self.stage.act(reference, OFFICE, "publish", when)
        with transaction() as session:
            route_pending(session, now=when)
        session = current_session()
        if by_code(session, reference)[0].in_triage:  # about the whole city: the office decides
            first = Agency.area_code == self.stage.places[0].area
            code = session.scalar(select(Agency.code).where(first).limit(1))
            self.stage.act(reference, OFFICE, "assign", when, agency_code=code)

    def _acting(
        self, reference: str, sample: Mapping[str, str], role: str, verb: str,
        what: Mapping[str, Any],
    ) -> Any:  # noqa: ANN401  # fmt: skip
        def act(when: datetime) -> None:
            said = dict(what)
            if "text" in said:
                said["text"] = sample.get(said["text"], sample["text"])
            if said.get("until"):
                said["until"] = when + said["until"] * DAY
            if verb == "answer":
                said |= {"basis": sample.get("basis"), "decider": sample.get("decider")}
            self.stage.act(reference, role, verb, when, **said)

        return act

    def _plan_people(
        self, number: int, fate: Fate, sample: Mapping[str, str], when: datetime
    ) -> None:
        """Supports come over the first days after the publication, reasons with the first."""
        reference, begin = self.sent[number], when + (READ + 0.1) * DAY
        for person in range(fate.supports):
            later = begin + (person + 1) / (fate.supports + 1) * 3 * DAY
            self.stage.at(later, self._supporting(reference, person))
        for person, side in enumerate(("for", "against") if fate.reasons else ()):
            told = sample.get(side)
            if told:
                self.stage.at(begin + person * DAY, self._reasoning(reference, person, side, told))
        if fate.into is not None:
            into = fate.into
            self.stage.at(begin + 4 * DAY, lambda at: self._merge(number, into, at))

    def _supporting(self, reference: str, person: int) -> Any:  # noqa: ANN401
        def act(when: datetime) -> None:
            with transaction() as session:
                ticket, _ = by_code(session, reference)
                support(session, ticket, [_someone(person)], now=when)

        return act

    def _reasoning(self, reference: str, person: int, side: str, told: str) -> Any:  # noqa: ANN401
        def act(when: datetime) -> None:
            with transaction() as session:
                ticket, _ = by_code(session, reference)
                reasoning.say(session, ticket, [_someone(person)], side, told, now=when)
                unread = reasoning.for_staff(session, ticket, 0).rows[0]
                reasoning.judge(session, unread.id, "publish", actor=READER, now=when)

        return act

    def _merge(self, number: int, into: int, when: datetime) -> None:
        """Both authors agree."""
        try:
            with transaction() as session:
                own, _ = by_code(session, self.sent[number])
                other, _ = by_code(session, self.sent[into])
                mine, theirs = reports_of(session, own.id)[0], reports_of(session, other.id)[0]
                merging.ask_to_merge(session, mine, other.reference, now=when)
                merging.agree(session, theirs, own.reference, now=when)
        except Conflict:
            return


def _someone(person: int) -> bytes:
    return contact_key("email", f"sample-{person}@example.invalid")
