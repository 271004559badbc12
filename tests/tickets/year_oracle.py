"""Due dates of a simulated year, walked minute by minute from facts that anybody could write down.

`flask city simulate --against FILE` writes the facts: when a promise began and how long it is, in
whose hours, when the status changed and who said what. Nothing of the application's clock is used.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.tickets.minute_walk import Acts, People, Seed, Week, instant, walk

OPEN, PAUSED = {"received", "assigned", "in_progress", "waiting"}, "waiting"
ENDED = {"resolved", "answered", "closed", "declined"}
# What counts as the first reply, by whom: a public word of a person, or an outcome.
STAFF = {"officer", "manager", "parent_manager", "coordinator", "oversight", "crew"}
REPLIES = {"comment", "plan", "resolve", "answer", "decline", "uphold"}


@dataclass(frozen=True)
class Calendar:
    """The pack's days, which no simulation changes."""

    seed: Seed

    @classmethod
    def read(cls, root: Path) -> "Calendar":
        """Read the home pack's calendar."""
        return cls(Seed.read(next((root / "cities").glob("*/calendar.csv"))))


@dataclass
class Compared:
    """What was compared."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield what to print."""
        yield ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items()))
        yield from self.wrong[:30]
        yield f"{len(self.wrong)} due dates differ from the oracle"


def compare(facts: Path, calendar: Calendar) -> Compared:
    """Walk every promise and compare both dates."""
    told, people = Compared(), dict[str, People]()
    with facts.open(encoding="utf-8") as lines:
        for line in lines:
            fact = json.loads(line)
            key = json.dumps(fact["hours"], sort_keys=True)
            if key not in people:
                people[key] = People(calendar.seed, tuple(_periods(fact["hours"])))
            _one(fact, people[key], told)
    return told


def _one(fact: dict[str, Any], people: People, told: Compared) -> None:
    acts, replied = _acts(fact)
    reply, outcome = fact["minutes"]
    first = walk(people, reply, list(_until_reply(acts, replied)), real=fact["real"])
    last = walk(people, outcome, acts, real=fact["real"])
    stored = [_minute(date) if date else None for date in fact["due"]]
    for name, mine, theirs in zip(("reply", "outcome"), (first.due, last.due), stored, strict=True):
        told.counts["due dates"] += 1
        if mine != theirs:
            want = instant(mine).isoformat() if mine else None
            told.wrong.append(
                f"{fact['reference']} {name}: {theirs and instant(theirs)}, not {want}"
            )
    told.counts["tickets"] += 1
    told.counts["minutes walked"] += first.minutes + last.minutes
    told.counts["clock acts"] += len(acts)


def _acts(fact: dict[str, Any]) -> tuple[Acts, int | None]:
    """Return what a bystander sees of the clock, and when somebody first replied.

    A promise that came with another ticket may have begun after things that happened to this one:
    they decide whether it rests when it begins, and take none of its minutes.
    """
    start = _minute(fact["from"])
    acts: Acts = [("started", start)]
    replied: int | None = None
    for kind, role, code, before, now, at in fact["events"]:
        words = {
            before in OPEN and before != PAUSED and now == PAUSED: "paused",
            before == PAUSED and now in OPEN and now != PAUSED: "resumed",
            before in OPEN and now in ENDED: "stopped",
            before in ENDED and now in OPEN: "restarted",
        }
        if True in words:
            acts.append((words[True], max(start, _minute(at))))
        asked = kind == "pause" and code == "reporter"
        if replied is None and role in STAFF and (kind in REPLIES or asked):
            replied = _minute(at)
    return acts, replied


def _until_reply(acts: Acts, replied: int | None) -> Iterator[tuple[str, int]]:
    for word, at in acts:
        counts = word in ("paused", "resumed") and (replied is None or at < replied)
        if word == "started" or counts:
            yield word, at
    if replied is not None:
        # A promise that came with another ticket may begin after the reply: it is kept at once.
        yield "stopped", max(replied, acts[0][1])


def _minute(text: str) -> int:
    found = datetime.fromisoformat(text).astimezone(UTC)
    assert found.second == found.microsecond == 0, text
    return int(found.timestamp()) // 60


def _periods(document: dict[str, Any]) -> Iterator[tuple[date | None, date | None, Week]]:
    for period in document["periods"]:
        begin, end = (
            date.fromisoformat(text) if text else None
            for text in (period["valid_from"], period["valid_to"])
        )
        week = tuple(tuple((_clock(a), _clock(b)) for a, b in spans) for spans in period["days"])
        yield begin, end, week


def _clock(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
