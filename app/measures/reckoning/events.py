"""What an event tells, what is counted of it, and the words for both. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class What(StrEnum):
    """What is counted."""

    RECEIVED = "received"
    CAME = "came"
    RETURNED = "returned"
    TRANSFERRED = "transferred"
    REPLIED = "replied"
    REPLY_DUE = "reply_due"
    RESOLVED = "resolved"
    ANSWERED = "answered"
    DECLINED = "declined"
    ENDED = "ended"
    OUTCOME_DUE = "outcome_due"
    SETTLED = "settled"
    TOOK = "took"
    CALLED = "called"
    PUT_OFF = "put_off"
    RESTED = "rested"
    CONCLUDED = "concluded"
    CLOSED = "closed"
    CAME_BACK = "came_back"
    CHECKED = "checked"
    RATED = "rated"
    DISSATISFIED = "dissatisfied"
    OPEN = "open"
    OPEN_WEEK = "open_week"
    OPEN_MONTH = "open_month"
    OPEN_QUARTER = "open_quarter"
    OPEN_LONGER = "open_longer"
    SUGGESTED = "suggested"
    SUGGESTION_PUBLISHED = "suggestion_published"
    SUGGESTION_REFUSED = "suggestion_refused"
    SUGGESTION_ANSWERED = "suggestion_answered"
    SUGGESTION_REPLY_DUE = "suggestion_reply_due"
    SUGGESTION_ANSWER_DUE = "suggestion_answer_due"
    SUGGESTION_ACCEPTED = "suggestion_accepted"
    SUGGESTION_ACCEPTED_IN_PART = "suggestion_accepted_in_part"
    SUGGESTION_NOT_ACCEPTED = "suggestion_not_accepted"
    SUGGESTION_ALREADY_PLANNED = "suggestion_already_planned"
    SUGGESTION_HANDED_OVER = "suggestion_handed_over"
    SUGGESTION_FOLLOWED = "suggestion_followed"
    SUGGESTION_OPEN = "suggestion_open"


@dataclass(frozen=True, slots=True)
class Promised:
    """Which promise holds, since when it counts."""

    target: int
    timetable: int
    calendar: int
    start: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One public event. agency: the new owner, where it moved. part: about what one joined with.

    received, replied: of a part of another ticket, which had been received and answered before.
    """

    ticket: str
    seq: int
    at: datetime
    event: str
    role: str
    before: str | None
    after: str
    kind: str = "problem"
    agency: str = ""
    category: str = ""
    area: str = ""
    code: str = ""
    clock: str = ""
    came_back: str = ""
    part: bool = False
    received: datetime | None = None
    replied: datetime | None = None
    promised: Promised | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """One thing that happened. flag: on time, disputed, … as `what` says; minutes: how long."""

    what: What
    at: datetime
    agency: str
    flag: bool = False
    minutes: int | None = None


@dataclass
class History:
    """What a ticket's public events tell, as of an instant."""

    category: str = ""
    area: str = ""
    counted: list[Counted] = field(default_factory=list)


def by_ticket(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Yield the lines of each ticket; they come together, in order."""
    some: list[Line] = []
    for line in lines:
        if some and line.ticket != some[0].ticket:
            yield some
            some = []
        some.append(line)
    if some:
        yield some
