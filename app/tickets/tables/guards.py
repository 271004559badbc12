"""What the rules of suggestions ask, beside those of problems. Pure.

1. An answer is one of five decisions; those of `FEASIBLE` lead to a delivery.
2. Periods are real days and include their last instant.
"""

from datetime import timedelta

from app.tickets.lifecycle import Guard

DECISIONS = frozenset(
    {"accepted", "accepted_in_part", "not_accepted", "already_planned", "handed_over"}
)
FEASIBLE = frozenset({"accepted", "accepted_in_part", "already_planned"})
REFUSALS = frozenset({"unlawful", "personal", "advert", "no_suggestion", "not_ours", "unclear"})
UNLAWFUL = frozenset({"unlawful", "personal"})
QUESTION = timedelta(days=30)
SIGHT = timedelta(days=2 * 365)

DECISION = Guard("wrong_outcome", lambda _, a: a.code in DECISIONS, of_act=True, asked="code")
NEXT_DATE = Guard(
    "date_missing",
    lambda _, a: a.code not in FEASIBLE or (a.until is not None and a.until > a.now),
    of_act=True,
    asked="until",
)
REFUSAL = Guard("wrong_outcome", lambda _, a: a.code in REFUSALS, of_act=True, asked="code")
EXTENDED_ONCE = Guard("extended_already", lambda f, _: not f.extended)
WITHIN = Guard(
    "extension_too_long",
    lambda f, a: (
        f.extension_limit is None or (a.until is not None and a.until <= f.extension_limit)
    ),
    of_act=True,
    asked="until",
)
FEASIBLE_ANSWER = Guard("not_accepted", lambda f, _: f.outcome_code in FEASIBLE)
QUESTIONED_ONCE = Guard("questioned_already", lambda f, _: f.disputes == 0)
IN_QUESTION = Guard(
    "too_late", lambda f, a: f.outcome_at is not None and a.now <= f.outcome_at + QUESTION
)
NO_QUESTION = Guard("question_waits", lambda f, _: not f.reopen_asked)
IN_SIGHT = Guard(
    "date_too_far",
    lambda _, a: a.until is not None and a.until <= a.now + SIGHT,
    of_act=True,
    asked="until",
)
NOT_CROSSED = Guard("crossed_already", lambda f, _: not f.threshold_crossed)
SCREEN_LATE = Guard(
    "not_overdue", lambda f, a: f.screen_due_at is not None and a.now > f.screen_due_at
)
NO_STEP = Guard("too_early", lambda f, a: f.step_due_at is not None and a.now > f.step_due_at)
