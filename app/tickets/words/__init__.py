"""The words of a ticket's life, as msgids: what people read for statuses, events and refusals.

1. Everything that the lifecycle can say has its words here, in every language (tests compare).
2. Public words never name a person; `%(agency)s` is an agency's name, `%(reference)s` a ticket's.
3. A map word is a code: few, coarse, the same on map, list and statistics.
"""

from collections.abc import Mapping

from app.core.words.i18n import N_
from app.tickets.clock import ClockState
from app.tickets.lifecycle import Status, Verb
from app.tickets.problem_table.guards import ANSWERS, DONE, UNJUDGED
from app.tickets.words.reasons import (
    COARSE_REASONS,
    REASON_BY_HAND,
    REASON_MOVED,
    REASON_RETURNED,
    REASONS,
)

__all__ = [
    "CLOCK", "CLOSED_ANSWERED", "CLOSED_CONFIRMED", "CLOSED_UNCONFIRMED", "CLOSED_WITHDRAWN",
    "COARSE_REASONS", "DOUBTS", "ESCALATIONS", "EVENTS", "MAP_LABELS", "MAP_WORDS", "OF_A_PART",
    "OPEN311", "RATINGS", "REASONS", "REASON_BY_HAND", "REASON_MOVED", "REASON_RETURNED",
    "REFUSALS", "ROLES", "SPLIT_OFF", "STATUS", "VERDICTS", "map_word",
]  # fmt: skip

STATUS: Mapping[Status, str] = {
    Status.RECEIVED: N_("Received"),
    Status.ASSIGNED: N_("Sent to %(agency)s"),
    Status.IN_PROGRESS: N_("In progress"),
    Status.WAITING: N_("Waiting"),
    Status.RESOLVED: N_("Resolved, awaiting confirmation"),
    Status.ANSWERED: N_("Answered"),
    Status.CLOSED: N_("Closed"),
    Status.DECLINED: N_("Not accepted"),
    Status.MERGED: N_("Merged into %(reference)s"),
    Status.UNPUBLISHED: N_("Not published yet"),
    Status.IN_DELIVERY: N_("Being put into practice"),
    Status.DELIVERED: N_("Put into practice"),
    Status.DROPPED: N_("Not pursued any more"),
    Status.EXPIRED: N_("Expired: no step followed"),
}

CLOSED_CONFIRMED = N_("Resolved, confirmed")
CLOSED_UNCONFIRMED = N_("Resolved, not confirmed")
CLOSED_ANSWERED = N_("Answered")
CLOSED_WITHDRAWN = N_("Withdrawn")

# (status, outcome or any) → the word on the map; None: on no map.
MAP_WORDS: Mapping[tuple[str, str | None], str | None] = {
    (Status.RECEIVED, None): "waiting",
    (Status.ASSIGNED, None): "waiting",
    (Status.IN_PROGRESS, None): "in_progress",
    (Status.WAITING, None): "in_progress",
    (Status.RESOLVED, None): "resolved",
    (Status.ANSWERED, None): "answered",
    (Status.DECLINED, None): "declined",
    (Status.MERGED, None): None,
    (Status.UNPUBLISHED, None): None,
    (Status.IN_DELIVERY, None): "in_progress",
    (Status.DELIVERED, None): "resolved",
    (Status.DROPPED, None): "answered",
    (Status.EXPIRED, None): "answered",
    **{(Status.CLOSED, outcome): "resolved" for outcome in sorted(DONE)},
    **{(Status.CLOSED, outcome): "answered" for outcome in sorted(ANSWERS)},
    **{(Status.CLOSED, outcome): None for outcome in sorted(UNJUDGED)},
}

MAP_LABELS: Mapping[str, str] = {
    "waiting": N_("Waiting for the agency"),
    "in_progress": N_("In progress"),
    "resolved": N_("Resolved"),
    "answered": N_("Answered"),
    "declined": N_("Not accepted"),
}

