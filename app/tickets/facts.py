"""The words of the lifecycle, and all that its rules may look at. Pure.

1. One vocabulary for all tables: a verb, role or status means the same wherever it appears.
2. `Facts` are read off the locked ticket and what it refers to; `Act` is what somebody wants.
   Guards see nothing else, so every refusal can be reproduced from these two.
3. A role is a role with regard to this ticket: officer and manager are those of its agency,
   parent_manager that of its agency's parent. asked works for an agency that was asked to help and
   has not answered yet, helping for one that has agreed; on_duty was called to an urgent claim.
   `policy` finds them out.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """Where a ticket is. `tables` says which of them a problem takes, and which a suggestion."""

    UNPUBLISHED = "unpublished"
    RECEIVED = "received"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    RESOLVED = "resolved"
    ANSWERED = "answered"
    CLOSED = "closed"
    DECLINED = "declined"
    MERGED = "merged"
    IN_DELIVERY = "in_delivery"
    DELIVERED = "delivered"
    DROPPED = "dropped"
    EXPIRED = "expired"


class Verb(StrEnum):
    """What can be done; also the kinds of events."""

    OPEN = "open"
    ASSIGN = "assign"
    TRIAGE = "triage"
    ACCEPT = "accept"
    RETURN = "return"
    TRANSFER = "transfer"
    NAME_OWNER = "name_owner"
    CORRECT = "correct"
    COOPERATE = "cooperate"
    HELP_ACCEPT = "help_accept"
    HELP_DONE = "help_done"
    HELP_RETURN = "help_return"
    HELP_OVERDUE = "help_overdue"
    PAUSE = "pause"
    RESUME = "resume"
    PLAN = "plan"
    EXTEND = "extend"
    PROPOSE = "propose"
    APPROVE = "approve"
    REJECT = "reject"
    RESOLVE = "resolve"
    ANSWER = "answer"
    DECLINE = "decline"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    ASK_REOPEN = "ask_reopen"
    REOPEN = "reopen"
    CLOSE = "close"
    MERGE = "merge"
    UNMERGE = "unmerge"
    SPLIT = "split"
    WITHDRAW = "withdraw"
    ESCALATE = "escalate"
    REMIND = "remind"
    CALL_DUTY = "call_duty"
    ACKNOWLEDGE = "acknowledge"
    CONFIRM_URGENT = "confirm_urgent"
    LOWER = "lower"
    CLAIM_FIXED = "claim_fixed"
    REFUTE = "refute"
    COMMENT = "comment"
    NOTE = "note"
    ENTRUST = "entrust"
    JOIN = "join"
    RATE = "rate"
    HIDE = "hide"
    PUBLISH = "publish"
    RECHECK = "recheck"
    FILE_REPLY = "file_reply"
    SHOW_REPLY = "show_reply"
    HIDE_REPLY = "hide_reply"
    DOUBT = "doubt"
    JUDGE = "judge"
    REDACT = "redact"
    SEE_CONTACT = "see_contact"
    REPLY_OVERDUE = "reply_overdue"
    OVERDUE = "overdue"
    SUCCEED = "succeed"
    RECOMPUTE = "recompute"
    SUBMIT = "submit"
    SCREEN = "screen"
    REFUSE = "refuse"
    AMEND = "amend"
    SCREEN_OVERDUE = "screen_overdue"
    CROSS = "cross"
    MILESTONE = "milestone"
    DELIVER = "deliver"
    DROP = "drop"
    EXPIRE = "expire"
    CONVERT = "convert"


class Role(StrEnum):
    """Who acts, with regard to this ticket."""

    SYSTEM = "system"
    REPORTER = "reporter"
    JOINED_REPORTER = "joined_reporter"
    OFFICER = "officer"
    MANAGER = "manager"
    PARENT_MANAGER = "parent_manager"
    COORDINATOR = "coordinator"
    OVERSIGHT = "oversight"
    CREW = "crew"
    CONTRACTOR = "contractor"
    SCREENER = "screener"
    ASKED = "asked"
    HELPING = "helping"
    ON_DUTY = "on_duty"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The ticket as the rules see it. Codes, counts, instants (UTC)."""

    status: str
    kind: str = "problem"
    publication: str = ""  # of a suggestion
    reference: str = ""
    previous_status: str | None = None  # before it was merged
    content_checked: bool = False  # somebody has looked at words and photos
    agency: str | None = None
    former_agency: str | None = None  # which had it until `correct` sent it to be routed again
    about_agency: str | None = None
    in_triage: bool = False
    at_oversight: bool = False  # appealed, not decided yet
    promise_frozen: bool = False
    urgency_claimed: bool = False  # nobody has confirmed or lowered it
    urgency_heard: bool = False  # who was called has said so
    first_replied: bool = False
    transfers: int = 0
    owner_named: bool = False
    # The reporters
    sole_reporter: bool = True
    supported: bool = False  # by anybody besides
    reporter_reachable: bool = False
    asked_reporter_once: bool = False
    reporter_pause_limit: datetime | None = None  # five working days from now
    pause_limit: datetime | None = None  # of any pause that would begin now
    paused_until: datetime | None = None
    # The outcome
    approval: str = "none"  # of the acting agency: none, answers_and_refusals, all
    proposal_waiting: bool = False
    proof_required: bool = False
    first_reply_due_at: datetime | None = None
    outcome_due_at: datetime | None = None
    outcome_code: str | None = None
    outcome_at: datetime | None = None  # of the last outcome, a refusal included
    planned_for: datetime | None = None
    extended: bool = False  # a later date was set for the outcome that is promised now
    extension_limit: datetime | None = None  # of a suggestion's answer
    threshold_crossed: bool = False
    screen_due_at: datetime | None = None  # by when it is read; None once it was said to be late
    step_due_at: datetime | None = None  # by when a suggestion's first step is due, once answered
    confirmed: bool = False
    disputes: int = 0
    disputed_this_outcome: bool = False
    appealed: bool = False
    closed_at: datetime | None = None
    fix_claimed: bool = False  # a resident says that it is fixed; nobody has answered
    reopen_asked: bool = False  # the reporter wants it open again; nobody has answered
    other_closed_at: datetime | None = None  # of the ticket that this one was merged into


@dataclass(frozen=True, kw_only=True)
class Other:
    """The ticket to merge into."""

    reference: str
    status: str


@dataclass(frozen=True, kw_only=True)
class Act:
    """What somebody wants to do now, and what it brings.

    agency: to whom. same_branch: whether that agency shares a parent with the present one.
    common_parent: the nearest common parent of the two. until: latest date of a pause, date of a
    plan, new date of an extension. replied: the reporter answered what was asked. changes:
    category or place differ. approved: a manager agreed.
    """

    verb: Verb
    role: Role
    now: datetime
    agency: str | None = None
    same_branch: bool = False
    common_parent: str | None = None
    code: str | None = None
    has_text: bool = False
    until: datetime | None = None
    proof: bool = False
    changes: bool = False
    replied: bool = False
    approved: bool = False
    into: Other | None = None
