"""What the rules of problem tickets ask: limits, and guards with stable codes. Pure.

1. A guard's code names the reason of the refusal; its words are in `tickets.words.REFUSALS`.
2. Periods are real days and include their last instant.
3. An act that needs approval is a proposal until a manager agrees; managers need nobody else.
"""

from datetime import datetime, timedelta

from app.tickets.lifecycle import Act, Condition, Facts, Guard, Role, Status, Verb

REST, REOPEN, APPEAL, UNMERGE, RATING = (timedelta(days=days) for days in (7, 30, 15, 30, 30))
LAST_TRANSFER = 3
LAST_DISPUTE = 3
DONE = frozenset({"fixed", "enforced"})
ANSWERS = frozenset({"explained", "nothing_found", "planned"})
UNJUDGED = frozenset({"withdrawn", "spam"})
REPORTER_PAUSE = "reporter"
FITS, MISFIT = VERDICTS = ("fits", "misfit")
APPROVED_VERBS = {
    "none": frozenset[Verb](),
    "answers_and_refusals": frozenset({Verb.ANSWER, Verb.DECLINE}),
    "all": frozenset({Verb.ANSWER, Verb.DECLINE, Verb.RESOLVE}),
}

OPEN = frozenset({Status.RECEIVED, Status.ASSIGNED, Status.IN_PROGRESS, Status.WAITING})


def needs_approval(setting: str, verb: Verb) -> bool:
    """Tell whether an act waits for a manager. setting: none, answers_and_refusals or all."""
    return verb in APPROVED_VERBS.get(setting, APPROVED_VERBS["all"])


def _pending(facts: Facts) -> bool:
    return facts.transfers >= LAST_TRANSFER and not facts.owner_named


def moved(facts: Facts, act: Act) -> bool:
    """Tell whether an assignment after a correction changes the agency."""
    return facts.former_agency is not None and act.agency != facts.former_agency


def third(facts: Facts, _act: Act) -> bool:
    """Tell whether one more move would be the third (or later)."""
    return facts.transfers + 1 >= LAST_TRANSFER


def third_move(facts: Facts, act: Act) -> bool:
    """Tell whether an assignment after a correction would be the third move."""
    return third(facts, act) and moved(facts, act)


def third_with_parent(facts: Facts, act: Act) -> bool:
    """Tell whether a third move has a common parent to go to: never the agency complained about."""
    return third(facts, act) and act.common_parent not in (None, facts.about_agency)


def fixed(facts: Facts, _act: Act) -> bool:
    """Tell whether the owner stays: it is named, or must be named first."""
    return facts.owner_named or _pending(facts)


def last_dispute(facts: Facts, _act: Act) -> bool:
    """Tell whether one more dispute would be the third."""
    return facts.disputes + 1 >= LAST_DISPUTE


def several(facts: Facts, _act: Act) -> bool:
    """Tell whether the ticket has other reports."""
    return not facts.sole_reporter


def alone(facts: Facts, _act: Act) -> bool:
    """Tell whether it is the ticket's last report."""
    return facts.sole_reporter


def asks(_facts: Facts, act: Act) -> bool:
    """Tell whether a pause waits for the reporter."""
    return act.code == REPORTER_PAUSE


def always(_facts: Facts, _act: Act) -> bool:
    """Hold, whatever the facts."""
    return True


def _within(since: datetime | None, limit: timedelta, now: datetime) -> bool:
    return since is not None and now <= since + limit


def _approved(facts: Facts, act: Act) -> bool:
    return act.approved or act.role is Role.MANAGER or not needs_approval(facts.approval, act.verb)