OPEN311: Mapping[Status, str] = {
    Status.RECEIVED: "open",
    Status.ASSIGNED: "open",
    Status.IN_PROGRESS: "open",
    Status.WAITING: "open",
    Status.RESOLVED: "closed",
    Status.ANSWERED: "closed",
    Status.CLOSED: "closed",
    Status.DECLINED: "closed",
    Status.MERGED: "closed",
    Status.UNPUBLISHED: "closed",
    Status.IN_DELIVERY: "closed",
    Status.DELIVERED: "closed",
    Status.DROPPED: "closed",
    Status.EXPIRED: "closed",
}

CLOCK: Mapping[ClockState, str] = {
    ClockState.ON_TRACK: N_("On time so far"),
    ClockState.DUE_SOON: N_("Due soon"),
    ClockState.OVERDUE: N_("Overdue"),
    ClockState.PAUSED: N_("Clock paused"),
    ClockState.MET: N_("Done on time"),
    ClockState.MISSED: N_("Done late"),
}

RATINGS: Mapping[str, str] = {
    "satisfied": N_("Satisfied"),
    "acceptable": N_("Acceptable"),
    "dissatisfied": N_("Dissatisfied"),
}

SPLIT_OFF = N_("Split off from %(reference)s")
# A verdict about what one person added, who had joined.
OF_A_PART: Mapping[Verb, str] = {
    Verb.PUBLISH: N_("What somebody added was checked"),
    Verb.HIDE: N_("What somebody added is not shown"),
}
EVENTS: Mapping[Verb, str] = {
    Verb.OPEN: N_("Report received"),
    Verb.ASSIGN: N_("Sent to %(agency)s"),
    Verb.TRIAGE: N_("The coordinating office looks for the responsible agency"),
    Verb.ACCEPT: N_("%(agency)s has accepted it"),
    Verb.RETURN: N_("Returned to the coordinating office"),
    Verb.TRANSFER: N_("Passed on to %(agency)s"),
    Verb.NAME_OWNER: N_("%(agency)s was named as responsible"),
    Verb.CORRECT: N_("Category or place corrected"),
    Verb.COOPERATE: N_("%(agency)s was asked to help"),
    Verb.HELP_ACCEPT: N_("%(agency)s agreed to help"),
    Verb.HELP_DONE: N_("%(agency)s has done its part"),
    Verb.HELP_RETURN: N_("%(agency)s cannot help"),
    Verb.HELP_OVERDUE: N_("The help of %(agency)s is late"),
    Verb.PAUSE: N_("On hold"),
    Verb.RESUME: N_("The work goes on"),
    Verb.PLAN: N_("A date was set for the work"),
    Verb.EXTEND: N_("A later date was set"),
    Verb.PROPOSE: N_("An outcome was proposed"),
    Verb.APPROVE: N_("The proposal was approved"),
    Verb.REJECT: N_("The proposal was sent back"),
    Verb.RESOLVE: N_("Resolved"),
    Verb.ANSWER: N_("Answered"),
    Verb.DECLINE: N_("Not accepted"),
    Verb.APPEAL: N_("The reporter asked for a review"),
    Verb.UPHOLD: N_("The decision was upheld"),
    Verb.CONFIRM: N_("The reporter confirmed the result"),
    Verb.DISPUTE: N_("The reporter disagrees with the result"),
    Verb.ASK_REOPEN: N_("The reporter asked to open it again"),
    Verb.REOPEN: N_("Opened again"),
    Verb.CLOSE: N_("Closed"),
    Verb.MERGE: N_("Merged into %(reference)s"),
    Verb.UNMERGE: N_("Separated again"),
    Verb.SPLIT: N_("A part of it goes on as %(reference)s"),
    Verb.WITHDRAW: N_("Withdrawn by the reporter"),
    Verb.ESCALATE: N_("Brought to the attention of the agency above"),
    Verb.REMIND: N_("%(agency)s was reminded"),
    Verb.CALL_DUTY: N_("Somebody on duty was called"),
    Verb.ACKNOWLEDGE: N_("Somebody on duty looks at it"),
    Verb.CONFIRM_URGENT: N_("Confirmed as urgent"),
    Verb.LOWER: N_("Not treated as urgent"),
    Verb.CLAIM_FIXED: N_("A resident says that it is fixed"),
    Verb.REFUTE: N_("It is not fixed yet"),
    Verb.COMMENT: N_("Message"),
    Verb.NOTE: N_("Internal note"),
    Verb.ENTRUST: N_("Put into somebody’s hands"),
    Verb.JOIN: N_("Another resident reported the same"),
    Verb.RATE: N_("Rated"),
    Verb.HIDE: N_("Text and photos are not shown"),
    Verb.PUBLISH: N_("Text and photos were checked"),
    Verb.RECHECK: N_("Text and photos are checked again"),
    Verb.REDACT: N_("A part was made unreadable"),
    Verb.DOUBT: N_("The proof does not seem to fit: a second person looks at it"),
    Verb.JUDGE: N_("A second person looked at the proof"),
    Verb.FILE_REPLY: N_("An official reply was filed"),
    Verb.SHOW_REPLY: N_("The official reply was published"),
    Verb.HIDE_REPLY: N_("The official reply was taken from the page"),
    Verb.SEE_CONTACT: N_("Somebody looked at the reporter’s contact"),
    Verb.CONVERT: N_("A report became a suggestion, or a suggestion a report"),
    Verb.REPLY_OVERDUE: N_("The date of the first reply has passed"),
    Verb.OVERDUE: N_("The promised date has passed"),
    Verb.SUCCEED: N_("%(agency)s takes over"),
    Verb.RECOMPUTE: N_("The due dates were computed again"),
    Verb.SUBMIT: N_("Suggestion received"),
    Verb.SCREEN: N_("Somebody reads it before it is published"),
    Verb.REFUSE: N_("Not published"),
    Verb.AMEND: N_("The author added something"),
    Verb.SCREEN_OVERDUE: N_("The date for reading it has passed"),
    Verb.CROSS: N_("Enough people support it: the agency above is called"),
    Verb.MILESTONE: N_("The next step was named"),
    Verb.DELIVER: N_("Put into practice"),
    Verb.DROP: N_("Not pursued any more"),
    Verb.EXPIRE: N_("No step followed in time"),
}

