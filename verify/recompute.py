#!/usr/bin/env python3
"""Recompute every published figure from the open event data. One file, standard library only.

    python3 recompute.py reference.json events-*.jsonl.gz                    prints the figures
    python3 recompute.py reference.json events-*.jsonl.gz --compare figures.csv

The files come from the page "Open data" of the installation; docs/open-data.md describes them. With
--compare, whatever differs from the published figures is printed, and the exit status is 1.

This is not the program that made the figures: it was written beside it, from the words on the page,
so that an error in one of the two shows. It knows versions 1 and 2 of the definitions: the figures
of problems, and since version 2 those of suggestions beside them. Give all events files: a report
that was received in one month may have its outcome in another.
"""

import argparse
import csv
import gzip
import json
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

UTC = timezone.utc
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)
NOTHING = timedelta(0)
TEN_YEARS = 3653
OPEN = {"received", "assigned", "in_progress", "waiting"}
ENDS = {"resolve": "resolved", "answer": "answered", "decline": "declined"}
MOVES = {"assign", "triage", "transfer", "return", "name_owner", "appeal"}
STAFF = {"officer", "manager", "parent_manager", "coordinator", "oversight"}
STANDS, REFUSAL_STANDS = timedelta(days=7), timedelta(days=15)
FOLLOWS = {
    "": {"started"},
    "started": {"paused", "stopped"},
    "resumed": {"paused", "stopped"},
    "restarted": {"paused", "stopped"},
    "paused": {"resumed", "stopped"},
    "stopped": {"restarted"},
}
COLUMNS = (
    "month", "version", "dimension", "key", "metric", "unit", "n", "part", "exact", "value",
)  # fmt: skip

# key: (unit, how, what is counted, what makes the part; "" those that are flagged)
METRICS = {
    "kept": ("percent", "share", "concluded", ""),
    "received": ("number", "count", "received", ""),
    "resolved": ("number", "count", "resolved", ""),
    "answered": ("number", "count", "answered", ""),
    "declined": ("number", "count", "declined", ""),
    "reply_on_time": ("percent", "share", "reply_due", ""),
    "outcome_on_time": ("percent", "share", "outcome_due", ""),
    "reply_median": ("hours", "5", "replied", ""),
    "reply_p90": ("hours", "9", "replied", ""),
    "outcome_median": ("hours", "5", "settled", ""),
    "outcome_p90": ("hours", "9", "settled", ""),
    "days_median": ("days", "5", "took", ""),
    "days_p90": ("days", "9", "took", ""),
    "declined_share": ("percent", "share", "ended", "declined"),
    "returned_share": ("percent", "share", "came", "returned"),
    "transferred_share": ("percent", "share", "came", "transferred"),
    "disputed_share": ("percent", "share", "rested", ""),
    "not_durable": ("percent", "share", "closed", "came_back"),
    "escalated_share": ("percent", "share", "called", ""),
    "extended_share": ("percent", "share", "put_off", ""),
    "check_median": ("days", "5", "checked", ""),
    "check_p90": ("days", "9", "checked", ""),
    "satisfied": ("percent", "share", "rated", ""),
    "dissatisfied": ("percent", "share", "rated", "dissatisfied"),
    "open": ("number", "count", "open", ""),
    "open_overdue": ("percent", "share", "open", ""),
    "open_week": ("number", "count", "open_week", ""),
    "open_month": ("number", "count", "open_month", ""),
    "open_quarter": ("number", "count", "open_quarter", ""),
    "open_longer": ("number", "count", "open_longer", ""),
}
# The same for suggestions, since version 2. What is counted of them begins with "idea ".
IDEAS = {
    "suggestion_received": ("number", "count", "idea received", ""),
    "suggestion_published": ("number", "count", "idea published", ""),
    "suggestion_refused": ("number", "count", "idea refused", ""),
    "suggestion_answered": ("number", "count", "idea answered", ""),
    "suggestion_reply_on_time": ("percent", "share", "idea reply_due", ""),
    "suggestion_on_time": ("percent", "share", "idea outcome_due", ""),
    "suggestion_accepted": ("percent", "share", "idea answered", "idea accepted"),
    "suggestion_in_part": ("percent", "share", "idea answered", "idea accepted_in_part"),
    "suggestion_not_accepted": ("percent", "share", "idea answered", "idea not_accepted"),
    "suggestion_planned": ("percent", "share", "idea answered", "idea already_planned"),
    "suggestion_handed_over": ("percent", "share", "idea answered", "idea handed_over"),
    "suggestion_delivered": ("percent", "share", "idea followed", ""),
    "suggestion_open": ("number", "count", "idea open", ""),
    "suggestion_overdue": ("percent", "share", "idea open", ""),
}
DEFINITIONS = {1: METRICS, 2: {**METRICS, **IDEAS}}