# What the ticket must be like.
UNROUTED = Guard("has_owner", lambda f, _: f.agency is None and not f.in_triage)
HAS_OWNER = Guard("not_now", lambda f, _: f.agency is not None)
IN_TRIAGE = Guard("not_in_triage", lambda f, _: f.in_triage)
AT_OVERSIGHT = Guard("not_appealed", lambda f, _: f.at_oversight)
APPEALED = Guard("not_appealed", lambda f, _: f.appealed)
NOT_APPEALED = Guard("appealed_already", lambda f, _: not f.appealed)
ELSEWHERE = Guard("at_oversight", lambda f, _: not f.at_oversight)
MOVABLE = Guard("owner_is_named", lambda f, _: not f.owner_named)
SETTLED = Guard("owner_must_be_named", lambda f, _: not _pending(f))
CHECKED = Guard("not_checked", lambda f, _: f.content_checked)
PENDING = Guard("no_owner_to_name", lambda f, _: _pending(f))
NEARLY = Guard("no_owner_to_name", lambda f, a: third(f, a) and not f.owner_named)
NOT_THIRD = Guard("name_owner_instead", lambda f, a: not third(f, a))
NOT_THIRD_MOVE = Guard(
    "name_owner_instead", lambda f, a: not third_move(f, a), of_act=True, asked="agency"
)
UNDISPUTED = Guard("disputed_already", lambda f, _: not f.disputed_this_outcome)
DISPUTED = Guard("not_disputed", lambda f, _: f.disputed_this_outcome)
BEATEN = Guard("not_disputed", lambda f, _: f.disputed_this_outcome and f.confirmed)
CONFIRMED = Guard("too_late", lambda f, a: f.confirmed and _within(f.outcome_at, REST, a.now))
RESTED = Guard("too_early", lambda f, a: not _within(f.outcome_at, REST, a.now))
ALONE = Guard("not_now", lambda f, _: f.sole_reporter)
UNSUPPORTED = Guard("supported_already", lambda f, _: not f.supported)
UNREPLIED = Guard("not_now", lambda f, _: not f.first_replied)
FIX_CLAIMED = Guard("nothing_claimed", lambda f, _: f.fix_claimed)
REQUESTED = Guard("not_requested", lambda f, _: f.reopen_asked)
NOT_REQUESTED = Guard("requested_already", lambda f, _: not f.reopen_asked)
IN_REOPENING = Guard("too_late", lambda f, a: _within(f.closed_at, REOPEN, a.now))
IN_RATING = Guard(
    "too_late", lambda f, a: f.closed_at is None or _within(f.closed_at, RATING, a.now)
)
IN_APPEAL = Guard("too_late", lambda f, a: _within(f.outcome_at, APPEAL, a.now))
JUDGED = Guard("never_worked_on", lambda f, _: f.outcome_code not in UNJUDGED)
PLAN_DUE = Guard(
    "too_early",
    lambda f, a: f.outcome_code == "planned" and f.planned_for is not None
    and a.now >= f.planned_for,
)  # fmt: skip
SEPARABLE = Guard(
    "too_late",
    lambda f, a: (
        f.previous_status is not None
        and (f.other_closed_at is None or _within(f.other_closed_at, UNMERGE, a.now))
    ),
)
NOT_ABOUT_OWN = Guard(
    "about_own_agency", lambda f, _: f.about_agency is None or f.about_agency != f.agency
)
NOTHING_WAITS = Guard("proposal_waiting", lambda f, _: not f.proposal_waiting)
PROPOSED = Guard("nothing_proposed", lambda f, _: f.proposal_waiting)
CLAIMED = Guard("not_urgent", lambda f, _: f.urgency_claimed)
UNHEARD = Guard("heard_already", lambda f, _: not f.urgency_heard)
FROZEN = Guard("not_now", lambda f, _: f.promise_frozen)
REPLY_LATE = Guard(
    "not_overdue",
    lambda f, a: (
        not f.first_replied and f.first_reply_due_at is not None and a.now > f.first_reply_due_at
    ),
)
LATE = Guard("not_overdue", lambda f, a: f.outcome_due_at is not None and a.now > f.outcome_due_at)
PAUSE_OVER = Guard(
    "pause_lasts",
    lambda f, a: a.replied or (f.paused_until is not None and a.now >= f.paused_until),
)


def _asked(code: str, asked: str, holds: Condition) -> Guard:
    """Return a guard about what the act brings."""
    return Guard(code, holds, of_act=True, asked=asked)


# What the act must bring.
TO_AGENCY = _asked("agency_missing", "agency", lambda _, a: a.agency is not None)
TO_OTHER = _asked("same_agency", "agency", lambda f, a: a.agency != f.agency)
NOT_ABOUT = _asked("agency_complained_about", "agency",
                   lambda f, a: f.about_agency is None or a.agency != f.about_agency)  # fmt: skip
SAME_BRANCH = _asked("other_branch", "agency", lambda _, a: a.same_branch)
CODE = _asked("reason_missing", "code", lambda _, a: bool(a.code))
REASON = _asked("reason_missing", "text", lambda _, a: bool(a.code) or a.has_text)
TEXT = _asked("text_missing", "text", lambda _, a: a.has_text)
DATE = _asked("date_missing", "until", lambda _, a: a.until is not None and a.until > a.now)
LATER = _asked("date_not_later", "until", lambda f, a: a.until is not None and (
    f.outcome_due_at is None or a.until > f.outcome_due_at))  # fmt: skip
NOT_PAST = _asked("date_missing", "until", lambda _, a: a.until is None or a.until > a.now)
REACHABLE = _asked("reporter_not_reachable", "code",
                   lambda f, a: not asks(f, a) or f.reporter_reachable)  # fmt: skip
ASKED_ONCE = _asked("reporter_asked_already", "code",
                    lambda f, a: not asks(f, a) or not f.asked_reporter_once)  # fmt: skip
QUESTION = _asked("text_missing", "text", lambda f, a: not asks(f, a) or a.has_text)
SHORT = _asked("pause_too_long", "until", lambda f, a: not asks(f, a) or (
    a.until is not None and f.reporter_pause_limit is not None
    and a.until <= f.reporter_pause_limit))  # fmt: skip
LIMITED = _asked("pause_beyond_limit", "until", lambda f, a: f.pause_limit is None or (
    a.until is not None and a.until <= f.pause_limit))  # fmt: skip
DONE_CODE = _asked("wrong_outcome", "code", lambda _, a: a.code in DONE)
ANSWER_CODE = _asked("wrong_outcome", "code", lambda _, a: a.code in ANSWERS)
PLANNED_DATE = _asked("date_missing", "until", lambda _, a: a.code != "planned" or (
    a.until is not None and a.until > a.now))  # fmt: skip
VERDICT = _asked("verdict_missing", "verdict", lambda _, a: a.code in VERDICTS)
WHY_NOT = _asked("text_missing", "text", lambda _, a: a.code != MISFIT or a.has_text)
PROOF = _asked("proof_missing", "proof", lambda f, a: a.proof or not f.proof_required)
APPROVED = _asked("needs_approval", "approved", _approved)
CHANGES = _asked("nothing_changes", "category", lambda _, a: a.changes)
INTO = _asked("other_missing", "into", lambda _, a: a.into is not None)
INTO_OPEN = _asked("other_not_open", "into", lambda _, a: a.into is not None
                   and a.into.status in OPEN)  # fmt: skip
NOT_ITSELF = _asked("other_is_same", "into", lambda f, a: a.into is not None
                    and a.into.reference != f.reference)  # fmt: skip
