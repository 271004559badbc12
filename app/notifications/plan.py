"""Which event tells whom what. Pure; the table is data.

1. Reporters hear where their report went, what is asked of them, that a date is missed and the new
   one, the day of the work, every outcome and whether it stands, and one reminder. All else is
   silent: moves between offices, joining with another report; the page shows it.
2. Some of it is told once, whatever happens (`once`): where it went, the apology, the new date, the
   reminder. Letters of the office that nobody has to answer: one a day, the others are read there.
3. Who follows what others reported hears every outcome, a missed date and the new one, and that it
   is open again; of a notice, that its end was moved and that it is over.
4. Agencies hear what has become theirs to do and what they are asked to help with. What waits too
   long is told at once where it counts real hours, else in the digest of the next working day.
5. Authors hear what their suggestion, or their report, has become; who supports a suggestion, its
   next steps, that it goes on as another, or that its author has withdrawn it. What was converted
   begins a life of its own: all is told anew.
6. What is not in the tables is silent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Template(StrEnum):
    """Every message. Words: `app.notifications.words`."""

    RECEIPT = "receipt"
    BEING_SORTED = "being_sorted"
    QUESTION = "question"
    MESSAGE = "message"
    PLANNED = "planned"
    OUTCOME = "outcome"
    NOT_ACCEPTED = "not_accepted"
    UPHELD = "upheld"
    REOPENED = "reopened"
    REPLY_OVERDUE = "reply_overdue"
    OVERDUE = "overdue"
    NEW_DATE = "new_date"
    REMINDER = "reminder"
    CONVERTED = "converted"
    MERGE_WISHED = "merge_wished"
    MERGE_DECLINED = "merge_declined"
    MERGED = "merged"
    CODE = "code"
    REPORTS_LINK = "reports_link"
    REQUEST_RECEIPT = "request_receipt"
    REQUEST_ANSWERED = "request_answered"
    FOLLOW_LINK = "follow_link"
    FOLLOWED_OUTCOME = "followed_outcome"
    FOLLOWED_OVERDUE = "followed_overdue"
    FOLLOWED_NEW_DATE = "followed_new_date"
    FOLLOWED_REOPENED = "followed_reopened"
    FOLLOWED_MERGED = "followed_merged"
    FOLLOWED_STEP = "followed_step"
    FOLLOWED_WITHDRAWN = "followed_withdrawn"
    NOTICE_MOVED = "notice_moved"
    NOTICE_OVER = "notice_over"
    AGENCY_NEW = "agency_new"
    AGENCY_HELP = "agency_help"
    AGENCY_HELP_DONE = "agency_help_done"
    AGENCY_HELP_RETURNED = "agency_help_returned"
    AGENCY_TO_SORT = "agency_to_sort"
    AGENCY_DISPUTED = "agency_disputed"
    AGENCY_ASKED_TO_REOPEN = "agency_asked_to_reopen"
    AGENCY_WORDS = "agency_words"
    AGENCY_TO_DECIDE = "agency_to_decide"
    AGENCY_DUTY = "agency_duty"
    AGENCY_CROSSED = "agency_crossed"
    AGENCY_CALLED = "agency_called"
    AGENCY_DIGEST = "agency_digest"
    OFFICER_DIGEST = "officer_digest"
    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a message


# Told once to each recipient: the word under which it is noted. With {day}: once a day.
ONCE: Mapping[Template, str] = {
    Template.RECEIPT: "receipt",
    Template.BEING_SORTED: "receipt",
    Template.REPLY_OVERDUE: "apology",
    Template.OVERDUE: "apology",
    Template.NEW_DATE: "new_date",
    Template.FOLLOWED_OVERDUE: "apology",
    Template.FOLLOWED_NEW_DATE: "new_date",
    Template.REMINDER: "reminder",
    Template.MESSAGE: "letter {day}",
}

ACCOUNT_TEMPLATES = frozenset({Template.INVITATION, Template.PASSWORD_RESET})

FIRST_ONLY: Mapping[str, Template] = {
    "assign": Template.RECEIPT,
    "triage": Template.BEING_SORTED,
}
FOR_REPORTER: Mapping[str, Template] = {
    "comment": Template.MESSAGE,
    "plan": Template.PLANNED,
    "show_reply": Template.MESSAGE,
    "resolve": Template.OUTCOME,
    "answer": Template.OUTCOME,
    "decline": Template.NOT_ACCEPTED,
    "uphold": Template.NOT_ACCEPTED,
    "reopen": Template.REOPENED,
    "reply_overdue": Template.REPLY_OVERDUE,
    "overdue": Template.OVERDUE,
    "extend": Template.NEW_DATE,
    "refuse": Template.NOT_ACCEPTED,
    "convert": Template.CONVERTED,
    "milestone": Template.PLANNED,
    "deliver": Template.OUTCOME,
    "drop": Template.OUTCOME,
    "expire": Template.OUTCOME,
}
FOR_FOLLOWER: Mapping[str, Template] = {
    "resolve": Template.FOLLOWED_OUTCOME,
    "answer": Template.FOLLOWED_OUTCOME,
    "decline": Template.FOLLOWED_OUTCOME,
    "reopen": Template.FOLLOWED_REOPENED,
    "dispute": Template.FOLLOWED_REOPENED,
    "overdue": Template.FOLLOWED_OVERDUE,
    "extend": Template.FOLLOWED_NEW_DATE,
    "milestone": Template.FOLLOWED_STEP,
    "deliver": Template.FOLLOWED_OUTCOME,
    "drop": Template.FOLLOWED_OUTCOME,
    "expire": Template.FOLLOWED_OUTCOME,
}
FOR_OWNER: Mapping[str, Template] = {
    "assign": Template.AGENCY_NEW,
    "transfer": Template.AGENCY_NEW,
    "name_owner": Template.AGENCY_NEW,
    "reopen": Template.AGENCY_NEW,
    "appeal": Template.AGENCY_NEW,
    "cooperate": Template.AGENCY_HELP,
    "help_done": Template.AGENCY_HELP_DONE,
    "help_return": Template.AGENCY_HELP_RETURNED,
    "dispute": Template.AGENCY_DISPUTED,
    "ask_reopen": Template.AGENCY_ASKED_TO_REOPEN,
    "call_duty": Template.AGENCY_DUTY,
    "cross": Template.AGENCY_CROSSED,
}
FOR_COORDINATOR: Mapping[str, Template] = {
    "triage": Template.AGENCY_TO_SORT,
    "return": Template.AGENCY_TO_SORT,
}
CALLS = frozenset({"escalate", "remind"})
ASKS_REPORTER = "reporter"
# With a suggestion its supporters are concerned as well, and its author has wished it.
MERGE, WITHDRAW = "merge", "withdraw"
CONVERT = "convert"


@dataclass(frozen=True, kw_only=True)
class Happened:
    """An event as the tables see it. first: no earlier event of its kind told the reporter.

    suggestion: it is one. lives: how often it had been converted before.
    code: the pack's reason (of a pause: who is waited for). by_resident: who did it knows.
    went_up: the agency above must decide. urgent: its promise counts real hours. closed: the
    ticket ended by it, with its result.
    """

    kind: str
    code: str | None
    first: bool
    by_resident: bool = False
    went_up: bool = False
    closed: bool = False
    urgent: bool = False
    suggestion: bool = False
    lives: int = 0


def for_reporter(event: Happened) -> Template | None:
    """Return what the reporter is told."""
    if event.kind in FIRST_ONLY:
        return FIRST_ONLY[event.kind] if event.first else None
    if event.kind == "pause":
        return Template.QUESTION if event.code == ASKS_REPORTER else None
    if event.kind == "comment" and event.by_resident:
        return None
    if event.kind == "uphold" and event.closed:
        return Template.UPHELD
    if event.kind == MERGE:
        return Template.MERGED if event.suggestion else None
    return FOR_REPORTER.get(event.kind)


def for_follower(event: Happened) -> Template | None:
    """Return what somebody is told who follows what others reported."""
    if event.kind == MERGE:
        return Template.FOLLOWED_MERGED if event.suggestion else None
    if event.kind == WITHDRAW:
        return Template.FOLLOWED_WITHDRAWN if event.suggestion else None
    return None if event.went_up else FOR_FOLLOWER.get(event.kind)


def once(template: Template, day: date, lives: int = 0) -> str | None:
    """Return under which word a message is told once; None where each event is news."""
    word = ONCE.get(template)
    if word is None:
        return None
    return word.format(day=day.isoformat()) + (f" {lives}" if lives else "")


def for_owner(event: Happened) -> Template | None:
    """Return what the agency is told that now has the ticket, or must decide about it."""
    if event.kind == "dispute" and event.went_up:
        return Template.AGENCY_TO_DECIDE
    if event.kind == "comment" and event.by_resident:
        return Template.AGENCY_WORDS
    if event.kind in CALLS:
        return Template.AGENCY_CALLED if event.urgent else None
    return FOR_OWNER.get(event.kind)


def for_coordinator(event: Happened) -> Template | None:
    """Return what the coordinator is told."""
    return FOR_COORDINATOR.get(event.kind)