REFUSALS: Mapping[str, str] = {
    "not_now": N_("This cannot be done in the ticket's present state."),
    "has_owner": N_("The ticket already has an agency."),
    "not_in_triage": N_("The ticket is not with the coordinating office."),
    "not_appealed": N_("Nobody asked for a review of this ticket."),
    "appealed_already": N_("This was reviewed already; the decision is final."),
    "at_oversight": N_("The oversight agency is reviewing this ticket."),
    "owner_is_named": N_("The responsible agency was named; the ticket cannot be moved any more."),
    "owner_must_be_named": N_("This is the third move: the responsible agency must be named now."),
    "no_owner_to_name": N_("There is no need to name the responsible agency yet."),
    "name_owner_instead": N_("This would be the third move: name the responsible agency instead."),
    "disputed_already": N_("This result was disputed already."),
    "not_disputed": N_("Nobody disputes this result."),
    "too_late": N_("It is too late for this."),
    "too_early": N_("It is too early for this."),
    "never_worked_on": N_("There is no result that could be judged."),
    "proposal_waiting": N_("Another proposal waits for approval."),
    "nothing_proposed": N_("There is nothing to approve."),
    "not_overdue": N_("The due date has not passed."),
    "pause_lasts": N_("The pause is not over yet."),
    "agency_missing": N_("Please choose an agency."),
    "same_agency": N_("The ticket is with this agency already."),
    "agency_complained_about": N_("The report is about this agency: it must not decide about it."),
    "other_branch": N_(
        "This agency belongs to another branch: return the ticket to the coordinating office."
    ),
    "supported_already": N_("Somebody supports it already: it stays what it is."),
    "reason_missing": N_("Please give a reason."),
    "text_missing": N_("Please write a text."),
    "date_missing": N_("Please give a date in the future."),
    "date_not_later": N_("The new date must be later than the present one."),
    "reporter_not_reachable": N_("The reporter left no contact and cannot be asked."),
    "reporter_asked_already": N_("The reporter was asked once; it cannot be done again."),
    "pause_too_long": N_("Waiting for the reporter may last five working days at most."),
    "pause_beyond_limit": N_("This is longer than a pause may last."),
    "not_checked": N_("Nobody has checked this yet, so there is nothing to take back."),
    "about_own_agency": N_("The report is about your own agency: who reported it stays closed."),
    "not_urgent": N_("Nobody says that this is urgent, or it was decided already."),
    "heard_already": N_("Somebody looks at it already."),
    "wrong_outcome": N_("This outcome does not fit here."),
    "verdict_missing": N_("Please say whether the proof fits."),
    "proof_missing": N_("Please add a photo that shows the result."),
    "needs_approval": N_("A manager must approve this."),
    "nothing_changes": N_("Nothing would change."),
    "nothing_claimed": N_("Nobody says that it is fixed."),
    "not_requested": N_("The reporter did not ask for this."),
    "requested_already": N_("You asked for this already; the agency has still to answer."),
    "other_missing": N_("Please name the other ticket."),
    "other_not_open": N_("The other ticket is not open."),
    "other_is_same": N_("A ticket cannot be merged into itself."),
    "extended_already": N_("The date of the answer was put off once; it cannot be done again."),
    "extension_too_long": N_("The new date is too far away."),
    "not_accepted": N_("The answer does not lead to a delivery."),
    "questioned_already": N_("This answer was questioned once; it cannot be done again."),
    "question_waits": N_("The author questions the answer: that comes first."),
    "date_too_far": N_("This date is too far away: two years at most."),
    "crossed_already": N_("The threshold was reached already."),
}

