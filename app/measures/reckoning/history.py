"""What happened to a ticket that counts, read off its public events alone.

1. Whoever has the open event data can read the same; `verify/recompute.py` does, written apart.
2. A promise judges once in each stretch of work: by the outcome, or as missed at the instant at
   which its due date passes. A dispute, a reopening or an appeal begins another stretch.
3. A ticket is concluded once: missed, disputed, or when its outcome has stood (`REST`; a refusal
   `APPEAL`). What is withdrawn, or merged at the time, is not judged.
4. The agency is the one that had the ticket at that instant; category and area are the last known.
5. `stocks`: when to look whether it is open.
6. A history that no clock can be replayed on (`verify` names it) is counted, but not judged.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from app.measures.reckoning.events import Counted, History, Line, Promised, What
from app.tickets.clock import (
    BadMoments,
    ClockExhausted,
    ClockKind,
    Moment,
    MomentKind,
    WorkingClock,
    elapsed,
)
from app.tickets.due import Promises, Standing, stand
from app.tickets.problem_table import OPEN
from app.tickets.problem_table.guards import APPEAL, REPORTER_PAUSE, REST

MOVES: Final = frozenset({"assign", "triage", "transfer", "return", "name_owner", "appeal"})
HEIRS: Final = frozenset({"succeed"})  # who takes over an agency's tickets has not been sent them
BEGINNINGS: Final = frozenset({"open", "convert"})
OUTCOMES: Final = {"resolve": "resolved", "answer": "answered", "decline": "declined"}
ENDED: Final = frozenset(OUTCOMES.values())
REPLIES: Final = frozenset({"plan", "resolve", "answer", "decline", "uphold"})
STAFF: Final = frozenset({"officer", "manager", "parent_manager", "coordinator", "oversight"})
WEEK, MONTH, QUARTER = (timedelta(days=days) for days in (7, 30, 90))
MINUTE: Final = timedelta(minutes=1)


Terms = Callable[[Promised], tuple[WorkingClock, Promises]]


class Life:
    """A problem's life, event by event."""

    def __init__(self, terms: Terms, stocks: list[datetime]) -> None:
        self.found = History()
        self.terms = terms
        self.stocks = stocks
        self.status = ""
        self.owner = ""
        self.since = self.opened = self.received = datetime.min.replace(tzinfo=UTC)
        self.first_owner = ""
        self.clock: WorkingClock | None = None
        self.promises: Promises | None = None
        self.start: list[Moment] = []
        self.moments: list[Moment] = []
        self.standing: Standing | None = None
        self.replied_at: datetime | None = None
        self.reply_judged = self.outcome_judged = False
        self.kept: bool | None = None  # the last outcome's verdict
        self.concluded = self.settled = self.checked = False
        self.called = self.put_off = False
        self.stands_at: datetime | None = None  # when the outcome has stood

    def read(self, lines: Sequence[Line], end: datetime) -> History:
        """Read a ticket's public events, and what passes by itself before `end`."""
        for line in lines:
            self.wait(line.at)
            self.take(line)
        self.wait(end)
        if self.status:
            self.owner = self.first_owner
            self.count(What.RECEIVED, self.opened)
        return self.found

    def wait(self, until: datetime) -> None:
        """Note what passes by itself before the next event."""
        if not self.status:
            return
        while self.stocks and self.stocks[0] < until:
            self._look(self.stocks.pop(0))
        if self.stands_at is not None and self.stands_at < until:
            self._stood(self.stands_at)
        if self.standing is not None and self.status in OPEN:
            due = self.standing.outcome.due_at
            if not self.outcome_judged and due is not None and due < until:
                self._judge_outcome(max(due, self.since), met=False)
            due = self.standing.first_reply.due_at
            if self.replied_at is None and not self.reply_judged and due and due < until:
                self._judge_reply(max(due, self.since), met=False)

    def _look(self, at: datetime) -> None:
        if self.status not in OPEN:
            return
        due = self.standing.outcome.due_at if self.standing is not None else None
        self.count(What.OPEN, at, flag=due is not None and due < at)
        age = at - self.received
        for limit, what in (
            (WEEK, What.OPEN_WEEK), (MONTH, What.OPEN_MONTH), (QUARTER, What.OPEN_QUARTER)
        ):  # fmt: skip
            if age <= limit:
                self.count(what, at)
                return
        self.count(What.OPEN_LONGER, at)

    def take(self, line: Line) -> None:
        """Note one event."""
        self.found.category = line.category or self.found.category
        self.found.area = line.area or self.found.area
        if line.event in BEGINNINGS:
            self.stocks = [at for at in self.stocks if at >= line.at]
            self.opened, self.received = line.at, line.received or line.at
            self.replied_at, self.reply_judged = line.replied, line.replied is not None
            if line.came_back:
                self.count(What.CAME_BACK, line.at)
        self._move(line)
        if line.clock:
            self.moments.append(Moment(MomentKind(line.clock), line.at))
        if line.promised is not None:
            self.clock, self.promises = self.terms(line.promised)
            self.start = [Moment(MomentKind.STARTED, line.promised.start)]
        if self.replied_at is None and _replies(line):
            self._reply(line.at)
        elif line.clock or line.promised is not None:
            self._restate()
        self._end(line)
        self._rest(line)
        self._aside(line)
        self.status, self.since = line.after, line.at

    def _move(self, line: Line) -> None:
        if line.event == "return":
            self.count(What.RETURNED, line.at)
        elif line.event == "transfer":
            self.count(What.TRANSFERRED, line.at)
        if line.agency and line.agency != self.owner and line.event in MOVES | HEIRS:
            self.owner = line.agency
            if line.event in MOVES:
                self.count(What.CAME, line.at)
        self.first_owner = self.first_owner or self.owner

    def _restate(self) -> None:
        if self.clock is None or self.promises is None:
            return
        try:
            moments = [*self.start, *self.moments]
            self.standing = stand(self.clock, self.promises, moments, self.replied_at)
        except (BadMoments, ClockExhausted):
            self.standing = None

    def _reply(self, at: datetime) -> None:
        self.replied_at = at
        self._restate()
        if self.clock is not None:
            self.count(What.REPLIED, at, minutes=self._worked(at))
        due = self.standing.first_reply.due_at if self.standing is not None else None
        if due is not None and not self.reply_judged:
            self._judge_reply(at, met=at <= due)

    def _end(self, line: Line) -> None:
        """An outcome, or the end of a stretch of work by a decision upheld."""
        if line.clock == MomentKind.STOPPED and line.after in ENDED:
            due = self.standing.outcome.due_at if self.standing is not None else None
            self.kept = None if due is None else line.at <= due and not self.outcome_judged
            if due is not None and not self.outcome_judged:
                self._judge_outcome(line.at, met=line.at <= due)
        if line.event not in OUTCOMES:
            return
        self.count(What(OUTCOMES[line.event]), line.at)
        self.count(What.ENDED, line.at)
        if not self.settled:
            self.settled = True
            self.count(What.SETTLED, line.at, minutes=self._worked(line.at))
            self.count(What.TOOK, line.at, minutes=(line.at - self.received) // MINUTE)
            self.count(What.CALLED, line.at, flag=self.called)
            self.count(What.PUT_OFF, line.at, flag=self.put_off)
        self.stands_at = line.at + (APPEAL if line.event == "decline" else REST)

    def _rest(self, line: Line) -> None:
        if line.event in ("dispute", "appeal") and self.stands_at is not None:
            self.stands_at = None
            self.count(What.RESTED, line.at, flag=True)
            self._conclude(line.at, good=False)
        elif line.after in OPEN and line.before not in OPEN and self.stands_at is not None:
            self._stood(line.at)  # opened again by a plan's date or by somebody's decision
        if line.clock == MomentKind.RESTARTED:
            self.outcome_judged = False
        if line.after == "closed" and line.before in ("resolved", "answered"):
            self.count(What.CLOSED, line.at)
        if line.event == "reopen" and line.before == "closed" and line.role != "system":
            self.count(What.CAME_BACK, line.at)

    def _stood(self, at: datetime) -> None:
        self.stands_at = None
        self.count(What.RESTED, at)
        if self.kept is not None:
            self._conclude(at, good=self.kept)

    def _aside(self, line: Line) -> None:
        self.called |= line.event == "escalate"
        self.put_off |= line.event == "extend"
        if line.event in ("publish", "hide") and not line.part and not self.checked:
            self.checked = True
            self.count(What.CHECKED, line.at, minutes=(line.at - self.received) // MINUTE)
        if line.event == "rate":
            self.count(What.RATED, line.at, flag=line.code == "satisfied")
            if line.code == "dissatisfied":
                self.count(What.DISSATISFIED, line.at)

    def _judge_outcome(self, at: datetime, *, met: bool) -> None:
        self.outcome_judged = True
        self.count(What.OUTCOME_DUE, at, flag=met)
        if not met:
            self._conclude(at, good=False)

    def _judge_reply(self, at: datetime, *, met: bool) -> None:
        self.reply_judged = True
        self.count(What.REPLY_DUE, at, flag=met)

    def _conclude(self, at: datetime, *, good: bool) -> None:
        if not self.concluded:
            self.concluded = True
            self.count(What.CONCLUDED, at, flag=good)

    def _worked(self, at: datetime) -> int | None:
        if self.clock is None or self.promises is None:
            return None
        kind: ClockKind = self.promises.outcome.kind
        return elapsed(self.clock, kind, self.received, at) // MINUTE

    def count(
        self, what: What, at: datetime, *, flag: bool = False, minutes: int | None = None
    ) -> None:
        """Note one thing, for the agency that has the ticket at the time."""
        self.found.counted.append(Counted(what, at, self.owner, flag, minutes))


def _replies(line: Line) -> bool:
    if line.event == "comment":
        return line.role in STAFF
    return line.event in REPLIES or (line.event == "pause" and line.code == REPORTER_PAUSE)