class NoDate(Exception):
    """No due date follows from these events."""


class Hours:
    """Working time of an agency's hours under a version of the calendar."""

    def __init__(self, zone, document, calendar):
        self.zone = zone
        self.periods = [
            (
                date.fromisoformat(one["valid_from"]) if one["valid_from"] else date.min,
                date.fromisoformat(one["valid_to"]) if one.get("valid_to") else date.max,
                [[(clock(a), clock(b)) for a, b in day] for day in one["days"]],
            )
            for one in document["periods"]
        ]
        self.closed = {date.fromisoformat(day) for day in calendar["closed"]}
        self.makeup = {
            date.fromisoformat(day): date.fromisoformat(other).weekday() if other else 0
            for day, other in calendar["makeup"].items()
        }
        self.known = {}

    def week(self, day):
        for begin, end, week in self.periods:
            if begin <= day < end:
                return week
        return None

    def spans(self, day):
        """The working spans of a local date, as UTC instants."""
        if day not in self.known:
            self.known[day] = self.find(day)
        return self.known[day]

    def find(self, day):
        week = self.week(day)
        if week is None or (day in self.closed and day not in self.makeup):
            return []
        hours = week[self.makeup.get(day, day.weekday())]
        midnight = datetime.combine(day, datetime.min.time(), self.zone).astimezone(UTC)
        tomorrow = datetime.combine(day + DAY, datetime.min.time(), self.zone).astimezone(UTC)
        if tomorrow - midnight == DAY:
            return [(midnight + a * MINUTE, midnight + b * MINUTE) for a, b in hours]
        # The clocks change on this day: ask the wall for every minute.
        found, at = [], midnight - DAY
        while at < tomorrow + DAY:
            wall = at.astimezone(self.zone)
            minute = wall.hour * 60 + wall.minute
            if wall.date() == day and any(a <= minute < b for a, b in hours):
                if found and found[-1][1] == at:
                    found[-1] = (found[-1][0], at + MINUTE)
                else:
                    found.append((at, at + MINUTE))
            at += MINUTE
        return found

    def worked(self, begin, end):
        """The working time between two instants."""
        total, day = NOTHING, begin.astimezone(self.zone).date() - DAY
        while day <= end.astimezone(self.zone).date() + DAY:
            for opens, closes in self.spans(day):
                total += max(NOTHING, min(closes, end) - max(opens, begin))
            day += DAY
        return total

    def after(self, begin, budget):
        """The instant at which so much working time is used up."""
        if not budget:
            return begin
        day = begin.astimezone(self.zone).date() - DAY
        for _ in range(TEN_YEARS):
            for opens, closes in self.spans(day):
                length = closes - max(opens, begin)
                if length > NOTHING:
                    if budget <= length:
                        return closes - (length - budget)
                    budget -= length
            day += DAY
        raise NoDate

    def one_day(self, at):
        week = self.week(at.astimezone(self.zone).date())
        weeks = [week] if week else [each for _, _, each in self.periods]
        return max(sum(b - a for a, b in day) for each in weeks for day in each) * MINUTE


class Always(Hours):
    """Real time: every second counts."""

    def worked(self, begin, end):
        return max(NOTHING, end - begin)

    def after(self, begin, budget):
        return begin + budget

    def one_day(self, _at):
        return DAY


def clock(text):
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def due(hours, budget, moments):
    """The due date after some moments, or None while paused."""
    left, at_last, state, found = budget, None, "", None
    for kind, told in moments:
        if kind not in FOLLOWS[state]:
            raise NoDate
        at = told if at_last is None else max(told, at_last)
        if state not in ("", "paused", "stopped"):
            left = max(NOTHING, left - hours.worked(at_last, at))
        if kind == "restarted":
            left = max(left, hours.one_day(at))
            found = hours.after(at, left)
        elif kind == "paused":
            found = found if not left else None
        else:
            found = found or hours.after(at, left)
        state, at_last = kind, at
    return found