# Why the agency above was called, or the agency itself reminded.
ESCALATIONS: Mapping[str, str] = {
    "due_soon": N_("The promised date is near."),
    "overdue": N_("The promised date has passed."),
    "missed_again": N_("The new date has passed, too."),
    "unaccepted": N_("Nobody has accepted or returned it in time."),
    "unrouted": N_("No agency was found for it in time."),
    "unapproved": N_("A proposed act waits too long for approval."),
    "unexplained": N_("The missed date was not explained in time, and no new date was set."),
    "help_late": N_("A cooperating agency is late."),
    "planned": N_("The planned day has come."),
    "step_due": N_("The day of the next step has come."),
    "by_hand": N_("A person asks the agency above to look at it."),
}

# What does not fit about a photo of the work (`service.proving.proof`).
DOUBTS: Mapping[str, str] = {
    "too_far": N_("taken far from the place of the report"),
    "too_old": N_("taken before the work on it began"),
    "seen_before": N_("the same picture was used before"),
}

VERDICTS: Mapping[str, str] = {
    "fits": N_("It fits: place and time are right"),
    "misfit": N_("It does not fit"),
}

ROLES: Mapping[str, str] = {
    "system": N_("Automatic"),
    "reporter": N_("Reporter"),
    "joined_reporter": N_("Another reporter"),
    "coordinator": N_("Coordinating office"),
    "administrator": N_("Administrator"),
}


def map_word(status: str, outcome: str | None) -> str | None:
    """Return the map word of a ticket, or None where it is on no map."""
    if (status, None) in MAP_WORDS:
        return MAP_WORDS[status, None]
    return MAP_WORDS.get((status, outcome))