class Ticket:
    """Reads a ticket's events and notes what counts: (what, when, agency, flag, minutes)."""

    def __init__(self, city, snapshots, end):
        self.city, self.snapshots, self.end = city, list(snapshots), end
        self.notes = []
        self.category = self.area = self.owner = self.first_owner = self.status = ""
        self.opened = self.received = self.since = None
        self.promise = None
        self.moments = []
        self.dates = None  # (first reply, outcome), each may be None
        self.replied = None
        self.reply_judged = self.outcome_judged = self.concluded = False
        self.settled = self.checked = self.called = self.put_off = False
        self.kept = self.stands = None

    def note(self, what, at, flag=False, minutes=None):
        self.notes.append((what, at, self.owner, flag, minutes))

    def read(self, events):
        for event in events:
            at = datetime.fromisoformat(event["at"])
            self.pass_time(at)
            self.happen(event, at)
            self.status, self.since = event["after"], at
        if self.status:
            self.pass_time(self.end)
            self.notes.append(("received", self.opened, self.first_owner, False, None))

    def pass_time(self, until):
        """What comes about without an event: open at a month's end, standing outcomes, misses."""
        if not self.status:
            return
        while self.snapshots and self.snapshots[0] < until:
            at = self.snapshots.pop(0)
            if self.status in OPEN:
                late = bool(self.dates and self.dates[1] and self.dates[1] < at)
                self.note("open", at, late)
                days = (at - self.received) / DAY
                self.note(
                    "open_week" if days <= 7 else "open_month" if days <= 30
                    else "open_quarter" if days <= 90 else "open_longer", at,
                )  # fmt: skip
        if self.stands and self.stands < until:
            self.stood(self.stands)
        if self.status in OPEN and self.dates:
            reply, outcome = self.dates
            if outcome and outcome < until and not self.outcome_judged:
                self.judge_outcome(max(outcome, self.since), False)
            if reply and reply < until and not self.replied and not self.reply_judged:
                self.judge_reply(max(reply, self.since), False)

    def happen(self, event, at):
        kind, told = event["event"], event.get
        self.category = told("category") or self.category
        self.area = told("area") or self.area
        if kind in ("open", "convert"):
            if self.city.definitions > 1:  # version 1 counted them as open before they came
                self.snapshots = [one for one in self.snapshots if one >= at]
            self.opened, self.received = at, at
            if told("received"):  # a part of another report, received and answered before
                self.received = datetime.fromisoformat(told("received"))
            if told("replied"):
                self.replied = datetime.fromisoformat(told("replied"))
                self.reply_judged = True
            if told("came_back"):
                self.note("came_back", at)
        if kind == "return":
            self.note("returned", at)
        if kind == "transfer":
            self.note("transferred", at)
        to = told("agency")
        if to and to != self.owner and (kind in MOVES or kind == "succeed"):
            self.owner = to
            self.first_owner = self.first_owner or to
            if kind in MOVES:
                self.note("came", at)
        if told("clock"):
            self.moments.append((told("clock"), at))
        if told("promise"):
            self.promise = self.city.promise(told("promise"))
        replies = (
            kind in ("plan", "resolve", "answer", "decline", "uphold")
            or (kind == "comment" and event["by"] in STAFF)
            or (kind == "pause" and told("code") == "reporter")
        )
        if replies and not self.replied:
            self.replied = at
            self.compute()
            if self.promise:
                self.note("replied", at, minutes=self.worked(at))
            if self.dates and self.dates[0] and not self.reply_judged:
                self.judge_reply(at, at <= self.dates[0])
        elif told("clock") or told("promise"):
            self.compute()
        self.outcome(event, kind, at)
        self.afterwards(event, kind, at)
        self.called = self.called or kind == "escalate"
        self.put_off = self.put_off or kind == "extend"
        if kind in ("publish", "hide") and not told("part") and not self.checked:
            self.checked = True
            self.note("checked", at, minutes=(at - self.received) // MINUTE)
        if kind == "rate":
            self.note("rated", at, told("code") == "satisfied")
            if told("code") == "dissatisfied":
                self.note("dissatisfied", at)

    def outcome(self, event, kind, at):
        if event.get("clock") == "stopped" and event["after"] in ENDS.values():
            by = self.dates[1] if self.dates else None
            self.kept = None
            if by:
                self.kept = at <= by and not self.outcome_judged
                if not self.outcome_judged:
                    self.judge_outcome(at, at <= by)
        if kind not in ENDS:
            return
        self.note(ENDS[kind], at)
        self.note("ended", at)
        if not self.settled:
            self.settled = True
            self.note("settled", at, minutes=self.worked(at) if self.promise else None)
            self.note("took", at, minutes=(at - self.received) // MINUTE)
            self.note("called", at, self.called)
            self.note("put_off", at, self.put_off)
        self.stands = at + (REFUSAL_STANDS if kind == "decline" else STANDS)

    def afterwards(self, event, kind, at):
        before, after = event.get("before"), event["after"]
        if self.stands and kind in ("dispute", "appeal"):
            self.stands = None
            self.note("rested", at, True)
            self.conclude(at, False)
        elif self.stands and after in OPEN and before not in OPEN:
            self.stood(at)
        if event.get("clock") == "restarted":
            self.outcome_judged = False
        if after == "closed" and before in ("resolved", "answered"):
            self.note("closed", at)
        if kind == "reopen" and before == "closed" and event["by"] != "system":
            self.note("came_back", at)

    def stood(self, at):
        self.stands = None
        self.note("rested", at)
        if self.kept is not None:
            self.conclude(at, self.kept)

    def judge_reply(self, at, met):
        self.reply_judged = True
        self.note("reply_due", at, met)

    def judge_outcome(self, at, met):
        self.outcome_judged = True
        self.note("outcome_due", at, met)
        if not met:
            self.conclude(at, False)

    def conclude(self, at, good):
        if not self.concluded:
            self.concluded = True
            self.note("concluded", at, good)

    def worked(self, at):
        return self.promise[0].worked(self.received, at) // MINUTE

    def compute(self):
        """Both due dates, from the promise and what the clock was told."""
        self.dates = None
        if not self.promise:
            return
        hours, reply, outcome, start = self.promise
        moments = [("started", start), *self.moments]
        until_reply = []
        for kind, at in moments:
            if self.replied and until_reply and at >= self.replied:
                break
            if kind not in ("stopped", "restarted"):
                until_reply.append((kind, at))
        if self.replied:
            until_reply.append(("stopped", self.replied))
        try:
            self.dates = (due(hours, reply, until_reply), due(hours, outcome, moments))
        except (NoDate, OverflowError):
            self.dates = None


class Idea(Ticket):
    """Reads the events of a suggestion: the clock is that of every report, what counts is not."""

    def __init__(self, city, snapshots, end):
        super().__init__(city, snapshots, end)
        self.shown = False

    def happen(self, event, at):
        super().happen(event, at)
        kind = event["event"]
        if kind == "publish" and not self.shown:
            self.shown = True
            self.note("published", at)
        if kind == "refuse":
            self.note("refused", at)
        if kind == "answer":
            self.note(event.get("code"), at)
        if kind in ("deliver", "drop", "expire"):
            self.note("followed", at, kind == "deliver")

    def read(self, events):
        super().read(events)
        self.notes = [("idea " + what, *rest) for what, *rest in self.notes]


READERS = {"problem": Ticket, "suggestion": Idea}


class City:
    """The calendars, hours, promises and months of the reference file."""

    def __init__(self, reference):
        if reference["definitions"] not in DEFINITIONS:
            raise SystemExit("these figures follow definitions that this program does not know")
        self.reference = reference
        self.definitions = reference["definitions"]  # those of the month that is made
        self.zone = ZoneInfo(reference["zone"])
        self.made = {}

    def promise(self, told):
        """(hours, budget of the first reply, budget of the outcome, start)"""
        target = self.reference["targets"][str(told["target"])]
        key = (target["clock"], told["timetable"], told["calendar"])
        if key not in self.made:
            kind = Always if target["clock"] == "real" else Hours
            self.made[key] = kind(
                self.zone,
                self.reference["timetables"][str(told["timetable"])],
                self.reference["calendars"][str(told["calendar"])],
            )
        return (
            self.made[key],
            timedelta(seconds=target["first_reply_s"]),
            timedelta(seconds=target["outcome_s"]),
            datetime.fromisoformat(told["from"]),
        )

    def span(self, month):
        """The first instants of a month and of the next."""
        year, number = map(int, month.split("-"))
        later = (year + 1, 1) if number == 12 else (year, number + 1)
        begin = datetime(year, number, 1, tzinfo=self.zone)
        return begin.astimezone(UTC), datetime(*later, 1, tzinfo=self.zone).astimezone(UTC)


def read_events(paths):
    """{ticket: its events in order}"""
    tickets = defaultdict(dict)
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                event = json.loads(line)
                tickets[event["ticket"]][event["seq"]] = event
    return {name: [events[seq] for seq in sorted(events)] for name, events in tickets.items()}


def noted(city, events, end, as_of):
    """Yield what counts of a ticket. One that became of another kind is read in parts."""
    parts = []
    for event in events:
        if datetime.fromisoformat(event["at"]) > as_of:
            break
        if not parts or parts[-1][-1]["kind"] != event["kind"]:
            parts.append([])
        parts[-1].append(event)
    for number, part in enumerate(parts):
        last = number + 1 == len(parts)
        until = as_of + TICK if last else datetime.fromisoformat(parts[number + 1][0]["at"])
        look = min(end - TICK, as_of)
        ticket = READERS[part[0]["kind"]](city, [look] if look < until else [], until)
        ticket.read(part)
        for note in ticket.notes:
            yield ticket, note


def of_month(city, tickets, period):
    """Yield the figures of one month, as rows."""
    begin, end = city.span(period["month"])
    city.definitions = period["definitions"]
    as_of = datetime.fromisoformat(period["as_of"])
    tallies = defaultdict(lambda: (Counter(), Counter(), defaultdict(list)))
    for events in tickets.values():
        for ticket, (what, at, agency, flag, minutes) in noted(city, events, end, as_of):
            if not begin <= at < end:
                continue
            for key in (
                ("city", ""), ("agency", agency), ("area", ticket.area),
                ("category", ticket.category),
            ):  # fmt: skip
                if key[1] or key[0] == "city":
                    numbers, flags, times = tallies[key]
                    numbers[what] += 1
                    flags[what] += flag
                    if minutes is not None:
                        times[what].append(minutes)
    for (dimension, key), tally in tallies.items():
        for metric, formula in DEFINITIONS[period["definitions"]].items():
            row = figure(formula, *tally)
            if row:
                yield {
                    "month": period["month"], "version": str(period["version"]),
                    "dimension": dimension, "key": key, "metric": metric, **row,
                }  # fmt: skip


def figure(formula, numbers, flags, times):
    """One figure in the words of the file, or None where nothing was counted."""
    unit, how, what, part_of = formula
    part = ""
    if how == "count":
        n = exact = numbers[what]
        shown = str(exact)
    elif how == "share":
        n, part = numbers[what], numbers[part_of] if part_of else flags[what]
        exact = half_up(part * 1000, n) if n else 0
        shown = one_decimal(exact)
    else:
        ordered = sorted(times[what])
        n = len(ordered)
        rank = (int(how) * n + 9) // 10  # the smallest whole number not below how/10 of n
        exact = ordered[rank - 1] if n else 0
        shown = one_decimal(half_up(exact * 10, 60 if unit == "hours" else 1440))
    if not n:
        return None
    return {"unit": unit, "n": str(n), "part": str(part), "exact": str(exact), "value": shown}


def half_up(whole, by):
    return (2 * whole + by) // (2 * by)


def one_decimal(tenths):
    return f"{tenths // 10}.{tenths % 10}"


def key_of(row):
    return tuple(row[name] for name in ("month", "version", "dimension", "key", "metric"))


def compare(made, path, months):
    """Print what differs from the published figures; return how many do."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        published = {key_of(row): row for row in csv.DictReader(file)}
    published = {key: row for key, row in published.items() if key[:2] in months}
    wrong = 0
    for key in sorted(made.keys() | published.keys()):
        ours, theirs = made.get(key), published.get(key)
        names = [
            name for name in COLUMNS if (ours or {}).get(name) != (theirs or {}).get(name)
        ]  # fmt: skip
        if names:
            wrong += 1
            told = [
                f"{name} {(theirs or {}).get(name, '-')}, recomputed {(ours or {}).get(name, '-')}"
                for name in names if name in ("n", "part", "exact", "value")
            ]  # fmt: skip
            print(" ".join(key), "published:", "; ".join(told) or "other columns")
    print(f"{len(made)} figures recomputed, {len(published)} published, {wrong} differ")
    return wrong


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("reference", type=Path)
    parser.add_argument("events", type=Path, nargs="+")
    parser.add_argument("--compare", type=Path, help="figures.csv of the same day")
    parser.add_argument("--month", action="append", help="only this one, such as 2026-10")
    given = parser.parse_args(arguments)
    city = City(json.loads(given.reference.read_text("utf-8")))
    tickets = read_events(given.events)
    periods = [
        period for period in city.reference["months"]
        if not given.month or period["month"] in given.month
    ]  # fmt: skip
    made = {key_of(row): row for period in periods for row in of_month(city, tickets, period)}
    if given.compare:
        months = {(period["month"], str(period["version"])) for period in periods}
        return 1 if compare(made, given.compare, months) or not made else 0
    writer = csv.DictWriter(sys.stdout, COLUMNS)
    writer.writeheader()
    writer.writerows(made[key] for key in sorted(made))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
